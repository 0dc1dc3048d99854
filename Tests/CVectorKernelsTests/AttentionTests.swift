import CVectorKernels
import Foundation
import LakeCore
import Testing

@Suite struct AttentionTests {
    static let seed: UInt64 = 0xA77E

    /// A text's queries, keys and values.
    struct Text {
        let tokens: Int, heads: Int, dimension: Int
        let values: [Float]

        init(_ tokens: Int, _ heads: Int, _ dimension: Int, scale: Float, _ random: inout SplitMix64) {
            (self.tokens, self.heads, self.dimension) = (tokens, heads, dimension)
            values = random.floats(tokens * 3 * heads * dimension).map { $0 * scale }
        }

        var hidden: Int { heads * dimension }

        /// The exact result, and for each element the sum of the sizes of its terms.
        func exact(_ precision: Precision) -> [(value: Double, size: Double)] {
            let qkv = values.map { Double(precision.rounded($0)) }
            var result = [(value: Double, size: Double)](repeating: (0, 0), count: tokens * hidden)
            for token in 0..<tokens {
                for head in 0..<heads {
                    let query = token * 3 * hidden + head * dimension
                    var weights: [Double] = []
                    for key in 0..<tokens {
                        let start = (key * 3 + 1) * hidden + head * dimension
                        var score = 0.0
                        for index in 0..<dimension { score += qkv[query + index] * qkv[start + index] }
                        weights.append(score)
                    }
                    let largest = weights.max() ?? 0
                    weights = weights.map { exp($0 - largest) }
                    let sum = weights.reduce(0, +)
                    for key in 0..<tokens {
                        let start = (key * 3 + 2) * hidden + head * dimension
                        for index in 0..<dimension {
                            let term = weights[key] / sum * qkv[start + index]
                            result[token * hidden + head * dimension + index].value += term
                            result[token * hidden + head * dimension + index].size += abs(term)
                        }
                    }
                }
            }
            return result
        }

        /// The kernel's result; nil if it wrote past its output or scratch.
        func attended(_ table: KernelTable, _ precision: Precision) -> [Float]? {
            let scratch = AlignedMemory(lake_attention_scratch_size(tokens, dimension))
            let count = tokens * hidden
            let out = AlignedMemory(count * (precision == .f32 ? 4 : 2))
            precision.encoded(values).withUnsafeBytes { qkv in
                let (qkv, out) = (qkv.baseAddress, out.start)
                switch precision {
                case .f32:
                    table.kernels.attention_f32(
                        qkv?.assumingMemoryBound(to: Float.self),
                        tokens,
                        heads,
                        dimension,
                        out.assumingMemoryBound(to: Float.self),
                        scratch.start
                    )
                case .bf16:
                    table.kernels.attention_bf16(
                        qkv?.assumingMemoryBound(to: UInt16.self),
                        tokens,
                        heads,
                        dimension,
                        out.assumingMemoryBound(to: UInt16.self),
                        scratch.start
                    )
                }
            }
            guard scratch.isFenceIntact, out.isFenceIntact else { return nil }
            return precision.decoded(out.start, count)
        }
    }

    /// Scores are off by a few units in the last place of f32, the larger the score the more; bf16 weights and results
    /// are each rounded once.
    private func allowed(_ precision: Precision, scale: Float, _ exact: (value: Double, size: Double)) -> Double {
        let scores = 4e-6 * Double(1 + scale * scale)
        return precision == .f32 ? scores * exact.size : (scores + 0x1p-7) * exact.size
    }

    @Test(arguments: Precision.allCases)
    func weightedMeansAgreeWithDoubleArithmetic(precision: Precision) throws {
        let shapes = [
            (heads: 1, dimension: 8, lengths: Array(1...35) + [63, 64, 65]), (2, 32, [1, 3, 4, 17, 49]),
            (3, 16, [2, 5, 8, 33]), (1, 24, [1, 7, 18]), (1, 40, [6, 16]), (1, 64, [9, 50]), (2, 72, [4, 15]),
            (1, 32, [127, 257]),
        ]
        for (heads, dimension, lengths) in shapes {
            for tokens in lengths {
                for scale: Float in [0.3, 3] { try expectAgreement(precision, tokens, heads, dimension, scale) }
            }
        }
    }

    private func expectAgreement(
        _ precision: Precision,
        _ tokens: Int,
        _ heads: Int,
        _ dimension: Int,
        _ scale: Float
    ) throws {
        var random = SplitMix64(seed: Self.seed)
        let text = Text(tokens, heads, dimension, scale: scale, &random)
        let exact = text.exact(precision)
        for table in KernelTable.all {
            let got = try #require(text.attended(table, precision), "wrote too far")
            let isClose = zip(got, exact).allSatisfy {
                abs(Double($0) - $1.value) <= allowed(precision, scale: scale, $1)
            }
            #expect(
                isClose,
                "\(table), \(tokens) tokens, \(heads) heads of \(dimension), scale \(scale), seed \(Self.seed)"
            )
        }
    }

    /// Weights that add up to 1 leave values alone that are all the same, however far the scores lie from 0.
    @Test(arguments: KernelTable.all, [-1000 as Float, -90, 0, 90, 1000])
    func softmaxIsIndependentOfTheLevelOfScores(table: KernelTable, level: Float) {
        for tokens in [1, 3, 16, 21] {
            var qkv: [Float] = []
            for token in 0..<tokens {
                qkv += [1, 0, 0, 0, 0, 0, 0, 0]
                qkv += [level + Float(token % 2), 0, 0, 0, 0, 0, 0, 0]
                qkv += [1, 2, -3, 4, 0, 0, Float(token % 2), 0.5]
            }
            let odd = tokens / 2
            let share = Double(odd) * exp(1) / (Double(odd) * exp(1) + Double(tokens - odd))
            let expected = [1, 2, -3, 4, 0, 0, share, 0.5]
            let scratch = AlignedMemory(lake_attention_scratch_size(tokens, 8))
            var out = [Float](repeating: .nan, count: tokens * 8)
            table.kernels.attention_f32(qkv, tokens, 1, 8, &out, scratch.start)
            for token in 0..<tokens {
                let row = out[token * 8..<token * 8 + 8]
                #expect(zip(row, expected).allSatisfy { abs(Double($0) - $1) < 4e-6 }, "\(tokens) tokens at \(level)")
            }
        }
    }

    /// One score far above the rest takes all the weight; the others underflow to nothing.
    @Test(arguments: KernelTable.all)
    func largestScoreTakesAll(table: KernelTable) {
        let tokens = 19
        var qkv: [Float] = []
        for token in 0..<tokens {
            qkv += [1, 0, 0, 0, 0, 0, 0, 0]
            qkv += [token == 11 ? 300 : -300, 0, 0, 0, 0, 0, 0, 0]
            qkv += [Float](repeating: Float(token), count: 8)
        }
        let scratch = AlignedMemory(lake_attention_scratch_size(tokens, 8))
        var out = [Float](repeating: .nan, count: tokens * 8)
        table.kernels.attention_f32(qkv, tokens, 1, 8, &out, scratch.start)
        #expect(out.allSatisfy { $0 == 11 })
    }
}
