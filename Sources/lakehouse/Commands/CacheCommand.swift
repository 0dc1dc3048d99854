import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse cache`.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "List the datasets that the server keeps in memory, or change which.",
        subcommands: [List.self, Pin.self, Evict.self],
        defaultSubcommand: List.self
    )

    /// `lakehouse cache list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the datasets that the server keeps in memory.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let found = try await client.json(.get, "/query/cache/stats")
                if connection.json { return Terminal.say(found.pretty) }
                var table = TextTable(
                    ["NAME", "ROWS", "MEMORY", "VERSION", "HITS", "PROBLEM"],
                    rightAligned: [1, 2, 3, 4]
                )
                for item in found["items"]?.array ?? [] {
                    table.rows.append([
                        item["dataset"]?.string ?? "", Numbers.grouped(item["rows"]?.int ?? 0),
                        Numbers.bytes(item["bytes"]?.int ?? 0), item["version"]?.display ?? "",
                        Numbers.grouped(item["hits"]?.int ?? 0), item["problem"]?.string ?? "",
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
                let (used, budget) = (found["used_bytes"]?.int ?? 0, found["budget_bytes"]?.int ?? 0)
                Terminal.say("\(Numbers.bytes(used)) of \(Numbers.bytes(budget))")
                let results = found["results"]
                let (hits, misses) = (results?["hits"]?.int ?? 0, results?["misses"]?.int ?? 0)
                let asked = "\(Numbers.grouped(hits)) of \(Numbers.grouped(hits + misses)) questions"
                let kept =
                    "\(results?["entries"]?.int ?? 0) answers in \(Numbers.bytes(results?["used_bytes"]?.int ?? 0))"
                Terminal.say("\(kept) have answered \(asked)")
            }
        }
    }

    /// `lakehouse cache pin`.
    struct Pin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Have servers keep the rows of a dataset in memory.")

        @Argument(help: "The dataset.")
        var name: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let body = JSONValue.object([.init("dataset", .string(name))])
                let found = try await client.json(.post, "/query/cache/pin", body)
                if connection.json { return Terminal.say(found.pretty) }
                let rows = Numbers.grouped(found["rows"]?.int ?? 0)
                Terminal.say("\(name): \(rows) rows in \(Numbers.bytes(found["bytes"]?.int ?? 0)) of memory")
            }
        }
    }

    /// `lakehouse cache evict`.
    struct Evict: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Have servers let go of the rows of a dataset.")

        @Argument(help: "The dataset.")
        var name: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let body = JSONValue.object([.init("dataset", .string(name))])
                let answer = try await client.json(.post, "/query/cache/evict", body)
                Terminal.say(connection.json ? answer.compact : "evicted \(name)")
            }
        }
    }
}
