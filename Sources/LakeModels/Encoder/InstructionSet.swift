import CVectorKernels

/// The processor's vector units that the encoder has code for.
public enum InstructionSet: String, Sendable, CaseIterable {
    case scalar
    case avx2
    case avx512
    case neon

    /// The fastest one of this processor.
    public static var best: Self { Self(lake_isa_best()) ?? .scalar }

    /// Whether this processor has it.
    public var isSupported: Bool { lake_isa_supported(kernelName) }

    init?(_ isa: lake_isa) {
        switch isa {
        case LAKE_ISA_SCALAR: self = .scalar
        case LAKE_ISA_AVX2: self = .avx2
        case LAKE_ISA_AVX512: self = .avx512
        case LAKE_ISA_NEON: self = .neon
        default: return nil
        }
    }

    var kernelName: lake_isa {
        switch self {
        case .scalar: LAKE_ISA_SCALAR
        case .avx2: LAKE_ISA_AVX2
        case .avx512: LAKE_ISA_AVX512
        case .neon: LAKE_ISA_NEON
        }
    }
}
