import CVectorKernels
import Foundation
import LakeCore
import Testing

/// Weights and activations in one of the two precisions.
enum Precision: CaseIterable, Sendable {
    case f32, bf16

    var kernelName: lake_precision { self == .f32 ? LAKE_PRECISION_F32 : LAKE_PRECISION_BF16 }

    /// A value as it is after storing in this precision.
    func rounded(_ value: Float) -> Float {
        switch self {
        case .f32: value
        case .bf16: float(CVectorKernelsTests.bf16(value))
        }
    }

    /// Relative error of storing a value.
    var storage: Double { self == .f32 ? 0x1p-24 : 0x1p-8 }

    /// `values` in memory.
    func encoded(_ values: [Float]) -> [UInt8] {
        switch self {
        case .f32: values.withUnsafeBytes(Array.init)
        case .bf16: values.map(CVectorKernelsTests.bf16).withUnsafeBytes(Array.init)
        }
    }

    /// The values in memory.
    func decoded(_ bytes: UnsafeRawPointer, _ count: Int) -> [Float] {
        switch self {
        case .f32: (0..<count).map { bytes.load(fromByteOffset: $0 * 4, as: Float.self) }
        case .bf16: (0..<count).map { float(bytes.load(fromByteOffset: $0 * 2, as: UInt16.self)) }
        }
    }
}

/// GELU by the error function.
func exactGELU(_ x: Double) -> Double { x / 2 * (1 + erf(x / 2.0.squareRoot())) }

@Suite struct GemmTests {
    static let seed: UInt64 = 0x6E44
    static let epilogues = [LAKE_EPILOGUE_STORE, LAKE_EPILOGUE_GELU, LAKE_EPILOGUE_ADD]
    /// Error of a sum, relative to the sum of the sizes of its terms.
    static let tolerance = 2e-6

    /// A product's operands.
    struct Operands {
        let rows: Int, inputs: Int, outputs: Int
        let input: [Float], weights: [Float], bias: [Float], before: [Float]

        init(rows: Int, inputs: Int, outputs: Int, _ random: inout SplitMix64) {
            (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
            input = random.floats(rows * inputs)
            weights = random.floats(outputs * inputs)
            bias = random.floats(outputs)
            before = random.floats(rows * outputs)
        }
    }

    /// Runs the kernel on the first `rows` rows; nil if it wrote past its output.
    private func multiply(
        _ table: KernelTable,
        _ precision: Precision,
        _ epilogue: lake_epilogue,
        _ operands: Operands,
        rows: Int
    ) -> [Float]? {
        let stored: Precision = epilogue == LAKE_EPILOGUE_ADD ? .f32 : precision
        let (inputs, outputs) = (operands.inputs, operands.outputs)
        let panels = AlignedMemory(lake_gemm_packed_size(inputs, outputs, precision.kernelName))
        lake_gemm_pack(operands.weights, inputs, outputs, 1, precision.kernelName, panels.start)
        let output = AlignedMemory(rows * outputs * (stored == .f32 ? 4 : 2))
        let before = stored.encoded(Array(operands.before.prefix(rows * outputs)))
        output.start.copyMemory(from: before, byteCount: before.count)
        precision.encoded(operands.input).withUnsafeBytes { input in
            operands.bias.withUnsafeBufferPointer { bias in
                var gemm = lake_gemm(
                    rows: rows,
                    inputs: inputs,
                    outputs: outputs,
                    input: input.baseAddress,
                    panels: panels.start,
                    bias: bias.baseAddress,
                    output: output.start,
                    epilogue: epilogue
                )
                precision == .f32 ? table.kernels.gemm_f32(&gemm) : table.kernels.gemm_bf16(&gemm)
            }
        }
        guard panels.isFenceIntact, output.isFenceIntact else { return nil }
        return stored.decoded(output.start, rows * outputs)
    }

    /// For each output element the exact sum with bias, and the sum of the sizes of its terms.
    private func exactSums(_ operands: Operands, _ precision: Precision) -> [(sum: Double, size: Double)] {
        let input = operands.input.map { Double(precision.rounded($0)) }
        let weights = operands.weights.map { Double(precision.rounded($0)) }
        var result: [(sum: Double, size: Double)] = []
        for row in 0..<operands.rows {
            for output in 0..<operands.outputs {
                var sum = Double(operands.bias[output])
                var size = abs(sum)
                for index in 0..<operands.inputs {
                    let term = input[row * operands.inputs + index] * weights[output * operands.inputs + index]
                    sum += term
                    size += abs(term)
                }
                result.append((sum, size))
            }
        }
        return result
    }

    /// Whether `got` is what the epilogue makes of an exact sum.
    private func isClose(
        _ got: Float,
        _ exact: (sum: Double, size: Double),
        before: Float,
        _ precision: Precision,
        _ epilogue: lake_epilogue
    ) -> Bool {
        var allowed = Self.tolerance * exact.size
        var expected = exact.sum
        switch epilogue {
        case LAKE_EPILOGUE_ADD:
            expected += Double(before)
            allowed += 0x1p-23 * (abs(expected) + 1)
        case LAKE_EPILOGUE_GELU:
            expected = exactGELU(exact.sum)
            // Its slope is at most 1.13.
            allowed = 1.13 * allowed + 5e-7 * max(1, abs(exact.sum)) + precision.storage * abs(expected)
        default:
            allowed += precision.storage * abs(expected)
        }
        return abs(Double(got) - expected) <= allowed
    }

