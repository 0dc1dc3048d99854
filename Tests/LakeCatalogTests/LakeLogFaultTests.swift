import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

/// A writer whose store fails, or that dies, at each of its writes in turn.
@Suite struct LakeLogFaultTests {
    /// What became of the transactions of a history.
    private struct Outcomes {
        var acknowledged: [TransactionID: Int] = [:]
        var refused: Set<TransactionID> = []
        var unknown: Set<TransactionID> = []
    }

    private static let settings: LogSettings = {
        var settings = LogSettings()
        settings.checkpointInterval = 4
        settings.pause = .microseconds(10)
        return settings
    }()

    /// Commits up to three transactions at a time until the log fails or the history ends.
    private func run(seed: UInt64, on store: FailingObjectStore) async -> Outcomes {
        var outcomes = Outcomes()
        var history = RandomHistory(seed: seed)
        var random = SplitMix64(seed: seed &+ 1000)
        guard let log = try? await LakeLog.open(store: store, settings: Self.settings) else { return outcomes }
        for round in 0..<12 {
            // First a few datasets for the history to work on.
            let start = (0..<8).map { Action.datasetCreated(Samples.dataset("first\($0)", id: "d\($0)")) }
            let first = Transaction(id: TransactionID(rawValue: "start"), actor: "ada", reason: "start", actions: start)
            let transactions =
                round == 0 ? [first] : (0..<Int.random(in: 1...3, using: &random)).map { _ in history.next() }
            await withTaskGroup(of: (TransactionID, Result<LakeState, any Error>).self) { group in
                for transaction in transactions {
                    group.addTask {
                        do {
                            return (transaction.id, .success(try await log.commit(transaction)))
                        } catch {
                            return (transaction.id, .failure(error))
                        }
                    }
                }
                for await (id, result) in group {
                    switch result {
                    case .success(let state): outcomes.acknowledged[id] = state.version
                    case .failure(let error as CatalogError) where error.kind != .unavailable:
                        outcomes.refused.insert(id)
                    case .failure: outcomes.unknown.insert(id)
                    }
                }
            }
        }
        await log.close()
        return outcomes
    }

    /// Where each transaction of the log is, from the log's objects alone; and the state they add up to.
    private func replay(_ store: any ObjectStore) async throws -> (versions: [TransactionID: [Int]], state: LakeState) {
        var versions: [TransactionID: [Int]] = [:]
        var state = LakeState()
        while let commit = try await LogStore(store: store).commit(state.version + 1) {
            for transaction in commit.transactions {
                versions[transaction.id, default: []].append(commit.version)
                state = try state.applying(transaction, version: commit.version)
            }
        }
        return (versions, state)
    }

