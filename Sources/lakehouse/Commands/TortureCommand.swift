import ArgumentParser
import Foundation
import LakeTorture

/// `lakehouse torture`.
struct TortureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "torture",
        abstract: "Run servers on a lake, make them die in every way, and check that nothing acknowledged is lost.",
        discussion: """
            The lake is a fresh one: the run adds tables of its own, named torture_…, and expects only what it wrote itself. What it \
            decides follows from the seed, and each round's plan is printed. Exit code 1 when something did not hold. Credentials for \
            a lake in S3 are in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
            """
    )

    @Option(help: ArgumentHelp("The lake's folder, made when absent, or s3://BUCKET/PREFIX.", valueName: "lake"))
    var lake: String

    @Option(help: ArgumentHelp("The S3 service; Amazon's if not given.", valueName: "url"))
    var endpoint: String?

    @Option(help: "The region of the S3 service.")
    var region: String?

    @Option(help: "How long rounds are begun, in minutes.")
    var minutes = 1.0

    @Option(help: "At most so many rounds.")
    var rounds: Int?

    @Option(help: "The number of the first round: to go on where another run stopped.")
    var fromRound = 1

    @Option(help: "Decides how each round goes.")
    var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            "Faults of every server, to see a planted bug found; as in LAKEHOUSE_FAULTS.",
            valueName: "rules"
        )
    )
    var plant = ""

    func validate() throws {
        if minutes <= 0 { throw ValidationError("--minutes must be above 0") }
        if fromRound < 1 { throw ValidationError("--from-round must be at least 1") }
    }

    func run() async throws {
        guard let program = Bundle.main.executablePath else { throw ExitCode.failure }
        var settings = TortureSettings(
            program: program,
            lake: lake,
            duration: .seconds(minutes * 60),
            seed: seed ?? .random(in: 1...1_000_000)
        )
        settings.endpoint = endpoint
        settings.region = region
        settings.firstRound = fromRound
        settings.plantedFaults = plant
        if let rounds { settings.rounds = rounds }
        do {
            let report = try await Torture(settings).run { Terminal.note($0) }
            Terminal.say(report.text)
            if !report.held { throw ExitCode.failure }
        } catch let error as TortureError {
            Terminal.fail(error.message)
            throw ExitCode.failure
        }
    }
}
