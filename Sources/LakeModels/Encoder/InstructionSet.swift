import CVectorKernels
import LakeCore

extension InstructionSet {
    /// The fastest one of this processor.
    static var best: Self {
        let best = lake_isa_best()
        return allCases.first { $0.kernelName == best } ?? .scalar
    }

    /// Whether this processor has it.
    var isSupported: Bool { lake_isa_supported(kernelName) }

    var kernelName: lake_isa {
        switch self {
        case .scalar: LAKE_ISA_SCALAR
        case .avx2: LAKE_ISA_AVX2
        case .avx512: LAKE_ISA_AVX512
        case .neon: LAKE_ISA_NEON
        }
    }
}
