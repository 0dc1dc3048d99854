import LakeCore
import LakeTesting
import Testing

@testable import LakeStorage

/// A journal whose store fails, or whose process dies, at each of its writes in turn.
@Suite struct JournalFaultTests {
    /// What became of the entries.
    private struct Outcomes {
        var acknowledged: [Int: JournalReceipt] = [:]
        var unknown: Set<Int> = []
        var refused: Set<Int> = []
        var enqueued: Set<Int> = []
    }

    /// Two writers one after the other, three rounds of appends at once each, and an entry that nobody waits for in every round.
    private func run(on store: any ObjectStore, seed: UInt64) async -> Outcomes {
        var outcomes = Outcomes()
        var random = SplitMix64(seed: seed)
        var number = 0
        for _ in 0..<2 {
            let journal = JournalLab(store: store).journal()
            for _ in 0..<3 {
                number += 1
                let quiet = number
                if (try? await journal.enqueue(Note(text: "quiet", number: quiet))) != nil {
                    outcomes.enqueued.insert(quiet)
                }
                let numbers = (0..<Int.random(in: 1...3, using: &random)).map { number + 1 + $0 }
                number += numbers.count
                await withTaskGroup(of: (Int, Result<JournalReceipt, StorageError>).self) { group in
                    for number in numbers {
                        group.addTask {
                            do throws(StorageError) {
                                return (number, .success(try await journal.append(Note(text: "loud", number: number))))
                            } catch {
                                return (number, .failure(error))
                            }
                        }
                    }
                    for await (number, result) in group {
                        switch result {
                        case .success(let receipt): outcomes.acknowledged[number] = receipt
                        case .failure(.journalUncertain): outcomes.unknown.insert(number)
                        case .failure: outcomes.refused.insert(number)
                        }
                    }
                }
            }
            await journal.close()
        }
        return outcomes
    }

    private func check(_ outcomes: Outcomes, _ store: any ObjectStore, died: Bool) async throws {
        let lab = JournalLab(store: store)
        let records = try await lab.records()
        let found = Dictionary(grouping: records, by: \.entry.number)
        #expect(found.values.allSatisfy { $0.count == 1 })
        for (number, receipt) in outcomes.acknowledged {
            let record = try #require(found[number]?.first)
            #expect(record.writer == receipt.writer && record.seq == receipt.seq && record.at == receipt.at)
        }
        for number in outcomes.refused { #expect(found[number] == nil) }
        if !died { #expect(outcomes.enqueued.allSatisfy { found[$0] != nil }) }
        #expect(try await lab.report().problems == [])
        // Whoever comes next goes on from there.
        _ = try await lab.journal().append(Note(text: "next"))
        #expect(try await lab.report().problems == [])
    }

    private func writes(seed: UInt64) async throws -> Int {
        let store = FailingObjectStore(MemoryObjectStore(), fault: .none)
        let outcomes = await run(on: store, seed: seed)
        #expect(outcomes.acknowledged.count >= 6 && outcomes.unknown.isEmpty && outcomes.refused.isEmpty)
        return store.writes
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func aProcessThatDiesLosesNothingItAcknowledged(seed: UInt64) async throws {
        for write in 1...(try await writes(seed: seed)) {
            for fault in [FailingObjectStore.Fault.crashesBefore(write: write), .crashesAfter(write: write)] {
                let base = MemoryObjectStore()
                let outcomes = await run(on: FailingObjectStore(base, fault: fault), seed: seed)
                try await check(outcomes, base, died: true)
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func aWriteThatFailsOnceIsFoundOrMadeAgain(seed: UInt64) async throws {
        for write in 1...(try await writes(seed: seed)) {
            for fault in [FailingObjectStore.Fault.failsBefore(write: write), .failsAfter(write: write)] {
                let base = MemoryObjectStore()
                let outcomes = await run(on: FailingObjectStore(base, fault: fault), seed: seed)
                #expect(outcomes.unknown.isEmpty && outcomes.refused.isEmpty)
                try await check(outcomes, base, died: false)
            }
        }
    }

    @Test func aStoreThatStaysDownLeavesTheOutcomeOpenAndTheChainWhole() async throws {
        var settings = JournalLab.settings
        settings.storeAttempts = 2
        let base = MemoryObjectStore()
        // The first segment's two attempts fail, and the first attempt of the next append to settle it.
        let store = FlakyStore(base, failing: 1...3)
        let journal = JournalLab(store: store).journal(settings)
        await #expect(throws: StorageError.journalUncertain(journal: "notes")) {
            try await journal.append(Note(text: "open", number: 1))
        }
        let receipt = try await journal.append(Note(text: "next", number: 2))
        #expect(receipt.seq == 2)
        let lab = JournalLab(store: base)
        #expect(try await lab.records().map(\.entry.number) == [2, 1])
        #expect(try await lab.report().problems == [])
    }

    @Test func aFullDiskRefusesAndKeepsWhatNobodyWaitsFor() async throws {
        let base = MemoryObjectStore()
        let store = FlakyStore(base, failing: 1...1, with: .noSpace)
        let journal = JournalLab(store: store).journal()
        try await journal.enqueue(Note(text: "quiet", number: 1))
        await #expect(throws: StorageError.noSpace) { try await journal.append(Note(text: "loud", number: 2)) }
        #expect(await journal.stats().failures == 1)
        let receipt = try await journal.append(Note(text: "loud", number: 3))
        #expect(receipt.seq == 2)
        #expect(try await JournalLab(store: base).records().map(\.entry.number) == [3, 1])
    }
}

/// A store some of whose puts fail without happening.
private struct FlakyStore: ObjectStore {
    private let base: MemoryObjectStore
    private let failing: ClosedRange<Int>
    private let error: StorageError
    private let count = Counter()

    private actor Counter {
        var value = 0

        func next() -> Int {
            value += 1
            return value
        }
    }

    init(
        _ base: MemoryObjectStore,
        failing: ClosedRange<Int>,
        with error: StorageError = .unavailable(.write, reason: "a test wanted it so")
    ) {
        self.base = base
        self.failing = failing
        self.error = error
    }

    func put(_ key: ObjectKey, _ bytes: [UInt8], condition: PutCondition) async throws(StorageError) -> ObjectInfo {
        if failing.contains(await count.next()) { throw error }
        return try await base.put(key, bytes, condition: condition)
    }

    func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        try await base.put(key, chunks: chunks, announced: announced, condition: condition)
    }

    func put(_ key: ObjectKey, file path: String, condition: PutCondition) async throws(StorageError) -> ObjectInfo {
        try await base.put(key, file: path, condition: condition)
    }

    func open(_ key: ObjectKey, range: ObjectRange, ifMatch etag: String?) async throws(StorageError) -> OpenObject {
        try await base.open(key, range: range, ifMatch: etag)
    }

    func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] { try await base.get(key) }

    func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        try await base.get(key, range: range)
    }

    func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? { try await base.head(key) }

    func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        try await base.list(prefix: prefix, after: after, limit: limit)
    }

    func delete(_ key: ObjectKey) async throws(StorageError) { try await base.delete(key) }
}
