/// The instruction sets that the kernels are written for.
public enum InstructionSet: String, Sendable, Hashable, CaseIterable {
    /// Plain code, on every processor.
    case scalar
    case avx2
    case avx512
    case neon
}
