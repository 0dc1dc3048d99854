import LakeCore
import Testing

@testable import LakeVector

@Suite struct CodeKernelTests {
    /// Shapes of value that codes represent well, badly, and not at all.
    enum Shape: CaseIterable, Sendable {
        case even, oneLarge, tiny, constant, mixedScales

        func vector(_ dimensions: Int, _ random: inout SplitMix64) -> [Float] {
            switch self {
            case .even: random.vector(dimensions)
            case .oneLarge: random.vector(dimensions - 1) + [1000]
            case .tiny: random.vector(dimensions - 1).map { $0 * 1e-30 } + [1]
            case .constant: [Float](repeating: -1, count: dimensions)
            case .mixedScales: (0..<dimensions).map { random.value() * Float(1 << ($0 % 20)) }
            }
        }
    }

    @Test(arguments: Shape.allCases, [1, 2, 15, 16, 17, 63, 64, 65, 384, 768, 2_048])
    func noScoreIsAboveItsBound(shape: Shape, dimensions: Int) throws {
        var random = SplitMix64(seed: UInt64(dimensions))
        let kernels = try InstructionSet.allCases.filter(\.isSupported).map { try FloatKernels($0) }
        for queryShape in Shape.allCases {
            let query = try kernels[0].normalized(query: queryShape.vector(dimensions, &random))
            let coded = CodedQuery(query)
            for number in 0..<6 {
                // A vector like the query's own is where the bound matters most.
                let given = number < 2 ? query.map { $0 * (number == 0 ? 1 : -1) } : shape.vector(dimensions, &random)
                let vector = try stored(given)
                let row = CodeKernel.encode(vector[...])
                let sum = row.codes.withUnsafeBytes { bytes in bytes.baseAddress.map { coded.sum($0) } ?? 0 }
                let bound = coded.bound(sum: sum, step: row.step, error: row.error)
                for kernel in kernels {
                    let score = Double(kernel.dot(query, vector, dimensions: dimensions))
                    #expect(score <= bound)
                    guard shape == .even, queryShape == .even else { continue }
                    #expect(bound - score < 0.06, "a bound that rules out nothing")
                }
            }
        }
    }

    @Test(arguments: [1, 16, 31, 100, 768])
    func sumsAreExact(dimensions: Int) throws {
        var random = SplitMix64(seed: 4)
        let query = try FloatKernels(.scalar).normalized(query: random.vector(dimensions))
        let coded = CodedQuery(query)
        let largest = query.map { abs($0) }.max() ?? 0
        let step = Double(largest) / Double(min(32_767, Int(Int32.max) / (255 * dimensions)))
        for extreme in [UInt8(1), 255] {
            var codes = [UInt8](repeating: 0xEE, count: CodeKernel.stride(dimensions: dimensions))
            for i in 0..<dimensions { codes[i] = extreme }
            for i in stride(from: 0, to: dimensions, by: 3) { codes[i] = UInt8.random(in: 1...255, using: &random) }
            let expected = (0..<dimensions).reduce(0) { sum, i in
                sum + Int((Double(query[i]) / step).rounded()) * (Int(codes[i]) - 128)
            }
            codes.withUnsafeBytes { bytes in #expect(bytes.baseAddress.map { coded.sum($0) } == expected) }
        }
    }

    /// Where the sum of products comes closest to leaving 32 bits.
    @Test(arguments: [1, 64, 768, 65_536])
    func sumsDoNotOverflow(dimensions: Int) throws {
        for sign in [Float(1), -1] {
            let query = try FloatKernels(.scalar).normalized(query: [Float](repeating: sign, count: dimensions))
            let coded = CodedQuery(query)
            let code = min(32_767, Int(Int32.max) / (255 * dimensions))
            let codes = [UInt8](repeating: 255, count: CodeKernel.stride(dimensions: dimensions))
            codes.withUnsafeBytes { bytes in
                #expect(bytes.baseAddress.map { coded.sum($0) } == Int(sign) * code * 127 * dimensions)
            }
        }
    }

    @Test func theStatedErrorCoversWhatTheCodesLeaveOut() throws {
        var random = SplitMix64(seed: 6)
        for shape in Shape.allCases {
            let vector = try stored(shape.vector(50, &random))
            let row = CodeKernel.encode(vector[...])
            var squares = 0.0
            for (value, code) in zip(vector, row.codes) {
                let rest = Double(value) - Double(row.step) * (Double(code) - 128)
                squares += rest * rest
            }
            #expect(Double(row.error) >= squares.squareRoot())
            #expect(row.codes.prefix(50).allSatisfy { $0 >= 1 })
            #expect(row.codes.count == 64)
        }
    }

    /// As a segment stores it.
    private func stored(_ vector: [Float]) throws -> [Float] {
        try TestIndex.segment([vector], vector.count, from: 0).vectors
    }
}
