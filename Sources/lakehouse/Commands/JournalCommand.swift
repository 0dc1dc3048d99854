import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// `lakehouse journal`.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Show what happened, newest first, and check that no record of it was altered.",
        subcommands: [Recent.self, History.self, Verify.self],
        defaultSubcommand: Recent.self
    )

    /// `lakehouse journal recent`.
    struct Recent: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the newest events of everything.")

        @Option(help: "How many.")
        var limit = 50

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                try await JournalCommand.show("/journal/recent", limit: limit, client, json: connection.json)
            }
        }
    }

    /// `lakehouse journal history`.
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what happened to one thing.")

        @Argument(help: "What, such as dataset:orders.")
        var entity: String

        @Option(help: "How many events.")
        var limit = 50

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let path = "/journal/history/\(JournalCommand.encode(entity))"
                try await JournalCommand.show(path, limit: limit, client, json: connection.json)
            }
        }
    }

    /// `lakehouse journal verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every chain: each altered byte and each gap is named. Changes nothing."
        )

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let checks = try await client.json(.post, "/journal/verify")["items"]?.array ?? []
                if connection.json { Terminal.say(JSONValue.array(checks).pretty) }
                for check in checks where !connection.json {
                    let (entries, segments) = (check["entries"]?.int ?? 0, check["segments"]?.int ?? 0)
                    let count = check["problem_count"]?.int ?? 0
                    Terminal.say(
                        "\(check["journal"]?.string ?? ""): \(Numbers.grouped(entries)) entries in "
                            + "\(Numbers.grouped(segments)) segments, \(count == 0 ? "sound" : "\(count) problems")"
                    )
                    for problem in check["problems"]?.array ?? [] {
                        Terminal.say("  \(Terminal.printable(problem.display))")
                    }
                }
                if checks.contains(where: { $0["problem_count"]?.int != 0 }) { throw ExitCode.failure }
            }
        }
    }

    private static func show(_ path: String, limit: Int, _ client: LakeClient, json: Bool) async throws {
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            let rest = cursor.map { "&cursor=\(encode($0))" } ?? ""
            let page = try await client.json(.get, "\(path)?limit=\(min(1000, limit - items.count))\(rest)")
            items += page["items"]?.array ?? []
            cursor = page["next_cursor"]?.string
        } while cursor != nil && items.count < limit
        if json { return Terminal.say(JSONValue.array(items).pretty) }
        var table = TextTable(["AT", "ENTITY", "FIELD", "OLD", "NEW", "ACTOR", "SOURCE", "VERSION"], rightAligned: [7])
        for item in items {
            table.rows.append([
                item["at"]?.string ?? "", item["entity"]?.string ?? "", item["field"]?.string ?? "",
                item["old"]?.compact ?? "", item["new"]?.compact ?? "", item["actor"]?.string ?? "",
                item["source"]?.string ?? "", item["version"]?.display ?? "",
            ])
        }
        for line in table.lines(width: Terminal.width) { Terminal.say(line) }
    }

    private static func encode(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
    }
}
