import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse sweep`.
struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Take away what no version of the lake refers to.",
        discussion: "What is swept waits in quarantine before it is gone, and comes back if it is needed after all."
    )

    @Flag(help: "Only say what would be done.")
    var dryRun = false

    @Option(help: ArgumentHelp("Leave younger objects alone; 1 or more.", valueName: "hours"))
    var minimumAge: Int?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            var request = [JSONMember("dry_run", .boolean(dryRun))]
            if let minimumAge { request.append(.init("minimum_age_s", .number("\(minimumAge * 3600)"))) }
            let outcome = try await client.json(.post, "/catalog/sweep", .object(request))
            if connection.json { return Terminal.say(outcome.pretty) }
            func count(_ field: String) -> String { Numbers.grouped(outcome[field]?.int ?? 0) }
            func bytes(_ field: String) -> String { Numbers.bytes(outcome[field]?.int ?? 0) }
            Terminal.say(
                "\(dryRun ? "would move" : "moved") \(count("moved")) of \(count("examined")) objects to quarantine "
                    + "(\(bytes("moved_bytes"))), \(dryRun ? "delete" : "deleted") \(count("deleted")) from it "
                    + "(\(bytes("deleted_bytes"))); versions from \(count("oldest_version")) on can be read"
            )
            let (segments, leftovers) = (outcome["job_segments"]?.int ?? 0, outcome["leftovers"]?.int ?? 0)
            if segments + leftovers > 0 {
                Terminal.say(
                    "\(dryRun ? "would remove" : "removed") \(count("job_segments")) checkpoints of ended jobs "
                        + "(\(bytes("job_segment_bytes"))) and \(count("leftovers")) uploads and files that were cut off"
                )
            }
            for object in outcome["objects"]?.array ?? [] { Terminal.say("  " + Terminal.printable(object.display)) }
            for object in outcome["restored"]?.array ?? [] {
                Terminal.say("  brought back: " + Terminal.printable(object.display))
            }
        }
    }
}
