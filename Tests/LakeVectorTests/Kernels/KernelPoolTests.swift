import Foundation
import LakeCore
import LakeTesting
import Synchronization
import Testing

@testable import LakeVector

@Suite struct KernelPoolTests {
    @Test func workRunsOnThreadsOfThePool() async throws {
        let pool = TestIndex.pool(threads: 3)
        let name = await name(on: pool.scans)
        #expect(name.hasPrefix("lake-scan-"))
        #expect(await self.name(on: pool.builds) == "lake-build-0")
        let names = await withTaskGroup(of: String.self) { group in
            for _ in 0..<30 { group.addTask(executorPreference: pool.scans) { currentThread() } }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.isSubset(of: ["lake-scan-0", "lake-scan-1", "lake-scan-2"]))
    }

    @Test func workRunsOnThreadsOfThePoolWhenAnActorAsks() async throws {
        #expect(await Asker().name(on: TestIndex.pool()) == "lake-build-0")
    }

    @Test func filtersAreMadeOnThreadsOfThePool() async throws {
        let generation = try await TestIndex(vectors: [[1, 0]], dimensions: 2).open()
        _ = try await generation.ordinals { _ in
            #expect(currentThread().hasPrefix("lake-scan-"))
            return true
        }
    }

    @Test func moreSearchesThanAllowedAreRefused() async throws {
        var settings = KernelPool.Settings()
        settings.searchesMax = 2
        let pool = try KernelPool(settings: settings)
        let answer = try await pool.admitted { () async throws(VectorError) in
            try await pool.admitted { () async throws(VectorError) in
                do throws(VectorError) {
                    try await pool.admitted { () async throws(VectorError) in }
                    return nil as VectorError?
                } catch {
                    return error
                }
            }
        }
        #expect(answer == .busy(limit: 2))
        try await pool.admitted { () async throws(VectorError) in }
    }

    @Test func missingInstructionSetsAreNamed() {
        for set in InstructionSet.allCases where !set.isSupported {
            var settings = KernelPool.Settings()
            settings.instructionSet = set
            #expect(throws: VectorError.instructionSetMissing(set)) { try KernelPool(settings: settings) }
        }
        #expect(InstructionSet.best.isSupported)
        #expect(InstructionSet.scalar.isSupported)
        #expect(InstructionSet.allCases.contains { !$0.isSupported }, "no machine has both avx2 and neon")
    }

    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func theInstructionSetOfTheSettingsIsUsed(set: InstructionSet) {
        #expect(TestIndex.pool(threads: 1, set).instructionSet == set)
    }

    @Test(.timeLimit(.minutes(1))) func aPoolThatIsNotNeededEndsItsThreads() async throws {
        weak var executor: KernelExecutor?
        do {
            let pool = TestIndex.pool()
            executor = pool.scans
            let name = await name(on: pool.scans)
            #expect(name.hasPrefix("lake-scan-"))
            #expect(executor != nil)
        }
        // The threads hold the executor; it goes when the last of them ends.
        while executor != nil { await Task.yield() }
    }

    @Test func whatIsEnqueuedBeforeTheEndIsRun() async throws {
        let pool = TestIndex.pool(threads: 1)
        let counter = Counter()
        await withTaskGroup { group in
            for _ in 0..<50 {
                group.addTask(executorPreference: pool.scans) { _ = counter.value.add(1, ordering: .relaxed) }
            }
            pool.scans.stop()
        }
        #expect(counter.value.load(ordering: .relaxed) == 50)
    }

    private func name(on executor: KernelExecutor) async -> String {
        (try? await executor.run { () throws(VectorError) in currentThread() }) ?? ""
    }
}

private final class Counter: Sendable {
    let value = Atomic(0)
}

private actor Asker {
    func name(on pool: KernelPool) async -> String {
        (try? await pool.builds.run { () throws(VectorError) in currentThread() }) ?? ""
    }
}

private func currentThread() -> String { Thread.current.name ?? "" }
