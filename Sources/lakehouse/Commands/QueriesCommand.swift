import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse queries`.
struct QueriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queries",
        abstract: "List queries under way, stop one, or submit queries that nobody waits for.",
        subcommands: [
            Running.self, Cancel.self, Submit.self, Submitted.self, Show.self, Result.self, Drop.self,
        ],
        defaultSubcommand: Running.self
    )

    /// How the result of a submitted query is kept.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case json, ndjson, csv, arrow, parquet
    }

    /// `lakehouse queries running`.
    struct Running: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the queries under way.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.get, "/query/running")
                if connection.json { return Terminal.say(answer.pretty) }
                var table = TextTable(["ID", "CALLER", "SECONDS", "VERSION", "SQL"], rightAligned: [2, 3])
                for item in answer["items"]?.array ?? [] {
                    table.rows.append([
                        item["query_id"]?.string ?? "", item["principal"]?.string ?? "",
                        Numbers.fixed((item["elapsed_ms"]?.double ?? 0) / 1000, 1), item["version"]?.display ?? "",
                        item["sql"]?.string ?? "",
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse queries cancel`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a query that is under way.")

        @Argument(help: "The query.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.post, "/query/\(id)/cancel")
                Terminal.say(connection.json ? answer.compact : "query \(id) is stopped")
            }
        }
    }

    /// `lakehouse queries submit`.
    struct Submit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Have a query run by itself; prints its name.")

        @Argument(help: "One SELECT statement; '-' or nothing reads it from standard input.")
        var statement: String?

        @Option(help: "How the result is kept: json, ndjson, csv, arrow or parquet.")
        var form = Form.csv

        @OptionGroup var question: Question
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            guard case .object(var members) = try question.body(statement) else { return }
            members.append(.init("form", .string(form.rawValue)))
            let body = JSONValue.object(members)
            try await connection.withClient { client in
                let query = try await client.json(.post, "/queries", body)
                Terminal.say(connection.json ? query.compact : query["query_id"]?.string ?? "")
            }
        }
    }

    /// `lakehouse queries submitted`.
    struct Submitted: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List your submitted queries, newest first.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.get, "/queries")
                if connection.json { return Terminal.say(answer.pretty) }
                var table = TextTable(["ID", "STATE", "FORM", "ROWS", "SIZE", "SQL"], rightAligned: [3, 4])
                for item in answer["items"]?.array ?? [] {
                    table.rows.append([
                        item["query_id"]?.string ?? "", item["state"]?.string ?? "", item["form"]?.string ?? "",
                        item["row_count"]?.int.map(Numbers.grouped) ?? "", item["bytes"]?.int.map(Numbers.bytes) ?? "",
                        item["sql"]?.string ?? "",
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse queries show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say how far a submitted query has come.")

        @Argument(help: "The query.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { Terminal.say(try await $0.json(.get, "/queries/\(id)").pretty) }
        }
    }

    /// `lakehouse queries result`.
    struct Result: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the result of a submitted query in the form it is kept in; of json a row a line."
        )

        @Argument(help: "The query.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let path = "/queries/\(id)/result"
                guard try await client.json(.get, "/queries/\(id)")["form"]?.string == "json" else {
                    return try await client.stream(.get, path, accept: "*/*") { Terminal.emit($0) }
                }
                var cursor: String?
                repeat {
                    let page = try await client.json(.get, path + (cursor.map { "?cursor=\($0)" } ?? ""))
                    for row in page["rows"]?.array ?? [] { Terminal.say(row.compact) }
                    cursor = page["next_cursor"]?.string
                } while cursor != nil
            }
        }
    }

    /// `lakehouse queries drop`.
    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a submitted query and take its result away.")

        @Argument(help: "The query.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.delete, "/queries/\(id)")
                Terminal.say(connection.json ? answer.compact : "query \(id) is dropped")
            }
        }
    }
}
