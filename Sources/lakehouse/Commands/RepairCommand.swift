import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse repair`.
struct RepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Say what would mend the lake and, with the plan approved, do it."
    )

    @Option(help: ArgumentHelp("Carry out the plan of this id.", valueName: "id"))
    var approve: String?

    @Flag(help: "Accept that rows are gone whose files are lost.")
    var acceptLoss = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            var request = [JSONMember("accept_loss", .boolean(acceptLoss))]
            if let approve { request.append(.init("approve", .string(approve))) }
            let answer = try await client.json(.post, "/catalog/repair", .object(request))
            if connection.json { return Terminal.say(answer.pretty) }
            let steps = answer["steps"]?.array ?? []
            for step in steps {
                let object = step["object"]?.string ?? ""
                Terminal.say(Terminal.printable("\(step["detail"]?.string ?? "")  \(object)"))
            }
            for problem in answer["beyond_repair"]?.array ?? [] {
                Terminal.say("beyond repair: " + Terminal.printable(problem.display))
            }
            if approve != nil { return Terminal.note("done, at version \(answer["version"]?.display ?? "")") }
            if steps.isEmpty { return Terminal.note("there is nothing to mend") }
            let rows = answer["rows_lost"]?.int ?? 0
            let loss = rows > 0 ? " --accept-loss" : ""
            Terminal.note("to do this: lakehouse repair --approve \(answer["id"]?.string ?? "")\(loss)")
        }
    }
}
