import ArgumentParser
import Foundation
import LakeTorture

/// `lakehouse torture`.
struct TortureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "torture",
        abstract: "Run servers on a lake, make them die in every way, and check that nothing acknowledged is lost.",
        discussion: """
            The lake is a fresh or an earlier tortured one: the run adds tables of its own, named torture_…, and expects only what it \
            wrote itself. What it decides follows from the seed. Exit code 1 when something did not hold.
            """
    )

    @Option(help: ArgumentHelp("The lake's folder, made when absent.", valueName: "dir"))
    var lake: String

    @Option(help: "How long rounds are begun, in minutes.")
    var minutes = 1.0

    @Option(help: "At most so many rounds.")
    var rounds: Int?

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
    }

    func run() async throws {
        guard let program = Bundle.main.executablePath else { throw ExitCode.failure }
        var settings = TortureSettings(
            program: program,
            lake: lake,
            duration: .seconds(minutes * 60),
            seed: seed ?? .random(in: 1...1_000_000)
        )
        settings.plantedFaults = plant
        if let rounds { settings.rounds = rounds }
        let line = ProgressLine("Torturing")
        do {
            let report = try await Torture(settings).run { report in
                line.update(
                    share: nil,
                    "round \(report.rounds), \(report.deaths) deaths, \(report.acknowledged) writes held"
                )
            }
            line.finish()
            Terminal.say(report.text)
            if !report.held { throw ExitCode.failure }
        } catch let error as TortureError {
            line.finish()
            Terminal.fail(error.message)
            throw ExitCode.failure
        }
    }
}
