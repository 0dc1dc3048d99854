import CVectorKernels
import LakeCore
import Testing

@Suite struct DistanceTests {
    static let seed: UInt64 = 0xD157
    static let dimensions = Array(0...130) + [383, 384, 385, 768, 1024, 1536, 4096]
    /// Error allowed, relative to the sum of the sizes of the terms; and one bit below the normal range for each term.
    static let tolerance = 2e-6

    private func terms(_ a: [Float], _ b: [Float], _ term: (Double, Double) -> Double) -> (sum: Double, size: Double) {
        zip(a, b).reduce(into: (0, 0)) { result, pair in
            let value = term(Double(pair.0), Double(pair.1))
            result.sum += value
            result.size += abs(value)
        }
    }

    private func isClose(_ got: Float, _ exact: (sum: Double, size: Double), _ dimension: Int) -> Bool {
        abs(Double(got) - exact.sum) <= Self.tolerance * exact.size + 2e-45 * Double(dimension)
    }

    @Test(arguments: KernelTable.all, Inputs.allCases)
    func productsAndDistancesAgreeWithDoubleSumsAndScalarCode(table: KernelTable, inputs: Inputs) {
        var random = SplitMix64(seed: Self.seed)
        let (kernels, scalar) = (table.kernels, KernelTable.scalar.kernels)
        for dimension in Self.dimensions {
            let a = inputs.make(dimension, &random)
            let b = inputs.make(dimension, &random)
            let product = terms(a, b) { $0 * $1 }
            let distance = terms(a, b) { ($0 - $1) * ($0 - $1) }
            #expect(
                isClose(kernels.dot_f32(a, b, dimension), product, dimension)
                    && isClose(kernels.l2_squared_f32(a, b, dimension), distance, dimension),
                "dimension \(dimension), seed \(Self.seed)"
            )
            let scalarProduct = Double(scalar.dot_f32(a, b, dimension))
            let scalarDistance = Double(scalar.l2_squared_f32(a, b, dimension))
            #expect(
                isClose(kernels.dot_f32(a, b, dimension), (scalarProduct, product.size), dimension)
                    && isClose(kernels.l2_squared_f32(a, b, dimension), (scalarDistance, distance.size), dimension),
                "dimension \(dimension), seed \(Self.seed)"
            )
        }
    }

    @Test(arguments: KernelTable.all)
    func fuzzedVectorsAgreeWithDoubleSums(table: KernelTable) {
        for seed in Self.seed..<Self.seed + 100 {
            var random = SplitMix64(seed: seed)
            let dimension = Int.random(in: 1...2000, using: &random)
            let scales: [Float] = [1e-30, 1e-3, 1, 1e6, 1e15]
            func vector() -> [Float] {
                let scale = scales.randomElement(using: &random) ?? 1
                return random.floats(dimension).map { $0 * (Int.random(in: 0..<8, using: &random) == 0 ? 0 : scale) }
            }
            let (a, b) = (vector(), vector())
            #expect(isClose(table.kernels.dot_f32(a, b, dimension), terms(a, b) { $0 * $1 }, dimension), "seed \(seed)")
            #expect(
                isClose(
                    table.kernels.l2_squared_f32(a, b, dimension),
                    terms(a, b) { ($0 - $1) * ($0 - $1) },
                    dimension
                ),
                "seed \(seed)"
            )
        }
    }

    @Test(arguments: KernelTable.all)
    func rowsHaveTheBitsOfSinglePairsHoweverTheyAreSplit(table: KernelTable) {
        var random = SplitMix64(seed: Self.seed)
        let kernels = table.kernels
        for dimension in [0, 1, 3, 7, 8, 15, 16, 17, 33, 63, 64, 65, 100, 127, 128, 384, 385, 768] {
            let query = random.floats(dimension)
            let rows = random.floats(100 * dimension)
            for (pair, all) in [
                (kernels.dot_f32, kernels.dot_rows_f32), (kernels.l2_squared_f32, kernels.l2_squared_rows_f32),
            ] {
                let expected = (0..<100).map { row in
                    rows.withUnsafeBufferPointer {
                        pair?(query, $0.baseAddress.map { $0 + row * dimension }, dimension)
                    }
                }
                for count in [0, 1, 2, 3, 7, 8, 9, 100] {
                    for split in Set([0, 1, count / 3, count / 2, count]) where split <= count {
                        var out = [Float](repeating: -7, count: count + 1)
                        out.withUnsafeMutableBufferPointer { out in
                            rows.withUnsafeBufferPointer { rows in
                                guard let out = out.baseAddress, let rows = rows.baseAddress else { return }
                                all?(query, rows, split, dimension, out)
                                all?(query, rows + split * dimension, count - split, dimension, out + split)
                            }
                        }
                        #expect(
                            out.dropLast().map(\.bitPattern) == expected.prefix(count).map { $0?.bitPattern }
                                && out.last == -7,
                            "\(count) rows of \(dimension) split at \(split), seed \(Self.seed)"
                        )
                    }
                }
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func nothingIsReadPastTheLastElement(table: KernelTable) throws {
        var random = SplitMix64(seed: Self.seed)
        let kernels = table.kernels
        for dimension in Array(1...70) + [385] {
            let values = random.floats(3 * dimension)
            // Alignment changes with the dimension, and must not change the bits.
            let query = try #require(GuardedFloats(Array(values.prefix(dimension))))
            let rows = try #require(GuardedFloats(values))
            var (guarded, free) = ([Float](repeating: 0, count: 6), [Float](repeating: 0, count: 6))
            guarded.withUnsafeMutableBufferPointer { out in
                kernels.dot_rows_f32(query.start, rows.start, 3, dimension, out.baseAddress)
                kernels.l2_squared_rows_f32(query.start, rows.start, 3, dimension, out.baseAddress.map { $0 + 3 })
            }
            free.withUnsafeMutableBufferPointer { out in
                kernels.dot_rows_f32(values, values, 3, dimension, out.baseAddress)
                kernels.l2_squared_rows_f32(values, values, 3, dimension, out.baseAddress.map { $0 + 3 })
            }
            #expect(guarded == free, "dimension \(dimension), seed \(Self.seed)")
        }
    }

    @Test(arguments: KernelTable.all)
    func notANumberStaysVisible(table: KernelTable) {
        for dimension in [1, 5, 16, 70] {
            var a = [Float](repeating: 1, count: dimension)
            a[dimension - 1] = .nan
            #expect(table.kernels.dot_f32(a, a, dimension).isNaN)
            #expect(table.kernels.l2_squared_f32(a, [Float](repeating: 0, count: dimension), dimension).isNaN)
        }
    }
}
