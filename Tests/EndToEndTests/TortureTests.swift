import Testing

/// A short torture of a fresh lake by the program itself, and of one whose store has a bug.
@Suite(.serialized, .timeLimit(.minutes(10))) struct TortureTests {
    @Test func nothingAcknowledgedIsLostHoweverServersDie() async throws {
        let place = try Workplace()
        let run = try await Program.run(["torture", "--lake", place.lake, "--minutes", "1", "--seed", "20261122"])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("everything held"))
    }

    /// Bugs of the kind that a day's tests do not show.
    @Test(arguments: ["skip-sync@*", "ignore-conflict@*"])
    func aPlantedBugIsFound(_ rule: String) async throws {
        let place = try Workplace()
        let arguments = ["torture", "--lake", place.lake, "--minutes", "2", "--seed", "3", "--plant", rule]
        let run = try await Program.run(arguments)
        #expect(run.status == 1, "\(rule) was not noticed: \(run.output)")
    }
}
