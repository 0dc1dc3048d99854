import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

@Suite struct SweeperTests {
    private let store = MemoryObjectStore()
    private static let day: Int64 = 86_400_000
    private static let notes = DatasetID(rawValue: "id-notes")

    private static func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    /// Puts the object of a file and gives what the log says of it.
    private static func file(_ name: String, in store: any ObjectStore) async throws -> DataFile {
        let file = Samples.file(name)
        _ = try await store.put(key(file.key), Array(repeating: 7, count: file.bytes), condition: .always)
        return file
    }

    private static func replace(_ files: [DataFile]) -> Transaction {
        Samples.transaction(
            .filesReplaced(dataset: notes, files: files, schema: Samples.schema, expectedVersion: nil)
        )
    }

    /// A dataset of which `old` was replaced by `new`, another that was dropped, an index, and two files of nobody.
    private static func makeLake(_ store: any ObjectStore) async throws {
        let log = try await LakeLog.open(store: store)
        var dataset = Samples.dataset("notes")
        dataset.files = [try await file("notes/old", in: store)]
        var other = Samples.dataset("sales")
        other.files = [try await file("sales/1", in: store)]
        _ = try await log.commit(Samples.transaction(.datasetCreated(dataset), .datasetCreated(other)))
        let index = Samples.index("x", on: "id-notes")
        _ = try await log.commit(
            Samples.transaction(
                .indexCreated(index),
                .generationPromoted(index: index.id, generation: Samples.generation(1, source: 1), replacing: nil)
            )
        )
        _ = try await log.commit(replace([try await file("notes/new", in: store)]))
        _ = try await log.commit(Samples.transaction(.datasetDropped(other.id, at: Samples.at)))
        _ = try await file("notes/nobodys", in: store)
        for name in ["vectors.f32", "chunks.bin"] {
            _ = try await store.put(key("indexes/1/generations/1/" + name), [1], condition: .always)
            _ = try await store.put(key("indexes/1/generations/2/" + name), [1], condition: .always)
        }
    }

    private static func sweep(
        _ store: any ObjectStore,
        days: Int64,
        _ change: (inout SweepSettings) -> Void = { _ in },
        pins: SweepPins = SweepPins()
    ) async throws -> SweepReport {
        var settings = SweepSettings()
        change(&settings)
        let log = try await LakeLog.open(store: store)
        let now = WallClock.nowMilliseconds() + days * day
        return try await Sweeper(store: store, log: log, settings: settings, pins: pins, now: now).run(by: "ada")
    }

    private static func keys(_ prefix: String, _ store: any ObjectStore) async throws -> [String] {
        try await store.list(prefix: prefix, after: nil, limit: 1000).map(\.key.rawValue)
    }

    private static let all = [
        "datasets/notes/new", "datasets/notes/nobodys", "datasets/notes/old", "datasets/sales/1",
    ]

    @Test func whatIsYoungIsLeftAlone() async throws {
        try await Self.makeLake(store)
        let report = try await Self.sweep(store, days: 0)
        #expect(report.examined == 8 && report.movedCount == 0 && report.oldestVersion == 0)
        #expect(try await Self.keys("datasets/", store) == Self.all)
        #expect(try await LakeLog.open(store: store).state().version == 4)
    }

