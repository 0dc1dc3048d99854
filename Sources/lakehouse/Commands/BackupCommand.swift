import ArgumentParser
import Foundation
import LakeCore
import LakeEngine
import LakeServer

/// `lakehouse backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a lake, or what is new in it, to another place, and check the copy.",
        discussion: """
            Servers may be at work on the lake. What is in the backup already is not copied again; a backup that was cut off is \
            completed by the next. The backup is a lake itself, as it was at the version that is told at the end, with the data of \
            all buckets in one.
            """
    )

    @Argument(help: "The backup's folder, made when absent, or s3://bucket/prefix.")
    var destination: String

    @OptionGroup var lake: LakeOptions
    @OptionGroup var s3: S3Options

    @Flag(help: "Read all of the backup again, not only what is new.")
    var checkAll = false

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func run() async throws {
        try await LakeCopying.run("backup", json: json) { progress in
            let place = try s3.place(destination)
            return try await LakeBackup.backUp(
                try await lake.settings(),
                to: place,
                checkAll: checkAll,
                progress: progress
            )
        }
    }
}

/// `lakehouse restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a lake of a backup, as it was at a version, and check it.",
        discussion: """
            Data files go to the buckets that they were in, where the settings have buckets of these names, and to the primary one \
            otherwise.
            """
    )

    @Argument(help: "The backup's folder, or s3://bucket/prefix.")
    var source: String

    @OptionGroup var lake: LakeOptions
    @OptionGroup var s3: S3Options

    @Option(help: "The version that the lake is to have; the newest if not given.")
    var version: Int?

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func run() async throws {
        try await LakeCopying.run("restore", json: json) { progress in
            let place = try s3.place(source)
            return try await LakeBackup.restore(
                try await lake.settings(),
                from: place,
                version: version,
                progress: progress
            )
        }
    }
}

/// Which lake is backed up, or made.
struct LakeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The lake's folder; as the settings have it otherwise.", valueName: "dir"))
    var lake: String?

    @Option(help: ArgumentHelp("The settings file; lakehouse.toml here otherwise.", valueName: "file"))
    var config: String?

    /// As a server would have them; there must be something that says where the lake is.
    func settings() async throws -> LakehouseSettings {
        try await ServerSettings.load(
            flags: lake.map { ["lake.folder": $0] } ?? [:],
            environment: ProcessInfo.processInfo.environment,
            file: config
        ).lake
    }
}

/// How a backup in S3 is reached; the same keys as those of a bucket in the settings.
struct S3Options: ParsableArguments {
    @Option(help: ArgumentHelp("Of the S3 service; Amazon's of the region if not given.", valueName: "url"))
    var endpoint: String?

    @Option(help: "Of the S3 service; us-east-1 if not given.")
    var region: String?

    @Flag(help: "Name the bucket in the path of S3 requests.")
    var pathStyle = false

    @Flag(help: "Accept an http: endpoint of another machine.")
    var plainHttp = false

    @Option(help: ArgumentHelp("Where the S3 access key is, file:NAME or env:PREFIX.", valueName: "reference"))
    var credentials = "env:AWS"

    /// The place that a backup's address names.
    func place(_ address: String) throws -> BucketPlace {
        let given = [
            ("endpoint", endpoint), ("region", region), ("path_style", pathStyle ? "true" : nil),
            ("plain_http", plainHttp ? "true" : nil), ("credentials", credentials),
        ]
        let values = given.compactMap { key, value in value.map { (key, $0) } }
        return try ServerSettings.place(address, Dictionary(uniqueKeysWithValues: values))
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
        if !outcome.problems.isEmpty { throw ExitCode.failure }
    }
}
