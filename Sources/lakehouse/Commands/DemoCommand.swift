import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Load the staffing demo: candidates, clients, jobs, time sheets, calls, mail and résumés."
    )

    @Option(help: "small (about 50,000 rows) or full (2.47 million rows).")
    var scale = "small"

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let body = JSONValue.object([.init("scale", .string(scale))])
        try await connection.withClient { client in
            let line = ProgressLine("Loading the demo")
            var final = JSONValue.null
            try await client.lines(.post, "/catalog/demo", body) { event in
                if let problem = event["error"] {
                    let detail = problem["detail"]?.string ?? "it failed"
                    throw ClientError.refused(
                        status: 500,
                        code: problem["code"]?.string ?? "",
                        detail: detail,
                        requestID: nil
                    )
                }
                final = event
                let (done, total) = (event["datasets_done"]?.int ?? 0, max(1, event["datasets_total"]?.int ?? 1))
                line.update(share: Double(done) / Double(total), event["dataset"]?.string ?? "")
            }
            line.finish()
            if connection.json { return Terminal.say(final.compact) }
            let names = (final["datasets"]?.array ?? []).map(\.display)
            Terminal.say(names.isEmpty ? "the demo is there already" : "loaded \(names.joined(separator: ", "))")
        }
    }
}
