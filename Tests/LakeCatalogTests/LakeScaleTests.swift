import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

/// Sizes at which a cost that grows with the square would not end within the limit.
@Suite struct LakeScaleTests {
    private static func append(_ number: Int, to dataset: String) -> Transaction {
        let files = [Samples.file("f\(number)", rows: 1)]
        let id = DatasetID(rawValue: dataset)
        return Samples.transaction(.filesAdded(dataset: id, files: files, expectedSchema: Samples.schema))
    }

    @Test(.timeLimit(.minutes(1)))
    func tenThousandCommitsAreReplayed() async throws {
        let store = MemoryObjectStore()
        let log = LogStore(store: store)
        _ = try await LakeLog.open(store: store)
        for version in 1...10_000 {
            let transaction =
                version == 1
                ? Samples.transaction(.datasetCreated(Samples.dataset("a"))) : Self.append(version, to: "id-a")
            try await log.write(CommitV1(version: version, at: Samples.at, transactions: [transaction]))
        }
        let state = try await LakeLog.open(store: store).state()
        #expect(state.version == 10_000)
        #expect(state.dataset(named: DatasetName(fileName: "a"))?.rows == 9999)
    }

    @Test(.timeLimit(.minutes(1)))
    func tenThousandDatasetsAreMadeFoundAndDropped() async throws {
        var state = LakeState()
        for number in 1...10_000 {
            let transaction = Samples.transaction(
                .datasetCreated(Samples.dataset("d\(number)")),
                .ingestRecorded(Samples.receipt("s\(number)", "id-d\(number)"))
            )
            try state.apply(transaction, version: number)
        }
        let read = try #require(
            CheckpointV1.decode(await CheckpointV1(state: state, at: "x").encoded(), version: 10_000)
        )
        #expect(read.state == state)
        for number in 1...10_000 {
            let name = DatasetName(fileName: "d\(number)")
            #expect(read.state.dataset(named: name)?.id.rawValue == "id-d\(number)")
        }
        for number in 1...10_000 {
            let drop = Action.datasetDropped(DatasetID(rawValue: "id-d\(number)"), at: "x")
            try state.apply(Samples.transaction(drop), version: 10_000 + number)
        }
        #expect(state.receipts.isEmpty && state.datasets.count == 10_000)
    }

    @Test(.timeLimit(.minutes(1)))
    func aGroupCopiesALargeStateOnce() throws {
        var state = LakeState()
        for number in 1...10_000 {
            try state.apply(Samples.transaction(.datasetCreated(Samples.dataset("d\(number)"))), version: number)
        }
        let pinned = state
        for round in 0..<20 {
            let plan = CommitPlan((0..<500).map { Self.append($0, to: "id-d\($0 + 1)") }, on: state)
            #expect(plan.accepted.count == 500, "round \(round)")
            state = plan.state
        }
        #expect(state.datasets.values.reduce(0) { $0 + $1.rows } == 10_000)
        #expect(pinned.datasets.values.allSatisfy { $0.rows == 0 })
    }
}