    @Test func whatVersionsThatCanBeReadHaveStays() async throws {
        try await Self.makeLake(store)
        let report = try await Self.sweep(store, days: 2)
        // Old enough to go, but only what no version has goes.
        #expect(
            report.moved == [
                "datasets/notes/nobodys", "indexes/1/generations/2/chunks.bin", "indexes/1/generations/2/vectors.f32",
            ]
        )
        #expect(report.movedBytes == 82)
        #expect(try await Self.keys("datasets/", store) == Self.all.filter { !$0.hasSuffix("nobodys") })
        #expect(try await Self.keys("indexes/", store).count == 2)
        #expect(try await LakeLog.open(store: store).state().version == 4)
    }

    @Test func oldVersionsGoButNotWhatAnIndexReads() async throws {
        try await Self.makeLake(store)
        let report = try await Self.sweep(store, days: 10)
        #expect(report.oldestVersion == 4 && report.purged.map(\.rawValue) == ["id-sales"])
        #expect(report.version == 5)
        let state = try await LakeLog.open(store: store).state()
        #expect(state.oldestVersion == 4 && state.datasets.count == 1)
        // The index was built from version 1, so the file of then stays; that of the forgotten dataset does not.
        #expect(try await Self.keys("datasets/", store) == ["datasets/notes/new", "datasets/notes/old"])
        #expect(try await Self.sweep(store, days: 10).movedCount == 0)
        #expect(try await LogVerification(store: store).run().problems == [])
    }

    @Test func whatWorkUnderWayReadsStays() async throws {
        try await Self.makeLake(store)
        var pins = SweepPins()
        pins.versions = [3]
        let report = try await Self.sweep(store, days: 10, pins: pins)
        #expect(report.oldestVersion == 3 && report.purged.isEmpty)
        #expect(try await Self.keys("datasets/", store).contains("datasets/sales/1"))
        pins.versions = []
        pins.datasets = [(DatasetID(rawValue: "id-sales"), 3)]
        #expect(try await Self.sweep(store, days: 10, pins: pins).oldestVersion == 5)
        #expect(try await Self.keys("datasets/", store).contains("datasets/sales/1"))
        #expect(try await Self.sweep(store, days: 10).moved == ["datasets/sales/1"])
    }

    @Test func aDryRunChangesNothing() async throws {
        try await Self.makeLake(store)
        let before = try await store.list(prefix: "", after: nil, limit: 1000)
        let planned = try await Self.sweep(store, days: 10) { $0.isDryRun = true }
        #expect(try await store.list(prefix: "", after: nil, limit: 1000) == before)
        var done = try await Self.sweep(store, days: 10)
        #expect(planned.moved.count == 4)
        #expect(done.version == planned.version + 1)
        done.isDryRun = true
        done.version = planned.version
        #expect(done == planned)
    }

    @Test func quarantineEndsAndGivesBackWhatIsNeeded() async throws {
        try await Self.makeLake(store)
        _ = try await Self.sweep(store, days: 10)
        #expect(try await Self.keys("quarantine/", store).count == 4)
        // Somebody puts a swept file back to use.
        let log = try await LakeLog.open(store: store)
        _ = try await log.commit(Self.replace([Samples.file("notes/nobodys")]))
        let second = try await Self.sweep(store, days: 11)
        #expect(second.restored == ["datasets/notes/nobodys"])
        // What it replaced is of no use any more.
        #expect(second.moved == ["datasets/notes/new"])
        #expect(try await Self.keys("quarantine/", store).count == 4)
        let third = try await Self.sweep(store, days: 17)
        #expect(third.deletedCount == 3 && third.deletedBytes == 82)
        #expect(try await Self.keys("datasets/", store).contains("datasets/notes/nobodys"))
    }

    /// Another server commits a file between the listing and the look at the log.
    @Test func whatIsCommittedMeanwhileStays() async throws {
        try await Self.makeLake(store)
        let log = try await LakeLog.open(store: store)
        let racing = InterceptedObjectStore(base: store) { prefix in
            guard prefix == "datasets/" else { return }
            _ = try? await log.commit(Self.replace([Samples.file("notes/nobodys")]))
        }
        let reader = try await LakeLog.open(store: store)
        let now = WallClock.nowMilliseconds() + 2 * Self.day
        let report = try await Sweeper(store: racing, log: reader, now: now).run(by: "ada")
        #expect(!report.moved.contains("datasets/notes/nobodys"))
        #expect(try await Self.keys("datasets/", store).contains("datasets/notes/nobodys"))
    }

    /// A file that was moved to another bucket, and objects of nobody there.
    @Test func whatAnotherServerCommittedAMomentAgoStays() async throws {
        try await Self.makeLake(store)
        var settings = LogSettings()
        settings.freshness = .seconds(3600)
        let log = try await LakeLog.open(store: store, settings: settings)
        _ = try await log.newestState()
        let other = try await LakeLog.open(store: store)
        _ = try await other.commit(Self.replace([Samples.file("notes/nobodys")]))
        let now = WallClock.nowMilliseconds() + 2 * Self.day
        let report = try await Sweeper(store: store, log: log, now: now).run(by: "ada")
        #expect(report.version == 5 && !report.moved.contains("datasets/notes/nobodys"))
        #expect(try await Self.keys("datasets/", store).contains("datasets/notes/nobodys"))
    }

    @Test func eachBucketKeepsItsOwnFiles() async throws {
        let other = MemoryObjectStore()
        let log = try await LakeLog.open(store: store)
        var moved = try await Self.file("notes/1", in: store)
        _ = try await Self.file("notes/1", in: other)
        _ = try await Self.file("id-notes/nobodys", in: other)
        // Of another lake, whose file it is.
        _ = try await Self.file("id-sales/1", in: other)
        _ = try await log.commit(Samples.transaction(.datasetCreated(Samples.dataset("notes", files: [moved]))))
        moved.bucket = "other"
        let exchange = Action.filesExchanged(
            dataset: Self.notes,
            removing: [moved.seen],
            adding: [moved],
            expectedSchema: SchemaDigest(Samples.schema)
        )
        _ = try await log.commit(Samples.transaction(exchange))
        func sweep(_ days: Int64) async throws -> SweepReport {
            let now = WallClock.nowMilliseconds() + days * Self.day
            return try await Sweeper(store: store, others: ["other": other], log: log, now: now).run(by: "ada")
        }
        // As long as version 1 can be read it finds the file where it was.
        #expect(try await sweep(2).moved == ["other:datasets/id-notes/nobodys"])
        #expect(try await sweep(10).moved == ["datasets/notes/1"])
        #expect(try await Self.keys("datasets/", other) == ["datasets/id-sales/1", "datasets/notes/1"])
        #expect(try await Self.keys("datasets/", store).isEmpty)
        // A bucket that is a lake itself, such as a backup, is nobody else's to sweep.
        _ = try await LakeLog.open(store: other)
        _ = try await Self.file("id-notes/more", in: other)
        let last = try await sweep(10)
        #expect(last.skipped == ["other"] && last.moved.isEmpty)
    }

    @Test func oldCheckpointsGoButForTheNewest() async throws {
        var settings = LogSettings()
        settings.checkpointInterval = 2
        let log = try await LakeLog.open(store: store, settings: settings)
        for number in 0..<20 {
            _ = try await log.commit(Samples.transaction(.keyCreated(Samples.key("k\(number)"))))
        }
        var states: [LakeState] = []
        for version in 0...20 { states.append(try await log.state(at: version)) }
        await log.close()
        let report = try await Self.sweep(store, days: 0)
        #expect(report.checkpointsDeleted == 7)
        #expect(try await LogStore(store: store).checkpointVersions() == [16, 18, 20])
        let again = try await LakeLog.open(store: store)
        for version in 0...20 { #expect(try await again.state(at: version) == states[version]) }
    }

    /// Cut off at each of its writes, and taken up again.
    @Test func aSweepThatDiesLosesNothing() async throws {
        let counting = FailingObjectStore(MemoryObjectStore(), fault: .none)
        try await Self.makeLake(counting)
        let made = counting.writes
        _ = try await Self.sweep(counting, days: 10)
        #expect(counting.writes > made + 8)
        for write in 1...counting.writes - made {
            for fault in [FailingObjectStore.Fault.crashesBefore(write: write), .crashesAfter(write: write)] {
                let base = MemoryObjectStore()
                try await Self.makeLake(base)
                _ = try? await Self.sweep(FailingObjectStore(base, fault: fault), days: 10)
                for key in ["datasets/notes/new", "datasets/notes/old", "indexes/1/generations/1/vectors.f32"] {
                    #expect(try await base.head(Self.key(key)) != nil, "\(fault) took \(key)")
                }
                // What is in neither place was never to be lost.
                let kept = try await Self.keys("datasets/", base)
                let waiting = try await Self.keys("quarantine/", base)
                for key in Self.all { #expect(kept.contains(key) || waiting.contains { $0.hasSuffix(key) }) }
                _ = try await Self.sweep(base, days: 10)
                #expect(try await Self.keys("datasets/", base) == ["datasets/notes/new", "datasets/notes/old"])
                _ = try await Self.sweep(base, days: 20)
                #expect(try await Self.keys("quarantine/", base).isEmpty)
                #expect(try await LogVerification(store: base).run().problems == [])
            }
        }
    }
}
