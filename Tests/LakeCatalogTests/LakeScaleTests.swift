import Foundation
import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

/// Lakes of ten thousand of each.
@Suite struct LakeScaleTests {
    private static func append(_ number: Int, to dataset: String) -> Transaction {
        let files = [Samples.file("f\(number)", rows: 1)]
        let id = DatasetID(rawValue: dataset)
        return Samples.transaction(.filesAdded(dataset: id, files: files, expectedSchema: SchemaDigest(Samples.schema)))
    }

    @Test func tenThousandCommitsAreReplayed() async throws {
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

    @Test func tenThousandDatasetsAreMadeFoundAndDropped() async throws {
        var state = LakeState()
        for number in 1...10_000 {
            let transaction = Samples.transaction(
                .datasetCreated(Samples.dataset("d\(number)")),
                .ingestRecorded(Samples.receipt("s\(number)", "id-d\(number)"))
            )
            try state.apply(transaction, version: number)
        }
        let bytes = try await CheckpointV2.encode(CheckpointV1(state: state, at: "x"))
        let read = try #require(await CheckpointV2.decode(bytes, version: 10_000))
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

    /// Somebody holds every version, so nothing can be changed where it is.
    @Test func aCommitOfALargeLakeCostsWhatOneOfASmallLakeCosts() throws {
        var states = [LakeState()]
        func grow(to count: Int) throws {
            for number in states.count...count {
                let transaction = Samples.transaction(.datasetCreated(Samples.dataset("d\(number)")))
                states.append(try states[number - 1].applying(transaction, version: number))
            }
        }
        try grow(to: 500)
        let small = try processorSeconds { try grow(to: 1500) }
        try grow(to: 9000)
        let large = try processorSeconds { try grow(to: 10_000) }
        // Copying all of the lake would make it nine times as much.
        #expect(large < 4 * small)
        for number in stride(from: 0, through: 10_000, by: 500) { #expect(states[number].datasets.count == number) }
    }

    @Test func anAppendToManyFilesCostsWhatOneToFewCosts() throws {
        var state = try LakeState().applying(Samples.transaction(.datasetCreated(Samples.dataset("a"))), version: 1)
        func grow(to count: Int) throws {
            for version in state.version + 1...count {
                try state.apply(Self.append(version, to: "id-a"), version: version)
            }
        }
        try grow(to: 1000)
        let few = try processorSeconds { try grow(to: 3000) }
        try grow(to: 28_000)
        let many = try processorSeconds { try grow(to: 30_000) }
        #expect(many < 4 * few)
        #expect(state.datasets.values.first?.files.count == 29_999)
    }

    /// The time this thread has computed, whatever else the machine does.
    private func processorSeconds(_ work: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        try work()
        return now() - start
    }
}
