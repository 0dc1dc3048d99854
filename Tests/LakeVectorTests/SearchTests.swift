import LakeCore
import Testing

@testable import LakeVector

@Suite struct SearchTests {
    /// Small shapes in great number, then those of real models.
    @Test(arguments: Array(1...130) + [384, 768])
    func searchesFindTheBest(dimensions: Int) async throws {
        var random = SplitMix64(seed: UInt64(dimensions))
        let count = Int.random(in: 1...90, using: &random)
        let index = try await TestIndex(vectors: random.vectors(count, dimensions), dimensions: dimensions)
        let generation = try await index.open()
        for _ in 0..<3 {
            let query = random.vector(dimensions)
            let k = Int.random(in: 1...(count + 3), using: &random)
            var allowed = OrdinalSet(universe: count)
            for ordinal in 0..<count where Int.random(in: 0..<3, using: &random) > 0 { allowed.insert(ordinal) }
            let oracle = Oracle(query, index.vectors)
            for filter in [nil, allowed] {
                let candidates = (0..<count).filter { filter?.contains($0) ?? true }
                let results = try await hits(generation, query, k: k, among: filter)
                #expect(results.allSatisfy { $0 == results[0] }, "the methods differ")
                #expect(oracle.complaint(results[0], k: k, candidates: candidates) == nil, "k \(k)")
            }
        }
    }

    /// Clusters, duplicates and opposite vectors: the scores crowd where the codes cannot tell them apart.
    @Test(arguments: [2, 17, 96])
    func codesChangeNothingWhereScoresCrowd(dimensions: Int) async throws {
        var random = SplitMix64(seed: 77)
        let centers = random.vectors(3, dimensions)
        var vectors: [[Float]] = []
        for number in 0..<400 {
            let center = centers[number % 3]
            switch number % 4 {
            case 0: vectors.append(center)
            case 1: vectors.append(center.map { -$0 })
            case 2: vectors.append(center.map { $0 + 1e-4 * random.value() })
            default: vectors.append(center.map { $0 * (1 + 1e-7 * random.value()) })
            }
        }
        let index = try await TestIndex(vectors: vectors, dimensions: dimensions)
        let generation = try await index.open()
        for query in centers + [random.vector(dimensions)] {
            for k in [1, 7, 100, 400] {
                let results = try await hits(generation, query, k: k)
                #expect(results.allSatisfy { $0 == results[0] }, "the methods differ at k \(k)")
                let oracle = Oracle(query, index.vectors)
                #expect(oracle.complaint(results[0], k: k, candidates: Array(0..<400)) == nil)
            }
        }
    }

    @Test func equalScoresAreOrderedByOrdinal() async throws {
        let index = try await TestIndex(vectors: [[Float]](repeating: [3, 4, 12], count: 50), dimensions: 3)
        let generation = try await index.open()
        for k in [1, 10, 49, 50, 60] {
            for result in try await hits(generation, [1, 1, 1], k: k) {
                #expect(result.map(\.ordinal) == Array(0..<min(k, 50)))
                #expect(Set(result.map(\.score)).count == 1)
            }
        }
    }

    @Test func oneVectorIsFoundWithItsCosine() async throws {
        let generation = try await TestIndex(vectors: [[3, 4]], dimensions: 2).open()
        let hits = try await generation.search([50, 0], k: 5)
        #expect(hits.map(\.ordinal) == [0])
        #expect(abs(hits[0].score - 0.6) < 1e-6)
    }

    @Test(arguments: [.leastNonzeroMagnitude, 1e-30, 1, 1e30, 3e38] as [Float])
    func theLengthOfTheQueryDoesNotMatter(scale: Float) async throws {
        let generation = try await TestIndex(vectors: [[1, 0], [1, 1], [0, 1]], dimensions: 2).open()
        let hits = try await generation.search([scale, scale], k: 3)
        #expect(hits.map(\.ordinal) == [1, 0, 2])
        #expect(abs(hits[0].score - 1) < 1e-6)
    }

