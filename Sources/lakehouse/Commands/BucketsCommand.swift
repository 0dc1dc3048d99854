import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse buckets`.
struct BucketsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "buckets",
        abstract: "See the buckets and what went wrong with them.",
        subcommands: [List.self, Errors.self],
        defaultSubcommand: List.self
    )

    /// `lakehouse buckets list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the buckets.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.get, "/storage/buckets")
                if connection.json { return Terminal.say(answer.pretty) }
                var table = TextTable(["NAME", "KIND", "USE", "REACHABLE", "LATENCY"])
                for bucket in answer.array ?? [] {
                    let isPrimary = bucket["primary"]?.boolean ?? false
                    let use = isPrimary ? "primary" : bucket["rescue"]?.boolean ?? false ? "rescue" : "data"
                    table.rows.append([
                        bucket["name"]?.display ?? "", bucket["kind"]?.display ?? "", use,
                        bucket["reachable"]?.boolean ?? false ? "yes" : "no",
                        bucket["latency_ms"].map { "\($0.display) ms" } ?? "",
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse buckets errors`.
    struct Errors: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What went wrong, newest first.")

        @Option(help: "Only with this bucket.")
        var bucket: String?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let only = bucket.map { "&bucket=\(URLText.encode($0))" } ?? ""
                let answer = try await client.json(.get, "/storage/errors?limit=\(limit)\(only)")
                if connection.json { return Terminal.say(answer.pretty) }
                var table = TextTable(["AT", "BUCKET", "OPERATION", "KEY", "DETAIL"])
                for failure in answer["items"]?.array ?? [] {
                    table.rows.append(
                        ["at", "bucket", "operation", "key", "detail"].map { failure[$0]?.display ?? "" }
                    )
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }
}
