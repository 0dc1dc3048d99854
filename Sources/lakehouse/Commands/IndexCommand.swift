import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse index`.
struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Make text searchable by meaning.",
        subcommands: [Create.self, List.self, Refresh.self, Drop.self],
        defaultSubcommand: List.self
    )

    /// `lakehouse index create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Index text columns of a dataset, and wait until it serves."
        )

        @Argument(help: "The dataset.")
        var dataset: String

        @Option(name: .customLong("column"), help: "A text column; repeat for several.")
        var columns: [String]

        @Option(help: "The index's name; the dataset's otherwise.")
        var name: String?

        @Option(help: "The column that names a row in hits and citations.")
        var idColumn: String?

        @Option(help: "Tokens a chunk has at the most.")
        var chunkTokens: Int?

        @Option(help: "Tokens that two neighbouring chunks share.")
        var overlapTokens: Int?

        @Flag(help: "Return as soon as the job is queued; needs a server to run it.")
        var detach = false

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            var members: [JSONMember] = [
                .init("name", .string(name ?? dataset)),
                .init("dataset", .string(dataset)),
                .init("text_columns", .array(columns.map(JSONValue.string))),
            ]
            if let idColumn { members.append(.init("id_column", .string(idColumn))) }
            if chunkTokens != nil || overlapTokens != nil {
                let size = chunkTokens ?? 200
                let chunk: [JSONMember] = [
                    .init("size_tokens", .number(String(size))),
                    .init("overlap_tokens", .number(String(overlapTokens ?? size / 5))),
                ]
                members.append(.init("chunk", .object(chunk)))
            }
            let body = JSONValue.object(members)
            try await connection.withClient { client in
                let job = try await client.json(.post, "/vectors/index", body)
                let id = job["job_id"]?.string ?? job["id"]?.string ?? ""
                if detach {
                    Terminal.say(connection.json ? job.compact : "job \(id) is queued")
                } else {
                    try await JobWatch.wait(for: id, client, json: connection.json)
                }
            }
        }
    }

    /// `lakehouse index list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the indexes.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.get, "/vectors/indexes")
                if connection.json { return Terminal.say(answer.pretty) }
                var table = TextTable(
                    ["NAME", "DATASET", "COLUMNS", "CHUNKS", "GENERATION", "STATE", "SIZE"],
                    rightAligned: [3, 4, 6]
                )
                for index in answer["items"]?.array ?? [] {
                    let state =
                        index["generation"]?.int == nil
                        ? "building" : index["stale"]?.boolean == true ? "stale" : "current"
                    table.rows.append([
                        index["name"]?.string ?? "", index["dataset"]?.string ?? "",
                        (index["text_columns"]?.array ?? []).map(\.display).joined(separator: ", "),
                        Numbers.grouped(index["chunks"]?.int ?? 0), index["generation"]?.display ?? "", state,
                        Numbers.bytes(index["bytes"]?.int ?? 0),
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse index refresh`.
    struct Refresh: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rebuild a dataset's indexes that have not seen its newest rows."
        )

        @Argument(help: "The dataset.")
        var dataset: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.post, "/vectors/refresh/\(dataset)")
                let jobs = answer["items"]?.array ?? []
                if jobs.isEmpty, !connection.json { Terminal.say("every index of \(dataset) is up to date") }
                for job in jobs { try await JobWatch.wait(for: job["id"]?.string ?? "", client, json: connection.json) }
            }
        }
    }

    /// `lakehouse index drop`.
    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Drop an index.")

        @Argument(help: "The index.")
        var name: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.delete, "/vectors/indexes/\(name)")
                Terminal.say(connection.json ? answer.compact : "dropped \(name)")
            }
        }
    }
}
