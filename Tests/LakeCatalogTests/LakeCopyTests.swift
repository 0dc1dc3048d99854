import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

@Suite struct LakeCopyTests {
    private let source = MemoryObjectStore()
    private let backup = MemoryObjectStore()
    private static let notes = DatasetID(rawValue: "id-notes")

    private static func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    /// Puts the object of a file and gives what the log says of it.
    private static func file(_ name: String, in store: any ObjectStore) async throws -> DataFile {
        var file = Samples.file(name)
        let bytes = Array(repeating: UInt8(name.utf8.count), count: file.bytes)
        _ = try await store.put(key(file.key), bytes, condition: .always)
        file.sha256 = ContentHash.sha256(bytes)
        return file
    }

    /// Five versions: a dataset that grows and is replaced, an index over it, another dataset that comes and goes.
    private static func makeLake(_ store: any ObjectStore) async throws {
        let log = try await LakeLog.open(store: store)
        var dataset = Samples.dataset("notes")
        dataset.files = [try await file("notes/1", in: store)]
        let index = Samples.index("x", on: "id-notes")
        for name in ["vectors.f32", "chunks.bin"] {
            _ = try await store.put(key("indexes/1/generations/1/" + name), [1, 2], condition: .always)
        }
        var other = Samples.dataset("sales")
        other.files = [try await file("sales/1", in: store)]
        let transactions = [
            Samples.transaction(.datasetCreated(dataset)),
            Samples.transaction(
                .indexCreated(index),
                .generationPromoted(index: index.id, generation: Samples.generation(1, source: 1), replacing: nil)
            ),
            Samples.transaction(.datasetCreated(other)),
            Samples.transaction(
                .filesReplaced(
                    dataset: notes,
                    files: [try await file("notes/22", in: store)],
                    schema: Samples.schema,
                    expectedVersion: nil
                )
            ),
            Samples.transaction(.datasetDropped(other.id, at: Samples.at)),
        ]
        for transaction in transactions { _ = try await log.commit(transaction) }
        _ = try await store.put(key("jobs/1.json"), [3], condition: .always)
        _ = try await store.put(key("datasets/notes/nobodys"), [9], condition: .always)
    }

    private static func append(_ name: String, to store: any ObjectStore) async throws {
        let log = try await LakeLog.open(store: store)
        let files = [try await file(name, in: store)]
        _ = try await log.commit(
            Samples.transaction(.filesAdded(dataset: notes, files: files, expectedSchema: SchemaDigest(Samples.schema)))
        )
    }

    private static func keys(_ store: any ObjectStore) async throws -> [String] {
        try await store.list(prefix: "", after: nil, limit: 1000).map(\.key.rawValue)
            .filter { !$0.hasPrefix(LogStore.checkpoints) }
    }

    @Test func aBackupIsTheLakeWithoutWhatIsNobodys() async throws {
        try await Self.makeLake(source)
        let report = try await LakeCopy(from: source, to: backup).backUp()
        #expect(report.problems.isEmpty && report.version == 5 && report.commits == 5)
        #expect(report.objects == 6 && report.objectsCopied == 6 && report.bytes == report.bytesCopied)
        #expect(try await Self.keys(backup) == Self.keys(source).filter { !$0.hasSuffix("nobodys") })
        #expect(try await LakeLog.open(store: backup).state() == LakeLog.open(store: source).state())
    }

    @Test func theNextBackupCopiesOnlyWhatIsNew() async throws {
        try await Self.makeLake(source)
        let copy = LakeCopy(from: source, to: backup)
        _ = try await copy.backUp()
        let nothing = try await copy.backUp(checkAll: true)
        #expect(nothing.objectsCopied == 0 && nothing.commits == 0 && nothing.problems.isEmpty)
        try await Self.append("notes/333", to: source)
        let more = try await copy.backUp()
        #expect(more.objectsCopied == 1 && more.commits == 1 && more.objects == 7)
        #expect(try await LakeLog.open(store: backup).state() == LakeLog.open(store: source).state())
    }

