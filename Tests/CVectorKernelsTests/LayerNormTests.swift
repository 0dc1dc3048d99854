import CVectorKernels
import LakeCore
import Testing

@Suite struct LayerNormTests {
    static let seed: UInt64 = 0x1A4E

    private func exact(_ row: [Float], _ gamma: [Float], _ beta: [Float], _ epsilon: Float) -> [Double] {
        let values = row.map(Double.init)
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let factor = 1 / (variance + Double(epsilon)).squareRoot()
        return values.indices.map { (values[$0] - mean) * factor * Double(gamma[$0]) + Double(beta[$0]) }
    }

    @Test(arguments: KernelTable.all, [(0 as Float, 1 as Float), (3, 0.01), (-40, 1), (0, 1e12), (0, 1e-15)])
    func rowsAgreeWithDoubleArithmetic(table: KernelTable, distribution: (mean: Float, spread: Float)) {
        var random = SplitMix64(seed: Self.seed)
        for dimension in [16, 32, 48, 64, 80, 112, 384, 400, 768, 1024] {
            for rows in [0, 1, 2, 5] {
                let (gamma, beta) = (random.floats(dimension), random.floats(dimension))
                let input = random.floats(rows * dimension).map { $0 * distribution.spread + distribution.mean }
                let epsilon: Float = 1e-12
                var output = input
                var copy = [UInt16](repeating: 0, count: rows * dimension)
                table.kernels.layer_norm(&output, &copy, rows, dimension, gamma, beta, epsilon)
                var plain = input
                table.kernels.layer_norm(&plain, nil, rows, dimension, gamma, beta, epsilon)
                #expect(plain == output)
                #expect(copy == output.map(bf16), "bf16 copy, dimension \(dimension), seed \(Self.seed)")
                // What f32 loses in subtracting the mean grows with the mean.
                let allowed = 3e-6 * Double(1 + abs(distribution.mean) / distribution.spread)
                for row in 0..<rows {
                    let range = row * dimension..<(row + 1) * dimension
                    let expected = exact(Array(input[range]), gamma, beta, epsilon)
                    let isClose = zip(output[range], expected).allSatisfy {
                        abs(Double($0) - $1) <= allowed * (1 + abs($1))
                    }
                    #expect(isClose, "dimension \(dimension), row \(row), seed \(Self.seed)")
                }
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func rowWithoutVarianceBecomesTheShift(table: KernelTable) {
        var random = SplitMix64(seed: Self.seed)
        let (gamma, beta) = (random.floats(64), random.floats(64))
        for value in [Float(0), 1, -0.125, 1024] {
            var row = [Float](repeating: value, count: 64)
            table.kernels.layer_norm(&row, nil, 1, 64, gamma, beta, 1e-12)
            #expect(row == beta)
        }
    }
}
