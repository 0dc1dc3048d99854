import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse search`.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find rows by what their text means."
    )

    @Argument(help: "The index.")
    var index: String

    @Argument(help: "What to look for.")
    var query: String

    @Option(name: .short, help: "Hits at the most.")
    var k = 5

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let body = JSONValue.object([
            .init("index", .string(index)), .init("query", .string(query)), .init("k", .number(String(k))),
        ])
        try await connection.withClient { client in
            let answer = try await client.json(.post, "/vectors/search", body)
            let results = answer["results"]?.array ?? []
            if connection.json { Terminal.say(answer.pretty) } else { Self.show(answer, results) }
            if results.isEmpty { throw ExitCode(2) }
        }
    }

    private static func show(_ answer: JSONValue, _ results: [JSONValue]) {
        var table = TextTable(["SCORE", "ID", "TEXT"], rightAligned: [0])
        for result in results {
            let score = result["score"]?.double ?? 0
            table.rows.append([Numbers.fixed(score, 3), result["id"]?.display ?? "", result["text"]?.display ?? ""])
        }
        for line in table.lines(width: Terminal.width) { Terminal.say(line) }
        let stale =
            answer["stale"]?.boolean == true ? "; the dataset has changed since: lakehouse index refresh" : ""
        let milliseconds = Double(answer["elapsed_us"]?.int ?? 0) / 1000
        Terminal.note("\(results.count) hits (\(Numbers.fixed(milliseconds, 1)) ms)\(stale)")
    }
}
