import LakeCore
import Testing

@testable import LakeVector

@Suite struct OrdinalSetTests {
    @Test(arguments: [0, 1, 63, 64, 65, 200])
    func runsAreTheMembersInOrder(universe: Int) {
        var random = SplitMix64(seed: UInt64(universe))
        for density in 0...4 {
            var set = OrdinalSet(universe: universe)
            var members = Set<Int>()
            for ordinal in 0..<universe where Int.random(in: 0..<4, using: &random) < density {
                set.insert(ordinal)
                set.insert(ordinal)
                members.insert(ordinal)
            }
            #expect(set.count == members.count)
            #expect((-2..<(universe + 70)).filter(set.contains) == members.sorted())
            for start in stride(from: 0, through: universe, by: 13) {
                for end in stride(from: start, through: universe, by: 29) {
                    var found: [Int] = []
                    var place = start
                    while let run = set.run(from: place, to: end) {
                        #expect(!run.isEmpty && run.lowerBound >= place && run.upperBound <= end)
                        found += run
                        place = run.upperBound
                    }
                    #expect(found == (start..<end).filter(members.contains))
                }
            }
        }
    }
}
