import CVectorKernels

/// A kernel table of this processor, as a test argument.
struct KernelTable: CustomStringConvertible, Sendable {
    let isa: lake_isa
    let features: UInt32

    /// Every table that can run here: each instruction set, with and without its extensions.
    static let all: [KernelTable] = [LAKE_ISA_SCALAR, LAKE_ISA_AVX2, LAKE_ISA_AVX512, LAKE_ISA_NEON].flatMap { isa in
        [LAKE_FEATURE_NONE.rawValue, LAKE_FEATURE_AVX512_BF16.rawValue].compactMap { limit in
            guard let table = lake_kernels_limited(isa, limit), table.pointee.features == limit else { return nil }
            return KernelTable(isa: isa, features: limit)
        }
    }

    static let scalar = KernelTable(isa: LAKE_ISA_SCALAR, features: LAKE_FEATURE_NONE.rawValue)

    var pointer: UnsafePointer<lake_kernels> { lake_kernels_limited(isa, features) }

    var kernels: lake_kernels { pointer.pointee }

    var description: String {
        let name =
            switch isa {
            case LAKE_ISA_SCALAR: "scalar"
            case LAKE_ISA_AVX2: "avx2"
            case LAKE_ISA_AVX512: "avx512"
            default: "neon"
            }
        return name + (features == 0 ? "" : "+bf16")
    }
}
