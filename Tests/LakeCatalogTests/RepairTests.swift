import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

@Suite struct RepairTests {
    private static func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    /// Two datasets, one file of each lost; another is damaged and has a good copy; the checkpoint is damaged.
    private static func makeLake(_ store: any ObjectStore) async throws {
        let log = try await LakeLog.open(store: store)
        for name in ["a", "b"] {
            let files = ["1", "2"].map { Samples.file("\(name)/\($0)") }
            _ = try await log.commit(Samples.transaction(.datasetCreated(Samples.dataset(name, files: files))))
        }
        await log.close()
        _ = try await store.put(key("datasets/a/1"), [0], condition: .always)
        _ = try await store.put(key("quarantine/0000000000000001/datasets/a/1"), [1, 2], condition: .always)
        let checkpoint = try LogStore.key(LogStore.checkpoints, 2, ending: LogStore.binary)
        _ = try await store.put(checkpoint, [0], condition: .always)
    }

    private static func repair(_ store: any ObjectStore) async throws -> Int {
        var repair = Repair()
        repair.restores = [
            Repair.Restore(
                source: try key("quarantine/0000000000000001/datasets/a/1"),
                of: store,
                destination: try key("datasets/a/1"),
                in: store
            )
        ]
        let log = try await LakeLog.open(store: store)
        let state = try await log.state()
        // What is left to give up, as a plan would find it.
        repair.losses = state.datasets.values.flatMap { dataset in
            dataset.files.filter { $0.key.hasSuffix("/2") }.map { file in
                Repair.Loss(dataset: dataset.id, schema: dataset.schema, file: file.seen)
            }
        }
        repair.checkpoints = try await LogVerification(store: store).run().problems.filter(\.isCheckpoint).map(
            \.version
        )
        return try await repair.run(on: log, by: "ada", reason: "repair")
    }

    private static func check(_ store: any ObjectStore) async throws {
        #expect(try await store.get(key("datasets/a/1")) == [1, 2])
        let state = try await LakeLog.open(store: store).state()
        #expect(state.version == 3)
        for dataset in state.datasets.values { #expect(dataset.files.map { $0.key.last } == ["1"]) }
        #expect(try await LogVerification(store: store).run().problems == [])
    }

    @Test func aRepairIsOneCommit() async throws {
        let store = MemoryObjectStore()
        try await Self.makeLake(store)
        #expect(try await LogVerification(store: store).run().problems.map(\.isCheckpoint) == [true])
        #expect(try await Self.repair(store) == 3)
        try await Self.check(store)
    }

    /// Cut off at each of its writes, and made up for by another.
    @Test func aRepairThatDiesIsMadeUpForByTheNext() async throws {
        let counting = FailingObjectStore(MemoryObjectStore(), fault: .none)
        try await Self.makeLake(counting)
        let made = counting.writes
        _ = try await Self.repair(counting)
        #expect(counting.writes == made + 5)
        for write in 1...counting.writes - made {
            for fault in [FailingObjectStore.Fault.crashesBefore(write: write), .crashesAfter(write: write)] {
                let base = MemoryObjectStore()
                try await Self.makeLake(base)
                await #expect(throws: (any Error).self) {
                    try await Self.repair(FailingObjectStore(base, fault: fault))
                }
                // Either both datasets have given their file up or neither has.
                let files = try await LakeLog.open(store: base).state().datasets.values.map(\.files.count)
                #expect(Set(files).count == 1)
                _ = try await Self.repair(base)
                try await Self.check(base)
            }
        }
    }
}