    @Test(arguments: Precision.allCases)
    func productsAgreeWithPlainLoops(precision: Precision) throws {
        var random = SplitMix64(seed: Self.seed)
        let shapes = [(16, 16), (16, 48), (32, 64), (48, 80), (80, 96), (96, 144), (384, 112), (1040, 32)]
        for (inputs, outputs) in shapes {
            let operands = Operands(rows: 33, inputs: inputs, outputs: outputs, &random)
            let exact = exactSums(operands, precision)
            for rows in Array(0...9) + [11, 12, 13, 14, 15, 16, 17, 23, 33] {
                for epilogue in Self.epilogues {
                    for table in KernelTable.all {
                        let got = try #require(
                            multiply(table, precision, epilogue, operands, rows: rows),
                            "wrote too far"
                        )
                        let isRight = got.indices.allSatisfy {
                            isClose(got[$0], exact[$0], before: operands.before[$0], precision, epilogue)
                        }
                        #expect(
                            isRight,
                            "\(table), \(rows) × \(inputs) × \(outputs), \(epilogue), seed \(Self.seed)"
                        )
                    }
                }
            }
        }
    }

    @Test(arguments: KernelTable.all, Precision.allCases)
    func tablesAgreeWithScalarCode(table: KernelTable, precision: Precision) throws {
        for seed in Self.seed..<Self.seed + 12 {
            var random = SplitMix64(seed: seed)
            let operands = Operands(
                rows: .random(in: 1...40, using: &random),
                inputs: 16 * .random(in: 1...30, using: &random),
                outputs: 16 * .random(in: 1...12, using: &random),
                &random
            )
            for epilogue in Self.epilogues {
                let rows = operands.rows
                let got = try #require(multiply(table, precision, epilogue, operands, rows: rows))
                let scalar = try #require(multiply(.scalar, precision, epilogue, operands, rows: rows))
                // A sum that differs in its last bits may be stored one bf16 up or down.
                let relative = epilogue == LAKE_EPILOGUE_ADD ? 1e-6 : 2 * precision.storage
                let absolute = Self.tolerance * Double(operands.inputs)
                let isSame = zip(got, scalar).allSatisfy { got, scalar in
                    abs(Double(got) - Double(scalar)) <= relative * abs(Double(scalar)) + absolute
                }
                #expect(isSame, "epilogue \(epilogue.rawValue), seed \(seed)")
            }
        }
    }

    @Test(arguments: KernelTable.all, Precision.allCases)
    func rowHasTheSameBitsAloneAndAmongOthers(table: KernelTable, precision: Precision) throws {
        var random = SplitMix64(seed: Self.seed)
        let operands = Operands(rows: 29, inputs: 112, outputs: 80, &random)
        for epilogue in Self.epilogues {
            let all = try #require(multiply(table, precision, epilogue, operands, rows: 29))
            for rows in 1..<29 {
                let some = try #require(multiply(table, precision, epilogue, operands, rows: rows))
                let isSame = some.map(\.bitPattern) == all.prefix(some.count).map(\.bitPattern)
                #expect(isSame, "\(rows) rows, seed \(Self.seed)")
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func activationIsTheErrorFunctionGELU(table: KernelTable) {
        let special: [Float] = [0, -0.0, 1e-38, -1e-38, 1e-20, 50, -50, 1e4, -1e4, 1e30, -1e30]
        let values = special + stride(from: Float(-14), through: 14, by: 0.0037) + [Float](repeating: 1, count: 16)
        let rows = values.count / 16
        // Through the unit matrix the inputs reach the epilogue as they are.
        let unit = (0..<256).map { Float($0 % 17 == 0 ? 1 : 0) }
        let panels = AlignedMemory(lake_gemm_packed_size(16, 16, LAKE_PRECISION_F32))
        lake_gemm_pack(unit, 16, 16, 1, LAKE_PRECISION_F32, panels.start)
        let bias = [Float](repeating: 0, count: 16)
        var output = [Float](repeating: .nan, count: rows * 16)
        output.withUnsafeMutableBufferPointer { output in
            bias.withUnsafeBufferPointer { bias in
                values.withUnsafeBytes { input in
                    var gemm = lake_gemm(
                        rows: rows,
                        inputs: 16,
                        outputs: 16,
                        input: input.baseAddress,
                        panels: panels.start,
                        bias: bias.baseAddress,
                        output: output.baseAddress,
                        epilogue: LAKE_EPILOGUE_GELU
                    )
                    table.kernels.gemm_f32(&gemm)
                }
            }
        }
        for (value, got) in zip(values, output) {
            let error = abs(Double(got) - exactGELU(Double(value)))
            #expect(error <= 5e-7 * max(1, abs(Double(value))), "gelu(\(value)) is \(got)")
        }
    }

    @Test(arguments: Precision.allCases)
    func packedWeightsCarryTheScaleAndRoundToNearestEven(precision: Precision) {
        var random = SplitMix64(seed: Self.seed)
        let (inputs, outputs) = (32, 64)
        var weights = random.floats(inputs * outputs)
        // Ties: halfway between two bf16, with an even and an odd lower neighbour.
        (weights[0], weights[1]) = (Float(bitPattern: 0x3F80_8000), Float(bitPattern: 0x3F81_8000))
        weights[2] = -.infinity
        let panels = AlignedMemory(lake_gemm_packed_size(inputs, outputs, precision.kernelName))
        lake_gemm_pack(weights, inputs, outputs, 2, precision.kernelName, panels.start)
        let packed = precision.decoded(panels.start, inputs * 96)
        let pair = precision == .bf16 ? 2 : 1
        for output in 0..<96 {
            for input in 0..<inputs {
                let panel = output / 48 * 48 * inputs
                let place = panel + input / pair * 48 * pair + output % 48 * pair + input % pair
                let weight = output < outputs ? weights[output * inputs + input] * 2 : 0
                #expect(
                    packed[place] == precision.rounded(weight),
                    "output \(output), input \(input), seed \(Self.seed)"
                )
            }
        }
        #expect(panels.isFenceIntact)
    }
}
