import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse verify`.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that everything in the lake is as it was written. Changes nothing."
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let report = try await client.json(.post, "/catalog/verify")
            let problems = report["problems"]?.array ?? []
            if connection.json {
                Terminal.say(report.pretty)
            } else {
                let (commits, objects) = (report["commits"]?.int ?? 0, report["objects"]?.int ?? 0)
                Terminal.say(
                    "\(Numbers.grouped(commits)) commits, \(Numbers.grouped(objects)) objects, "
                        + "\(Numbers.bytes(report["bytes"]?.int ?? 0)): \(problems.isEmpty ? "sound" : "\(problems.count) problems")"
                )
                for problem in problems { Terminal.say("  \(Terminal.printable(problem["detail"]?.string ?? ""))") }
                let left = report["unreferenced"]?.int ?? 0
                if left > 0 {
                    Terminal.note(
                        "\(Numbers.grouped(left)) objects belong to no version: work that was cut off left them; 'lakehouse sweep'"
                    )
                }
            }
            if !problems.isEmpty { throw ExitCode.failure }
        }
    }
}