    @Test(
        arguments: [
            ([0, 0, 0], .zeroQuery), ([1, .nan, 0], .queryNotFinite), ([1, .infinity, 0], .queryNotFinite),
            ([1, -.infinity, .infinity], .queryNotFinite), ([1, 0], .dimensionsDiffer(expected: 3, got: 2)),
            ([], .dimensionsDiffer(expected: 3, got: 0)), ([1, 0, 0, 0], .dimensionsDiffer(expected: 3, got: 4)),
        ] as [([Float], VectorError)]
    )
    func queriesWithoutADirectionAreRefused(query: [Float], error: VectorError) async throws {
        let full = try await TestIndex(vectors: [[1, 0, 0]], dimensions: 3).open()
        let empty = try await TestIndex([], dimensions: 3).open()
        await #expect(throws: error) { try await full.search(query, k: 1) }
        await #expect(throws: error) { try await empty.search(query, k: 1) }
    }

    @Test(arguments: [0, -1, .min])
    func fewerThanOneHitIsRefused(k: Int) async throws {
        let generation = try await TestIndex(vectors: [[1, 0]], dimensions: 2).open()
        await #expect(throws: VectorError.invalidCount(k)) { try await generation.search([1, 0], k: k) }
    }

    @Test func theLargestNumberOfHitsGivesAll() async throws {
        let generation = try await TestIndex(vectors: [[1, 0], [0, 1]], dimensions: 2).open()
        #expect(try await generation.search([1, 0], k: .max).count == 2)
    }

