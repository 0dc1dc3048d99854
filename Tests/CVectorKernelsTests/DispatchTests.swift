import CVectorKernels
import Testing

@Suite struct DispatchTests {
    private static let instructionSets = [LAKE_ISA_SCALAR, LAKE_ISA_AVX2, LAKE_ISA_AVX512, LAKE_ISA_NEON]

    @Test func scalarCodeIsAlwaysThere() {
        #expect(lake_isa_supported(LAKE_ISA_SCALAR))
        #expect(lake_kernels_for(LAKE_ISA_SCALAR) != nil)
    }

    @Test func bestInstructionSetIsSupported() throws {
        let best = lake_isa_best()
        #expect(lake_isa_supported(best))
        let table = try #require(lake_kernels_for(best))
        #expect(table.pointee.isa == best)
    }

    @Test func exactlySupportedInstructionSetsHaveATable() {
        for isa in Self.instructionSets {
            #expect((lake_kernels_for(isa) != nil) == lake_isa_supported(isa))
        }
        #expect(lake_kernels_for(lake_isa(rawValue: 99)) == nil)
        #if arch(x86_64)
        #expect(!lake_isa_supported(LAKE_ISA_NEON))
        #elseif arch(arm64)
        #expect(lake_isa_supported(LAKE_ISA_NEON) && !lake_isa_supported(LAKE_ISA_AVX2))
        #endif
    }

    @Test func tablesUseNoExtensionBeyondTheLimit() throws {
        for isa in Self.instructionSets where lake_isa_supported(isa) {
            let plain = try #require(lake_kernels_limited(isa, LAKE_FEATURE_NONE.rawValue))
            #expect(plain.pointee.features == LAKE_FEATURE_NONE.rawValue)
            let full = try #require(lake_kernels_for(isa))
            #expect(full.pointee.features & ~lake_features() == 0)
            #expect(lake_kernels_limited(isa, ~0) == full)
        }
    }
}
