import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

@Suite struct LogVerificationTests {
    private let store = MemoryObjectStore()

    /// A lake of twenty commits with checkpoints at 5, 10, 15 and 20.
    private func makeLake() async throws {
        var settings = LogSettings()
        settings.checkpointInterval = 5
        let log = try await LakeLog.open(store: store, settings: settings)
        for number in 1...20 {
            _ = try await log.commit(Samples.transaction(.datasetCreated(Samples.dataset("d\(number)"))))
        }
        await log.close()
    }

    private func commit(_ version: Int) throws -> ObjectKey { try LogStore.commit(version) }

    private func checkpoint(_ version: Int) throws -> ObjectKey {
        try LogStore.key(LogStore.checkpoints, version, ending: LogStore.binary)
    }

    private func problems() async throws -> [Int] {
        try await LogVerification(store: store).run().problems.map(\.version)
    }

    @Test func aSoundLogHasNoProblems() async throws {
        try await makeLake()
        let report = try await LogVerification(store: store).run()
        #expect(report.commits == 20 && report.checkpoints == 4)
        #expect(report.problems == [] && report.problemCount == 0)
    }

    @Test func anEmptyStoreHasNoProblems() async throws {
        #expect(try await LogVerification(store: store).run() == LogReport())
    }

    @Test func aMissingFormatFileIsFound() async throws {
        try await makeLake()
        try await store.delete(ObjectKey(validating: LogStore.formatFile))
        #expect(try await problems() == [0])
    }

    @Test func missingCommitsAreFound() async throws {
        try await makeLake()
        for version in [3, 4, 12] { try await store.delete(commit(version)) }
        let report = try await LogVerification(store: store).run()
        #expect(report.problems.map(\.version) == [3, 12])
        #expect(report.problems[0].detail == "Versions 3 to 4 are missing though later ones exist.")
        #expect(report.commits == 17)
    }

    @Test func damagedCommitsAreFound() async throws {
        try await makeLake()
        let bytes = try await store.get(commit(7))
        _ = try await store.put(commit(7), Array(bytes.dropLast()), condition: .always)
        _ = try await store.put(commit(13), bytes, condition: .always)
        #expect(try await problems() == [7, 13])
    }

    @Test func damagedCheckpointsAreFound() async throws {
        try await makeLake()
        _ = try await store.put(checkpoint(5), [], condition: .always)
        #expect(try await problems() == [5])
    }

    @Test func aCheckpointThatSaysSomethingElseIsFound() async throws {
        try await makeLake()
        var other = LakeState()
        other.version = 10
        let bytes = try await CheckpointV2.encode(CheckpointV1(state: other, at: Samples.at))
        _ = try await store.put(checkpoint(10), bytes, condition: .always)
        #expect(try await problems() == [10])
    }

    @Test func aCheckpointAfterTheEndIsFound() async throws {
        try await makeLake()
        try await store.delete(commit(20))
        #expect(try await problems() == [20])
    }

    @Test func aCommitThatDoesNotApplyIsFound() async throws {
        try await makeLake()
        let again = CommitV1(
            version: 21,
            at: Samples.at,
            transactions: [Samples.transaction(.datasetCreated(Samples.dataset("d1")))]
        )
        _ = try await store.put(commit(21), again.encoded(), condition: .ifAbsent)
        #expect(try await problems() == [21])
    }

    @Test func aFileThatADatasetHasTwiceIsFound() async throws {
        try await makeLake()
        let log = try await LakeLog.open(store: store)
        for _ in 0..<2 {
            let add = Action.filesAdded(
                dataset: DatasetID(rawValue: "id-d1"),
                files: [Samples.file("again")],
                expectedSchema: SchemaDigest(Samples.schema)
            )
            _ = try await log.commit(Samples.transaction(add))
        }
        #expect(try await problems() == [22])
    }
}
