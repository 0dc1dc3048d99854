import ArgumentParser
import Foundation
import LakeClient

/// `lakehouse sql`.
struct SQLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sql", abstract: "Ask in SQL.")

    /// How the rows are printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, ndjson, csv
    }

    @Argument(help: "One SELECT statement; '-' or nothing reads it from standard input.")
    var statement: String?

    @Option(name: .customLong("param"), help: "A value for the next ? in the statement, or NAME=VALUE for $NAME.")
    var parameters: [String] = []

    @Option(help: "Rows at the most.")
    var maxRows: Int?

    @Option(help: ArgumentHelp("Seconds at the most.", valueName: "seconds"))
    var timeout: Double?

    @Option(help: "The lake version to read.")
    var version: Int?

    @Option(help: "table, json, ndjson or csv.")
    var format: Format?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let sql = try text()
        var members: [JSONValue.Member] = [.init("sql", .string(sql))]
        if !parameters.isEmpty { members.append(.init("params", try parameterValue())) }
        if let timeout { members.append(.init("timeout_ms", .number(String(Int(timeout * 1000))))) }
        if let version { members.append(.init("version", .number(String(version)))) }
        let format = format ?? (connection.json ? .json : .table)
        // A table is for eyes: a thousand lines are more than anybody scrolls through.
        let limit = maxRows ?? (format == .table ? 1000 : nil)
        if let limit { members.append(.init("max_rows", .number(String(limit)))) }
        let body = JSONValue.object(members)
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

    private func text() throws -> String {
        if let statement, statement != "-" { return statement }
        let input = FileHandle.standardInput.readDataToEndOfFile()
        guard let text = String(data: input, encoding: .utf8), !text.isEmpty else {
            throw ValidationError("give a statement, or send one to standard input")
        }
        return text
    }

    private func parameterValue() throws -> JSONValue {
        let named = parameters.compactMap { text -> JSONValue.Member? in
            guard let split = text.firstIndex(of: "="),
                text[..<split].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }),
                split > text.startIndex
            else { return nil }
            return .init(String(text[..<split]), Self.value(String(text[text.index(after: split)...])))
        }
        if named.count == parameters.count { return .object(named) }
        guard named.isEmpty else { throw ValidationError("--param takes values or NAME=VALUE, not both at once") }
        return .array(parameters.map(Self.value))
    }

    /// A number where the text is one as JSON writes it, else text; `007` stays text.
    private static func value(_ text: String) -> JSONValue {
        switch text {
        case "true": return true
        case "false": return false
        case "null": return .null
        default: break
        }
        if let parsed = try? JSONValue(parsing: text.utf8), case .number = parsed {
            let digits = text.drop { $0 == "-" }
            if !(digits.count > 1 && digits.first == "0" && digits.dropFirst().first?.isNumber == true) {
                return parsed
            }
        }
        return .string(text)
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
