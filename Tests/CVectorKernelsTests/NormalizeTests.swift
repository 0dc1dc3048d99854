import CVectorKernels
import LakeCore
import Testing

@Suite struct NormalizeTests {
    static let seed: UInt64 = 0x1E46

    @Test(arguments: KernelTable.all, Inputs.allCases)
    func vectorsGetLengthOneAndKeepTheirDirection(table: KernelTable, inputs: Inputs) {
        var random = SplitMix64(seed: Self.seed)
        for dimension in DistanceTests.dimensions {
            let original = inputs.make(dimension, &random)
            let length = original.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            var vector = original
            let got = table.kernels.normalize_f32(&vector, dimension)
            #expect(abs(got - length) <= 1e-12 * length, "dimension \(dimension), seed \(Self.seed)")
            let expected = length == 0 ? original : original.map { Float(Double($0) / length) }
            let isSame = zip(vector, expected).allSatisfy { abs($0 - $1) <= 1.2e-7 * abs($1) }
            #expect(isSame, "dimension \(dimension), seed \(Self.seed)")
        }
    }

    @Test(arguments: KernelTable.all, [Float.infinity, -.infinity, .nan])
    func vectorsThatHaveNoLengthAreLeftAlone(table: KernelTable, value: Float) {
        for dimension in [1, 4, 17, 64] {
            for place in Set([0, dimension / 2, dimension - 1]) {
                var vector = [Float](repeating: 0.5, count: dimension)
                vector[place] = value
                let original = vector.map(\.bitPattern)
                #expect(!table.kernels.normalize_f32(&vector, dimension).isFinite)
                #expect(vector.map(\.bitPattern) == original)
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func largestAndSmallestFloatsNeitherOverflowNorVanish(table: KernelTable) {
        for value in [Float.greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude] {
            var vector = [Float](repeating: value, count: 100)
            #expect(abs(table.kernels.normalize_f32(&vector, 100) / (Double(value) * 10) - 1) < 1e-12)
            #expect(vector.allSatisfy { abs($0 - 0.1) < 1e-7 })
        }
    }

    @Test(arguments: KernelTable.all)
    func nothingIsTouchedPastTheLastElement(table: KernelTable) throws {
        for dimension in 1...40 {
            let vector = try #require(GuardedFloats([Float](repeating: 2, count: dimension)))
            #expect(table.kernels.normalize_f32(vector.start, dimension) > 0)
        }
    }
}
