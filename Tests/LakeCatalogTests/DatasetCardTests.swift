import LakeCore
import Testing

@testable import LakeCatalog

/// What is said of datasets and found in them.
@Suite struct DatasetCardTests {
    private let notes = DatasetID(rawValue: "id-notes")

    private func state(_ actions: Action...) throws -> LakeState {
        var state = try Samples.state()
        for (place, action) in actions.enumerated() {
            let transaction = Transaction(actor: "ada", reason: "test", at: "later", actions: [action])
            state = try state.applying(transaction, version: 4 + place)
        }
        return state
    }

    @Test func aCardIsOfTheVersionThatSetItAndLeavesTheDatasetAsItWas() throws {
        let before = try #require(try Samples.state().datasets[notes])
        let after = try #require(
            try state(.datasetDescribed(notes, card: Samples.card("Notes"), replacing: 0)).datasets[notes]
        )
        #expect(after.card.version == 4 && after.card.owner == "ada")
        #expect(after.version == before.version && after.updatedAt == before.updatedAt)
    }

    @Test func ofTwoWhoDescribeAtOnceTheSecondIsTold() throws {
        #expect(throws: CatalogError.describedMeanwhile(DatasetName(fileName: "notes"))) {
            try state(
                .datasetDescribed(notes, card: Samples.card("one"), replacing: 0),
                .datasetDescribed(notes, card: Samples.card("two"), replacing: 0)
            )
        }
    }

    @Test func aProtectedDatasetIsDroppedOnlyAfterwards() throws {
        let protected = Action.datasetDescribed(notes, card: Samples.card("Notes"), replacing: 0)
        #expect(throws: CatalogError.protected(DatasetName(fileName: "notes"))) {
            try state(protected, .datasetDropped(notes, at: "later"))
        }
        var card = Samples.card("Notes")
        card.isProtected = false
        let dropped = try state(
            protected,
            .datasetDescribed(notes, card: card, replacing: 4),
            .datasetDropped(notes, at: "later")
        )
        #expect(dropped.datasets[notes]?.droppedAt == "later")
    }

    @Test func theSurerFindingAndTheLaterTimeStay() throws {
        var weaker = Samples.profile
        weaker.personalData[2]?[0].confidence = 0.5
        weaker.personalData[1] = [PersonalData(kind: .ssn, confidence: 0.6, matches: 1, sampled: 2)]
        weaker.highWater = "2026-02-01T11:00:00.000Z"
        let found = try state(
            .datasetProfiled(notes, Samples.profile, isWhole: false),
            .datasetProfiled(notes, weaker, isWhole: false)
        ).datasets[notes]?.profile
        #expect(found?.personalData[2] == Samples.profile.personalData[2])
        #expect(found?.personalData[1]?.first?.kind == .ssn)
        #expect(found?.highWater == Samples.profile.highWater)
        let whole = try state(
            .datasetProfiled(notes, Samples.profile, isWhole: false),
            .datasetProfiled(notes, weaker, isWhole: true)
        )
        #expect(whole.datasets[notes]?.profile == weaker)
    }

    @Test func whatIsSaidOfColumnsFollowsTheirNames() throws {
        let moved = Schema(columns: [
            Column(name: "body", type: "VARCHAR", fieldID: 1), Column(name: "extra", type: "VARCHAR", fieldID: 2),
        ])
        let after = try #require(
            try state(
                .datasetDescribed(notes, card: Samples.card("Notes"), replacing: 0),
                .datasetProfiled(notes, Samples.profile, isWhole: true),
                .filesReplaced(dataset: notes, files: [Samples.file("x")], schema: moved, expectedVersion: nil)
            ).datasets[notes]
        )
        #expect(after.card.columns == [1: DatasetCard.ColumnNote(sensitivity: .personal)])
        #expect(after.card.description == "Notes" && after.card.eventTimeColumn == nil)
        #expect(after.profile.personalData.isEmpty)
    }

    @Test func whatWasDecidedCountsBeforeWhatWasFound() throws {
        let body = Samples.schema.columns[1]
        var dataset = Samples.dataset("notes")
        #expect(dataset.sensitivity(of: body) == nil)
        dataset.profile = Samples.profile
        #expect(dataset.sensitivity(of: body)?.level == .personal)
        #expect(dataset.sensitivity(of: body)?.isProposed == true)
        dataset.profile.personalData[2]?[0].confidence = 0.4
        #expect(dataset.sensitivity(of: body) == nil)
        dataset.card.columns[2] = DatasetCard.ColumnNote(sensitivity: .public)
        dataset.profile = Samples.profile
        #expect(dataset.sensitivity(of: body)?.level == .public)
        #expect(dataset.sensitivity(of: body)?.isProposed == false)
    }

    @Test func aCheckpointKeepsCardAndProfile() async throws {
        var state = try Samples.state()
        state.datasets[notes]?.card = Samples.card("Notes")
        state.datasets[notes]?.profile = Samples.profile
        let checkpoint = CheckpointV1(state: state, at: Samples.at)
        let read = await CheckpointV2.decode(try await CheckpointV2.encode(checkpoint), version: state.version)
        #expect(read?.state == state)
    }
}
