internal import CVectorKernels
internal import LakeCore

extension InstructionSet {
    /// Whether this processor has it.
    var isSupported: Bool { lake_isa_supported(raw) }

    /// The fastest of this processor.
    static var best: InstructionSet {
        let best = lake_isa_best()
        return allCases.first { $0.raw == best } ?? .scalar
    }

    private var raw: lake_isa {
        switch self {
        case .scalar: LAKE_ISA_SCALAR
        case .avx2: LAKE_ISA_AVX2
        case .avx512: LAKE_ISA_AVX512
        case .neon: LAKE_ISA_NEON
        }
    }

    /// The table of kernels; nil when the processor lacks the set.
    var table: UnsafePointer<lake_kernels>? { lake_kernels_for(raw) }
}
