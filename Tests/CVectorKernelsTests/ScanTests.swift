import CVectorKernels
import LakeCore
import Testing

@Suite struct ScanTests {
    static let seed: UInt64 = 0x5CA2

    @Test(arguments: KernelTable.all)
    func indicesAreThoseOfGreaterScores(table: KernelTable) {
        var random = SplitMix64(seed: Self.seed)
        let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 0.25, -0.25]
        for count in Array(0...70) + [1000] {
            var scores = random.floats(count)
            for index in scores.indices where Int.random(in: 0..<4, using: &random) == 0 {
                scores[index] = special.randomElement(using: &random) ?? 0
            }
            for threshold in [-Float.infinity, -2, -0.25, -0.0, 0, 0.25, 0.9, .infinity, .nan] {
                var indices = [UInt32](repeating: .max, count: count + 1)
                let found = table.kernels.scan_above_f32(scores, count, threshold, &indices)
                let expected = scores.indices.filter { scores[$0] > threshold }.map { UInt32($0) }
                #expect(Array(indices.prefix(found)) == expected, "\(count) above \(threshold), seed \(Self.seed)")
                #expect(indices.dropFirst(found).allSatisfy { $0 == .max }, "written past the result")
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func nothingIsReadPastTheLastScore(table: KernelTable) throws {
        for count in 1...40 {
            let scores = try #require(GuardedFloats([Float](repeating: 1, count: count)))
            var indices = [UInt32](repeating: 0, count: count)
            #expect(table.kernels.scan_above_f32(scores.start, count, 0, &indices) == count)
        }
    }
}