    /// Checks a lake that a failing writer left behind.
    private func check(_ outcomes: Outcomes, _ store: any ObjectStore) async throws {
        let (versions, state) = try await replay(store)
        for (id, version) in outcomes.acknowledged { #expect(versions[id] == [version]) }
        for id in outcomes.refused { #expect(versions[id] == nil) }
        for (id, places) in versions {
            #expect(places.count == 1)
            #expect(outcomes.acknowledged[id] != nil || outcomes.unknown.contains(id))
        }
        #expect(try await LogVerification(store: store).run().problems == [])
        // Whoever comes next finds that state and can go on from it.
        let log = try await LakeLog.open(store: store)
        #expect(try await log.state() == state)
        let next = try await log.commit(Samples.transaction(.keyCreated(Samples.key("next"))))
        #expect(next.version == state.version + 1)
    }

    /// How many writes the history takes when nothing fails.
    private func writes(seed: UInt64) async throws -> Int {
        let store = FailingObjectStore(MemoryObjectStore(), fault: .none)
        let outcomes = await run(seed: seed, on: store)
        #expect(outcomes.acknowledged.count > 5 && !outcomes.refused.isEmpty && outcomes.unknown.isEmpty)
        return store.writes
    }

    @Test(arguments: [1, 2, 4, 5, 6, 8] as [UInt64])
    func aWriterThatDiesLosesNothingItAcknowledged(seed: UInt64) async throws {
        for write in 1...(try await writes(seed: seed)) {
            for fault in [FailingObjectStore.Fault.crashesBefore(write: write), .crashesAfter(write: write)] {
                let base = MemoryObjectStore()
                let outcomes = await run(seed: seed, on: FailingObjectStore(base, fault: fault))
                try await check(outcomes, base)
            }
        }
    }

    @Test(arguments: [1, 2, 4, 5, 6, 8] as [UInt64])
    func aWriteThatFailsOnceIsFoundOrMadeAgain(seed: UInt64) async throws {
        let expected = MemoryObjectStore()
        let outcomes = await run(seed: seed, on: FailingObjectStore(expected, fault: .none))
        // The first write makes the lake: if it fails, opening fails.
        for write in 2...(try await writes(seed: seed)) {
            for fault in [FailingObjectStore.Fault.failsBefore(write: write), .failsAfter(write: write)] {
                let base = MemoryObjectStore()
                let found = await run(seed: seed, on: FailingObjectStore(base, fault: fault))
                #expect(found.unknown.isEmpty)
                #expect(
                    found.acknowledged.count + found.refused.count == outcomes.acknowledged.count
                        + outcomes.refused.count
                )
                try await check(found, base)
            }
        }
    }

    @Test func aWriterThatDiesOnADiskLosesNothingItAcknowledged() async throws {
        let count = try await writes(seed: 7)
        for write in stride(from: 1, through: count, by: 3) {
            for fault in [FailingObjectStore.Fault.crashesBefore(write: write), .crashesAfter(write: write)] {
                let folder = try TemporaryFolder()
                let base = try LocalObjectStore(root: folder.path)
                let outcomes = await run(seed: 7, on: FailingObjectStore(base, fault: fault))
                // What a dying process leaves in staging harms nobody.
                _ = try folder.write("staging/left.put", "{\"half")
                try await check(outcomes, try LocalObjectStore(root: folder.path))
            }
        }
    }

    @Test func aStoreThatStaysDownLeavesTheOutcomeOpen() async throws {
        let base = MemoryObjectStore()
        let store = FailingObjectStore(base, fault: .crashesAfter(write: 2))
        let log = try await LakeLog.open(store: store, settings: Self.settings)
        let transaction = Samples.transaction(.keyCreated(Samples.key("a")))
        await #expect(throws: CatalogError.outcomeUnknown(transaction.id)) { try await log.commit(transaction) }
        #expect(try await LakeLog.open(store: base).state().keys.count == 1)
    }

    /// The answer to a write got lost, and another process committed in between.
    @Test func aLostAnswerIsNotTakenForAConflict() async throws {
        let base = MemoryObjectStore()
        let other = try await LakeLog.open(store: base)
        let log = try await LakeLog.open(
            store: FailingObjectStore(base, fault: .failsAfter(write: 1)),
            settings: Self.settings
        )
        let state = try await log.commit(Samples.transaction(.keyCreated(Samples.key("a"))))
        #expect(state.version == 1)
        #expect(try await other.commit(Samples.transaction(.keyCreated(Samples.key("b")))).version == 2)
        #expect(try await log.state().keys.count == 2)
    }

    @Test func aWriterThatAlwaysLosesGivesUp() async throws {
        var settings = Self.settings
        settings.conflictLimit = 5
        // Another process always commits just before this one.
        let store = InterceptedObjectStore { (key, base) async throws(StorageError) in
            guard let version = LogStore.version(of: key, in: LogStore.commits) else { return }
            let rival = Samples.transaction(.keyCreated(Samples.key("rival\(version)")))
            let commit = CommitV1(version: version, at: Samples.at, transactions: [rival])
            _ = try await base.put(key, (try? commit.encoded()) ?? [], condition: .ifAbsent)
        }
        let log = try await LakeLog.open(store: store, settings: settings)
        await #expect(throws: CatalogError.conflict(attempts: 5)) {
            try await log.commit(Samples.transaction(.keyCreated(Samples.key("a"))))
        }
        #expect(try await log.state().version == 5)
        #expect(try await log.state().keys.values.allSatisfy { $0.name.hasPrefix("rival") })
    }

    @Test func aFullDiskIsReportedAsSuch() async throws {
        let store = InterceptedObjectStore { (key, _) throws(StorageError) in
            if key.rawValue != LogStore.formatFile { throw .noSpace }
        }
        let log = try await LakeLog.open(store: store, settings: Self.settings)
        await #expect(throws: StorageError.noSpace) {
            try await log.commit(Samples.transaction(.keyCreated(Samples.key("a"))))
        }
        #expect(try await log.state().version == 0)
        await log.close()
    }
}