    @Test func everyVersionIsRestoredExactly() async throws {
        try await Self.makeLake(source)
        _ = try await LakeCopy(from: source, to: backup).backUp()
        let log = try await LakeLog.open(store: source)
        for version in 0...5 {
            let restored = MemoryObjectStore()
            let report = try await LakeCopy(from: backup, to: restored).restore(version: version)
            #expect(report.problems.isEmpty)
            let again = try await LakeLog.open(store: restored)
            #expect(try await again.state() == log.state(at: version))
            #expect(again.lakeID == log.lakeID)
            for file in try await again.state().datasets.values.flatMap(\.files) {
                #expect(try await restored.digest(of: Self.key(file.key)).sha256 == file.sha256)
            }
            // It goes on from there.
            #expect(try await again.commit(Samples.transaction(.keyCreated(Samples.key("a")))).version == version + 1)
        }
        await #expect(throws: CatalogError.noSuchVersion(6, newest: 5)) {
            try await LakeCopy(from: backup, to: MemoryObjectStore()).restore(version: 6)
        }
    }

    @Test func aBackupIsNotMixedWithAnotherLake() async throws {
        try await Self.makeLake(source)
        _ = try await LakeCopy(from: source, to: backup).backUp()
        let other = MemoryObjectStore()
        try await Self.makeLake(other)
        let error = CatalogError.otherLake(reason: "another lake is there")
        await #expect(throws: error) { try await LakeCopy(from: other, to: backup).backUp() }
        // A restored lake that went its own way.
        let restored = MemoryObjectStore()
        _ = try await LakeCopy(from: backup, to: restored).restore(version: 3)
        try await Self.append("notes/4444", to: restored)
        try await Self.append("notes/55555", to: restored)
        try await Self.append("notes/666666", to: restored)
        let parted = CatalogError.otherLake(
            reason: "its history goes on differently after the one that is to be copied"
        )
        await #expect(throws: parted) { try await LakeCopy(from: restored, to: backup).backUp() }
        await #expect(throws: CatalogError.otherLake(reason: "a lake is there already")) {
            try await LakeCopy(from: backup, to: restored).restore()
        }
        await #expect(throws: CatalogError.otherLake(reason: "there is no lake to copy")) {
            try await LakeCopy(from: MemoryObjectStore(), to: MemoryObjectStore()).restore()
        }
    }

    @Test func whatIsDamagedOrMissingIsNamedAndNoVersionFollowsIt() async throws {
        try await Self.makeLake(source)
        let file = try Self.key("datasets/notes/22")
        let bytes = try await source.get(file)
        _ = try await source.put(file, bytes.dropLast() + [0], condition: .always)
        let damaged = try await LakeCopy(from: source, to: backup).backUp()
        #expect(damaged.problems == ["datasets/notes/22: it is damaged where it was to be copied from"])
        #expect(try await backup.head(file) == nil)
        #expect(try await !Self.keys(backup).contains { $0.hasPrefix("_lake/") })
        try await source.delete(file)
        let missing = try await LakeCopy(from: source, to: backup).backUp()
        #expect(missing.problems == ["datasets/notes/22: it is missing where it was to be copied from"])
        _ = try await source.put(file, bytes, condition: .always)
        #expect(try await LakeCopy(from: source, to: backup).backUp().problems.isEmpty)
        // Damage in the backup itself is found when everything is read again, and mended.
        _ = try await backup.put(file, bytes.dropLast() + [0], condition: .always)
        let mended = try await LakeCopy(from: source, to: backup).backUp(checkAll: true)
        #expect(mended.objectsCopied == 1 && mended.problems.isEmpty)
        #expect(try await backup.get(file) == bytes)
    }

    /// Cut off at each write of a backup and of a restore, and taken up again.
    @Test func aCopyThatDiesIsCompletedByTheNext() async throws {
        try await Self.makeLake(source)
        let state = try await LakeLog.open(store: source).state()
        let counting = FailingObjectStore(MemoryObjectStore(), fault: .none)
        _ = try await LakeCopy(from: source, to: counting).backUp()
        #expect(counting.writes == 6 + 5 + 2)
        for write in 1...counting.writes {
            for fault in [FailingObjectStore.Fault.crashesBefore(write: write), .crashesAfter(write: write)] {
                let base = MemoryObjectStore()
                await #expect(throws: (any Error).self) {
                    try await LakeCopy(from: source, to: FailingObjectStore(base, fault: fault)).backUp()
                }
                // What is there is a lake or nothing that could pass for one.
                if try await base.head(Self.key(LogStore.formatFile)) != nil {
                    #expect(try await LakeLog.open(store: base).state() == state)
                }
                #expect(try await LakeCopy(from: source, to: base).backUp(checkAll: true).problems.isEmpty)
                #expect(try await LakeLog.open(store: base).state() == state)
                #expect(try await LogVerification(store: base).run().problems == [])

                let place = MemoryObjectStore()
                await #expect(throws: (any Error).self) {
                    try await LakeCopy(from: base, to: FailingObjectStore(place, fault: fault)).restore()
                }
                guard try await place.head(Self.key(LogStore.formatFile)) == nil else { continue }
                #expect(try await LakeCopy(from: base, to: place).restore().problems.isEmpty)
                #expect(try await LakeLog.open(store: place).state() == state)
            }
        }
    }
}

extension LakeCopy {
    /// Between lakes of one bucket whose journals were never compacted.
    init(from source: any ObjectStore, to destination: any ObjectStore) {
        self.init(from: LakePlaces(source), to: LakePlaces(destination)) { _, _ in [] }
    }
}
