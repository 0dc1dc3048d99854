import LakeCore
import Testing

@testable import LakeVector

@Suite struct TopHitsTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func theBestAreKept(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 0...60, using: &random)
        let limit = Int.random(in: 1...20, using: &random)
        // Few values, so that many are equal.
        var hits = (0..<count).map {
            SearchHit(ordinal: $0, score: Float(Int.random(in: -3...3, using: &random)))
        }
        hits.shuffle(using: &random)
        var whole = TopHits(limit: limit)
        var halves = [TopHits(limit: limit), TopHits(limit: limit)]
        for (number, hit) in hits.enumerated() {
            whole.insert(hit)
            halves[number % 2].insert(hit)
        }
        let expected = Array(hits.sorted { ($1.score, $0.ordinal) < ($0.score, $1.ordinal) }.prefix(limit))
        #expect(whole.sorted() == expected)
        halves[0].insert(halves[1])
        #expect(halves[0].sorted() == expected)
    }

    @Test func theThresholdRisesWithTheWorstOfTheBest() {
        var best = TopHits(limit: 2)
        #expect(best.threshold == -.infinity)
        best.insert(SearchHit(ordinal: 0, score: 0.5))
        #expect(best.threshold == -.infinity)
        best.insert(SearchHit(ordinal: 1, score: 0.25))
        #expect(best.threshold == 0.25)
        best.insert(SearchHit(ordinal: 2, score: 0.75))
        #expect(best.threshold == 0.5)
    }
}
