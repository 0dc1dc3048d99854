import LakeCore
import Testing

@testable import LakeStorage

@Suite struct FaultPlanTests {
    private func plan(_ rules: String...) throws -> FaultPlan {
        FaultPlan(try rules.map { try #require(FaultRule(Substring($0))) })
    }

    @Test(arguments: ["", "kill", "kill@", "kill@x", "kill@log:", "kil@3", "kill@-", "@3"])
    func whatIsNoRuleIsRefused(_ text: String) {
        #expect(FaultRule(Substring(text)) == nil)
    }

    @Test func aRuleCountsOnlyThePlaceItNames() throws {
        let plan = try plan("fail-sync@_lake/log:2", "skip-sync@staging/:*")
        #expect(plan.answer(.sync("/lake/_lake/log")) == .go)
        #expect(plan.answer(.sync("/lake/staging/a.put")) == .skip)
        #expect(plan.answer(.sync("/lake/jobs")) == .go)
        #expect(plan.answer(.write("/lake/_lake/log/1")) == .go)
        #expect(plan.answer(.sync("/lake/_lake/log")) == .fail(5))
        #expect(plan.answer(.sync("/lake/_lake/log")) == .go)
    }

    @Test func aFullDiskRefusesWritesForAWhile() throws {
        let plan = try plan("no-space@3")
        let answers = (1...70).map { _ in plan.answer(.write("/lake/staging/a.put")) }
        #expect(answers.prefix(2).allSatisfy { $0 == .go })
        #expect(answers[2..<66].allSatisfy { $0 == .fail(28) })
        #expect(answers.suffix(4).allSatisfy { $0 == .go })
    }

    @Test func aPutThatFailedMayHaveHappened() async throws {
        let base = MemoryObjectStore()
        let store = LyingStore(base, try plan("lie-error@2"))
        let keys = try ["a", "b", "c"].map { try ObjectKey(validating: $0) }
        _ = try await store.put(keys[0], [1], condition: .ifAbsent)
        await #expect(throws: StorageError.self) { try await store.put(keys[1], [2], condition: .ifAbsent) }
        _ = try await store.put(keys[2], [3], condition: .ifAbsent)
        #expect(try await base.get(keys[1]) == [2])
    }

    @Test func aPutMayArriveTwice() async throws {
        let base = MemoryObjectStore()
        let store = LyingStore(base, try plan("twice@*"))
        let key = try ObjectKey(validating: "a")
        // The second one finds what the first one made, and its answer is the one that is heard.
        await #expect(throws: StorageError.conditionFailed(key)) {
            try await store.put(key, [1], condition: .ifAbsent)
        }
        #expect(try await base.get(key) == [1])
        _ = try await store.put(key, [2], condition: .always)
        #expect(try await base.get(key) == [2])
    }

    @Test func aListingMayMissWhatIsNew() async throws {
        let base = MemoryObjectStore()
        let store = LyingStore(base, try plan("stale-list@2"))
        let key = try ObjectKey(validating: "a")
        _ = try await store.put(key, [1], condition: .always)
        var counts: [Int] = []
        for _ in 1...3 { counts.append(try await store.list(prefix: "", after: nil, limit: 10).count) }
        #expect(counts == [1, 0, 1])
    }

    @Test func aConflictMayBeIgnored() async throws {
        let store = LyingStore(MemoryObjectStore(), try plan("ignore-conflict@1"))
        let key = try ObjectKey(validating: "a")
        _ = try await store.put(key, [1], condition: .ifAbsent)
        _ = try await store.put(key, [2], condition: .ifAbsent)
        #expect(try await store.get(key) == [2])
        await #expect(throws: StorageError.conditionFailed(key)) {
            try await store.put(key, [3], condition: .ifAbsent)
        }
    }

    @Test(arguments: ["lie-error@_lake/probes/:*", "twice@_lake/probes/:*"])
    func aStoreThatAlwaysLiesIsNotTrustedWithTheLog(_ rule: String) async throws {
        let store = LyingStore(MemoryObjectStore(), try plan(rule))
        await #expect(throws: (any Error).self) {
            let support = try await store.probeConditionalPut()
            if case .missing(let reason) = support { throw StorageError.unavailable(.write, reason: reason) }
        }
    }

    @Test(arguments: 1...12, ["lie-error", "twice"])
    func aStoreThatLiesOnceIsTrustedWithTheLog(_ number: Int, _ lie: String) async throws {
        let store = LyingStore(MemoryObjectStore(), try plan("\(lie)@\(number)"))
        #expect(try await store.probeConditionalPut() == .supported)
    }
}
