import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse log`.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "List what was changed, by whom and why."
    )

    @Option(help: "Only what came after this version of the lake.")
    var since = 0

    @Option(help: "The most commits to list.")
    var limit = 1000

    @Flag(help: "Go on listing as commits come, until interrupted.")
    var follow = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            var (since, left) = (since, limit)
            while left > 0 || follow {
                let count = follow ? 1000 : min(left, 1000)
                let wait = follow ? "&wait_s=30" : ""
                let page = try await client.json(.get, "/catalog/log?since=\(since)&limit=\(count)\(wait)")
                let items = page["items"]?.array ?? []
                for item in items { say(item) }
                since = page["next_since"]?.int ?? since
                left -= items.count
                if items.count < count, !follow { break }
            }
        }
    }

    private func say(_ commit: JSONValue) {
        if connection.json { return Terminal.say(commit.compact) }
        let head = "\(commit["version"]?.display ?? "")  \(commit["at"]?.string ?? "")"
        for transaction in commit["transactions"]?.array ?? [] {
            let changes = (transaction["changes"]?.array ?? []).map(Self.line).joined(separator: ", ")
            let actor = transaction["actor"]?.string ?? ""
            Terminal.say(Terminal.printable("\(head)  \(actor)  \(transaction["reason"]?.string ?? "")  [\(changes)]"))
        }
    }

    private static func line(_ change: JSONValue) -> String {
        let subject = [change["dataset"], change["index"], change["key"]].compactMap(\.self).first
        let name = subject.map { $0["name"]?.string ?? $0["id"]?.string ?? "" }
        return [change["kind"]?.string ?? "", name].compactMap(\.self).joined(separator: " ")
    }
}