    @Test func aFilterOfAnotherGenerationIsRefused() async throws {
        let generation = try await TestIndex(vectors: [[1, 0], [0, 1]], dimensions: 2).open()
        await #expect(throws: VectorError.filterDiffers(expected: 2, got: 3)) {
            try await generation.search([1, 0], k: 1, among: OrdinalSet(universe: 3))
        }
    }

    @Test func anEmptyFilterFindsNothing() async throws {
        let generation = try await TestIndex(vectors: [[1, 0], [0, 1]], dimensions: 2).open()
        #expect(try await generation.search([1, 0], k: 1, among: OrdinalSet(universe: 2)).isEmpty)
    }

    @Test func filtersAreMadeFromSources() async throws {
        var random = SplitMix64(seed: 3)
        let index = try await TestIndex(vectors: random.vectors(150, 4), dimensions: 4)
        let generation = try await index.open()
        let set = try await generation.ordinals { $0.fileIndex == 1 && $0.row > 40 && $0.column == 0 }
        let expected = index.segments.flatMap(\.records).indices.filter { ordinal in
            ordinal % 2 == 1 && ordinal > 40 && ordinal / 2 % 2 == 0
        }
        #expect((0..<150).filter(set.contains) == expected)
        #expect(set.count == expected.count)
        let found = try await generation.search([1, 2, 3, 4], k: 150, among: set)
        #expect(found.map(\.ordinal).sorted() == expected)
    }

    /// Several blocks, any number of threads, every instruction set of this machine.
    @Test func hitsDoNotDependOnTheSplit() async throws {
        var random = SplitMix64(seed: 8)
        let dimensions = 1_024
        let index = try await TestIndex(vectors: random.vectors(1_300, dimensions), dimensions: dimensions)
        let query = random.vector(dimensions)
        var allowed = OrdinalSet(universe: 1_300)
        for ordinal in 0..<1_300 where ordinal % 3 != 1 { allowed.insert(ordinal) }
        for set in InstructionSet.allCases where set.isSupported {
            var expected: [[SearchHit]] = []
            for threads in [1, 2, 5] {
                let generation = try await VectorGeneration.open(
                    folder: index.folder,
                    expecting: nil,
                    pool: TestIndex.pool(threads: threads, set)
                )
                var found: [[SearchHit]] = []
                for filter in [nil, allowed] {
                    let results = try await hits(generation, query, k: 20, among: filter)
                    #expect(results.allSatisfy { $0 == results[0] }, "the methods differ on \(set)")
                    found.append(results[0])
                }
                if expected.isEmpty { expected = found }
                #expect(found == expected, "\(threads) threads differ from one on \(set)")
            }
            let oracle = Oracle(query, index.vectors)
            #expect(oracle.complaint(expected[0], k: 20, candidates: Array(0..<1_300)) == nil)
        }
    }

    @Test func codesServeWhatDoesNotFitTheCaches() {
        #expect(ExactScan.Method.fastest(candidates: 1_000, dimensions: 768) == .vectors)
        #expect(ExactScan.Method.fastest(candidates: 100_000, dimensions: 384) == .codes)
    }

    @Test func searchesRunSideBySide() async throws {
        var random = SplitMix64(seed: 21)
        let index = try await TestIndex(vectors: random.vectors(500, 32), dimensions: 32)
        let generation = try await index.open()
        let queries = random.vectors(40, 32)
        var expected: [[SearchHit]] = []
        for query in queries { expected.append(try await generation.search(query, k: 10)) }
        let found = try await withThrowingTaskGroup(of: (Int, [SearchHit]).self) { group in
            for (number, query) in queries.enumerated() {
                group.addTask { (number, try await generation.search(query, k: 10)) }
            }
            return try await group.reduce(into: [Int: [SearchHit]]()) { $0[$1.0] = $1.1 }
        }
        for number in queries.indices { #expect(found[number] == expected[number]) }
    }

    @Test func searchesKeepTheirGenerationOpen() async throws {
        var random = SplitMix64(seed: 22)
        let vectors = random.vectors(300, 16)
        let query = random.vector(16)
        let searches = try await {
            let index = try await TestIndex(vectors: vectors, dimensions: 16)
            let generation = try await index.open()
            return (0..<20).map { _ in Task { try await generation.search(query, k: 5) } }
        }()
        // Index, folder and the last other reference are gone by now.
        let first = try await searches[0].value
        #expect(first.count == 5)
        for search in searches { #expect(try await search.value == first) }
    }

    @Test(.timeLimit(.minutes(5))) func aCancelledSearchStops() async throws {
        var random = SplitMix64(seed: 23)
        let generation = try await TestIndex(vectors: random.vectors(600, 64), dimensions: 64).open()
        let query = random.vector(64)
        for method in ExactScan.Method.allCases {
            let cancelledBefore = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await generation.search(query, k: 5, among: nil, method: method)
            }
            await #expect(throws: VectorError.cancelled) { try await cancelledBefore.value }
            let endless = Task {
                while true { _ = try await generation.search(query, k: 5, among: nil, method: method) }
            }
            _ = try await generation.search(query, k: 5)
            endless.cancel()
            await #expect(throws: VectorError.cancelled) { try await endless.value }
        }
        #expect(try await generation.search(query, k: 5).count == 5)
    }

    @Test func makingAFilterStopsWhenItsTaskIsCancelled() async throws {
        let vectors = [[Float]](repeating: [1], count: 9_000)
        let generation = try await TestIndex(vectors: vectors, dimensions: 1, segmentSize: 9_000).open()
        let task = Task {
            try await generation.ordinals { source in
                if source.row == 5_000 { withUnsafeCurrentTask { $0?.cancel() } }
                return true
            }
        }
        await #expect(throws: VectorError.cancelled) { try await task.value }
    }

    /// The hits by each method.
    private func hits(
        _ generation: VectorGeneration,
        _ query: [Float],
        k: Int,
        among allowed: OrdinalSet? = nil
    ) async throws -> [[SearchHit]] {
        var results: [[SearchHit]] = []
        for method in ExactScan.Method.allCases {
            results.append(try await generation.search(query, k: k, among: allowed, method: method))
        }
        return results
    }
}
