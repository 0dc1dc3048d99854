import ArgumentParser
import Foundation
import LakeCore
import LakeEngine

/// `lakehouse backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a lake, or what is new in it, to another folder, and check the copy.",
        discussion: """
            Servers may be at work on the lake. What is in the backup already is not copied again; a backup that was cut off is \
            completed by the next. The backup is a lake itself, as it was at the version that is told at the end.
            """
    )

    @Argument(help: "The backup's folder; made when absent.")
    var destination: String

    @Option(help: ArgumentHelp("The lake's folder.", valueName: "dir"))
    var lake: String

    @Flag(help: "Read all of the backup again, not only what is new.")
    var checkAll = false

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func run() async throws {
        try await LakeCopying.run("backup", json: json) { progress in
            try await LakeBackup.backUp(lake: lake, to: destination, checkAll: checkAll, progress: progress)
        }
    }
}

/// `lakehouse restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a lake of a backup, as it was at a version, and check it."
    )

    @Argument(help: "The backup's folder.")
    var source: String

    @Option(help: ArgumentHelp("The folder of the lake to make; there must be none yet.", valueName: "dir"))
    var lake: String

    @Option(help: "The version that the lake is to have; the newest if not given.")
    var version: Int?

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func run() async throws {
        try await LakeCopying.run("restore", json: json) { progress in
            try await LakeBackup.restore(backup: source, to: lake, version: version, progress: progress)
        }
    }
}

/// What the two commands have in common.
private enum LakeCopying {
    static func run(
        _ name: String,
        json: Bool,
        _ body: (@escaping @Sendable (Int, Int) -> Void) async throws -> BackupOutcome
    ) async throws {
        let line = ProgressLine(name)
        let outcome: BackupOutcome
        do {
            outcome = try await body { done, all in
                line.update(share: Double(done) / Double(max(1, all)), "\(Numbers.grouped(done)) objects")
            }
            line.finish()
        } catch let error as any LakeFailure {
            line.finish()
            Terminal.fail(error.detail)
            throw ExitCode.failure
        }
        if json {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            Terminal.say(String(decoding: try encoder.encode(outcome), as: UTF8.self))
        } else {
            Terminal.say(
                "version \(outcome.version): \(Numbers.grouped(outcome.objects)) objects, \(Numbers.bytes(outcome.bytes)); "
                    + "copied \(Numbers.grouped(outcome.objectsCopied)) (\(Numbers.bytes(outcome.bytesCopied))) and "
                    + "\(Numbers.grouped(outcome.commits)) commits: \(outcome.problems.isEmpty ? "sound" : "not whole")"
            )
            for problem in outcome.problems { Terminal.say("  " + Terminal.printable(problem)) }
        }
        if outcome.objectsElsewhere > 0 {
            Terminal.note(
                "\(Numbers.grouped(outcome.objectsElsewhere)) data files are in other buckets and were not copied"
            )
        }
        if !outcome.problems.isEmpty { throw ExitCode.failure }
    }
}
