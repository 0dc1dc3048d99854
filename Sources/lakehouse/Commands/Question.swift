import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// What is asked beside the statement.
struct Question: ParsableArguments {
    @Option(name: .customLong("param"), help: "A value for the next ? in the statement, or NAME=VALUE for $NAME.")
    var parameters: [String] = []

    @Option(help: "Rows at the most.")
    var maxRows: Int?

    @Option(help: ArgumentHelp("Seconds at the most.", valueName: "seconds"))
    var timeout: Double?

    @Option(help: "The lake version to read.")
    var version: Int?

    /// The request's body.
    ///
    /// - Parameters:
    ///   - statement: The SELECT; nil or `-`: what standard input has.
    ///   - maxRows: How many rows where no option says.
    /// - Returns: What `POST /query/sql` takes.
    /// - Throws: `ValidationError`.
    func body(_ statement: String?, maxRows: Int? = nil) throws -> JSONValue {
        var members: [JSONMember] = [.init("sql", .string(try text(statement)))]
        if !parameters.isEmpty { members.append(.init("params", try parameterValue())) }
        if let timeout { members.append(.init("timeout_ms", .number(String(Int(timeout * 1000))))) }
        if let version { members.append(.init("version", .number(String(version)))) }
        if let limit = self.maxRows ?? maxRows { members.append(.init("max_rows", .number(String(limit)))) }
        return .object(members)
    }

    private func text(_ statement: String?) throws -> String {
        if let statement, statement != "-" { return statement }
        let input = FileHandle.standardInput.readDataToEndOfFile()
        guard let text = String(data: input, encoding: .utf8), !text.isEmpty else {
            throw ValidationError("give a statement, or send one to standard input")
        }
        return text
    }

    private func parameterValue() throws -> JSONValue {
        let named = parameters.compactMap { text -> JSONMember? in
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
}
