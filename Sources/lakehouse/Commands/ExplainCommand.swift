import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse explain`.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show how a query would be carried out."
    )

    @Argument(help: "One SELECT statement; '-' or nothing reads it from standard input.")
    var statement: String?

    @OptionGroup var question: Question
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let body = try question.body(statement)
        try await connection.withClient { client in
            let answer = try await client.json(.post, "/query/explain", body)
            if connection.json { return Terminal.say(answer.pretty) }
            if let plan = answer["plan"] { Self.show(plan, depth: 0) }
            for table in answer["tables"]?.array ?? [] {
                let (name, files) = (Terminal.printable(table["name"]?.string ?? ""), table["files"]?.int ?? 0)
                let place = table["source"]?.string == "store" ? "" : "memory"
                let rest = files > 0 || place.isEmpty ? "\(Numbers.grouped(files)) files" : ""
                Terminal.say("\(name): read from \([place, rest].filter { !$0.isEmpty }.joined(separator: " and "))")
            }
        }
    }

    /// A step a line, those that it takes its rows from below it.
    private static func show(_ step: JSONValue, depth: Int) {
        let rows = step["estimated_rows"]?.int.map { "  ~\(Numbers.grouped($0)) rows" } ?? ""
        var details = ""
        if case .object(let members) = step["details"] {
            details = members.map { member in
                "  \(member.name): \((member.value.array ?? []).compactMap(\.string).joined(separator: ", "))"
            }.joined()
        }
        Terminal.say("\(String(repeating: "  ", count: depth))\(step["step"]?.string ?? "")\(rows)\(details)")
        for input in step["inputs"]?.array ?? [] { show(input, depth: depth + 1) }
    }
}
