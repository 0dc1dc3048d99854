import Foundation
import LakeCore
import Testing

@testable import LakeVector

@Suite struct GenerationCacheTests {
    private let pool = TestIndex.pool()
    private let index = IndexID(rawValue: "i")

    private func made(_ count: Int) async throws -> TestIndex {
        var random = SplitMix64(seed: UInt64(count))
        return try await TestIndex(vectors: random.vectors(count, 4), dimensions: 4, pool: pool)
    }

    @Test func generationsStayOpen() async throws {
        let cache = GenerationCache(limit: 2, pool: pool)
        let made = try await made(3)
        let key = GenerationCache.Key(index: index, number: 1)
        let first = try await cache.generation(key, folder: made.folder, expecting: made.built.manifestSHA256)
        // Not opened a second time: the folder is not even looked at.
        let second = try await cache.generation(key, folder: "/nowhere", expecting: nil)
        #expect(first === second)
        #expect(await cache.statistics == .init(generations: 1, bytes: made.built.manifest.bytes))
    }

    @Test func theLeastRecentlyUsedIsClosed() async throws {
        let cache = GenerationCache(limit: 2, pool: pool)
        let made = try await made(3)
        func use(_ number: Int, _ folder: String) async throws -> VectorGeneration {
            try await cache.generation(.init(index: index, number: number), folder: folder, expecting: nil)
        }
        _ = try await use(1, made.folder)
        weak let second = try await use(2, made.folder)
        #expect(second != nil)
        _ = try await use(1, "/nowhere")
        _ = try await use(3, made.folder)
        #expect(second == nil)
        _ = try await use(1, "/nowhere")
        _ = try await use(3, "/nowhere")
        await #expect(throws: VectorError.self) { try await use(2, "/nowhere") }
        #expect(await cache.statistics.generations == 2)
    }

    @Test func aClosedGenerationServesItsSearchesToTheEnd() async throws {
        let cache = GenerationCache(limit: 1, pool: pool)
        let made = try await made(30)
        let generation = try await cache.generation(
            .init(index: index, number: 1),
            folder: made.folder,
            expecting: nil
        )
        await cache.close(index)
        try FileManager.default.removeItem(atPath: made.folder)
        #expect(await cache.statistics == .init(generations: 0, bytes: 0))
        #expect(try await generation.search([1, 2, 3, 4], k: 30).count == 30)
    }

    @Test func onlyTheGenerationsOfTheIndexAreClosed() async throws {
        let cache = GenerationCache(limit: 9, pool: pool)
        let made = try await made(3)
        let other = IndexID(rawValue: "other")
        for key in [(index, 1), (index, 2), (other, 1)] {
            _ = try await cache.generation(.init(index: key.0, number: key.1), folder: made.folder, expecting: nil)
        }
        await cache.close(index)
        #expect(await cache.statistics.generations == 1)
        _ = try await cache.generation(.init(index: other, number: 1), folder: "/nowhere", expecting: nil)
        await cache.closeAll()
        #expect(await cache.statistics.generations == 0)
    }

    @Test func callersAtTheSameTimeGetTheSameGeneration() async throws {
        let cache = GenerationCache(limit: 2, pool: pool)
        let made = try await made(5)
        let key = GenerationCache.Key(index: index, number: 1)
        let found = try await withThrowingTaskGroup(of: ObjectIdentifier.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    let generation = try await cache.generation(key, folder: made.folder, expecting: nil)
                    // Held by the cache, so the identity stays its own.
                    return ObjectIdentifier(generation)
                }
            }
            return try await group.reduce(into: Set<ObjectIdentifier>()) { $0.insert($1) }
        }
        #expect(found.count == 1)
        #expect(await cache.statistics.generations == 1)
    }

    @Test func aGenerationThatCannotBeOpenedIsNotKept() async throws {
        let cache = GenerationCache(limit: 2, pool: pool)
        let made = try await made(3)
        let key = GenerationCache.Key(index: index, number: 1)
        await #expect {
            try await cache.generation(key, folder: made.folder, expecting: "0000")
        } throws: {
            ($0 as? VectorError)?.kind == .corrupt
        }
        #expect(await cache.statistics.generations == 0)
        _ = try await cache.generation(key, folder: made.folder, expecting: made.built.manifestSHA256)
    }
}
