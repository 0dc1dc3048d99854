import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse ask`.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask a question; every sentence of the answer cites its row."
    )

    @Argument(help: "The question.")
    var question: String

    @Option(help: "The index; needed when there are several.")
    var index: String?

    @Option(name: .short, help: "Passages to read.")
    var k: Int?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        var members: [JSONMember] = [.init("question", .string(question))]
        if let index { members.append(.init("index", .string(index))) }
        if let k { members.append(.init("k", .number(String(k)))) }
        let body = JSONValue.object(members)
        try await connection.withClient { client in
            let answer = try await client.json(.post, "/vectors/rag", body)
            let found = answer["found"]?.boolean == true
            if connection.json { Terminal.say(answer.pretty) } else { Self.show(answer, found: found) }
            if !found { throw ExitCode(2) }
        }
    }

    private static func show(_ answer: JSONValue, found: Bool) {
        Terminal.say(Terminal.printable(answer["answer"]?.string ?? ""))
        Terminal.say("")
        if !found { Terminal.say("Nearest passages:") }
        for citation in answer["citations"]?.array ?? [] {
            let place = "\(citation["dataset"]?.string ?? "") \(citation["id"]?.display ?? "")"
            let text = found ? citation["chunk"]?.string ?? "" : citation["text"]?.string ?? ""
            let line =
                "[\(citation["n"]?.int ?? 0)] \(place) (\(Numbers.fixed(citation["score"]?.double ?? 0, 2))): \(text)"
            let shown = Terminal.printable(line)
            Terminal.say(Terminal.width.map { DisplayWidth.fit(shown, $0) } ?? shown)
        }
        let how =
            answer["generated"]?.boolean == true ? "written by" : "sentences quoted, none generated; chosen by"
        Terminal.note("\(how) \(answer["model"]?.string ?? "") (\(answer["elapsed_ms"]?.int ?? 0) ms)")
    }
}
