import LakeCore
import Testing

extension SplitMix64 {
    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in .random(in: range, using: &self) }
    }
}

/// Sorts of vectors that arithmetic may stumble over.
enum Inputs: CaseIterable, CustomTestStringConvertible, Sendable {
    case uniform, zeros, denormals, huge, mixedMagnitudes, cancelling

    func make(_ count: Int, _ random: inout SplitMix64) -> [Float] {
        switch self {
        case .uniform: random.floats(count)
        case .zeros: (0..<count).map { $0.isMultiple(of: 2) ? 0 : -0.0 }
        case .denormals: random.floats(count).map { $0 * Float.leastNormalMagnitude / 8 }
        // Thousands of their products still add up to less than the largest f32.
        case .huge: random.floats(count).map { $0 * 1e17 }
        case .mixedMagnitudes:
            random.floats(count).map {
                $0 * Float(sign: .plus, exponent: .random(in: -20...20, using: &random), significand: 1)
            }
        case .cancelling: (0..<count).map { $0.isMultiple(of: 2) ? 1000.5 : -1000.25 }
        }
    }

    var testDescription: String { "\(self)" }
}

/// A float as the kernels hold it in bf16: the upper half, rounded to nearest even.
func bf16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
}

/// The float that a bf16 stands for.
func float(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
