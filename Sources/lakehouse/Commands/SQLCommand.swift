import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// `lakehouse sql`.
struct SQLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sql", abstract: "Ask in SQL.")

    /// How the rows are printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, ndjson, csv
    }

    @Argument(help: "One SELECT statement; '-' or nothing reads it from standard input.")
    var statement: String?

    @OptionGroup var question: Question

    @Option(help: "table, json, ndjson or csv.")
    var format: Format?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let format = format ?? (connection.json ? .json : .table)
        // A table is for eyes: a thousand lines are more than anybody scrolls through.
        let body = try question.body(statement, maxRows: format == .table ? 1000 : nil)
        try await connection.withClient { client in
            switch format {
            case .table: Self.show(try await client.json(.post, "/query/sql", body))
            case .json:
                try await client.stream(.post, "/query/sql", body, accept: "application/json") { Terminal.emit($0) }
                Terminal.say("")
            case .ndjson: try await client.lines(.post, "/query/sql", body) { try Self.say($0) }
            case .csv: try await client.stream(.post, "/query/sql", body, accept: "text/csv") { Terminal.emit($0) }
            }
        }
    }

    private static func say(_ line: JSONValue) throws {
        // A stream that fails after it began says so in its last line.
        if let problem = line["error"], let detail = problem["detail"]?.string {
            throw ClientError.refused(status: 500, code: problem["code"]?.string ?? "", detail: detail, requestID: nil)
        }
        Terminal.say(line.compact)
    }

    private static func show(_ answer: JSONValue) {
        let columns = answer["columns"]?.array ?? []
        let numeric = columns.enumerated().filter { _, column in
            let type = column["type"]?.string ?? ""
            return type.hasSuffix("INT") || type.hasPrefix("DECIMAL") || ["INTEGER", "DOUBLE", "FLOAT"].contains(type)
        }
        var table = TextTable(
            columns.map { $0["name"]?.string ?? "" },
            rightAligned: Set(numeric.map(\.offset))
        )
        table.rows = (answer["rows"]?.array ?? []).map { ($0.array ?? []).map(\.display) }
        for line in table.lines(width: Terminal.width) { Terminal.say(line) }
        let more = answer["has_more"]?.boolean == true ? ", more not shown" : ""
        let count = answer["row_count"]?.int ?? table.rows.count
        let milliseconds = answer["elapsed_ms"]?.double ?? 0
        Terminal.note(
            "\(Numbers.grouped(count)) row\(count == 1 ? "" : "s")\(more) (\(Numbers.fixed(milliseconds, 1)) ms, "
                + "version \(answer["version"]?.int ?? 0))"
        )
    }
}
