// Which table a processor can run.

#include "internal.h"

uint32_t lake_features(void) {
#if defined(__x86_64__)
    if (lake_isa_supported(LAKE_ISA_AVX512) && __builtin_cpu_supports("avx512bf16")) return LAKE_FEATURE_AVX512_BF16;
#endif
    return LAKE_FEATURE_NONE;
}

bool lake_isa_supported(lake_isa isa) {
    switch (isa) {
    case LAKE_ISA_SCALAR:
        return true;
#if defined(__x86_64__)
    // These also tell whether the operating system saves the registers.
    case LAKE_ISA_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case LAKE_ISA_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("fma");
#elif defined(__aarch64__)
    case LAKE_ISA_NEON:
        return true;
#endif
    default:
        return false;
    }
}

lake_isa lake_isa_best(void) {
    static const lake_isa fastest_first[] = {LAKE_ISA_AVX512, LAKE_ISA_AVX2, LAKE_ISA_NEON};
    for (size_t i = 0; i < sizeof fastest_first / sizeof *fastest_first; i++)
        if (lake_isa_supported(fastest_first[i])) return fastest_first[i];
    return LAKE_ISA_SCALAR;
}

const lake_kernels *lake_kernels_for(lake_isa isa) { return lake_kernels_limited(isa, lake_features()); }

const lake_kernels *lake_kernels_limited(lake_isa isa, uint32_t features) {
    if (!lake_isa_supported(isa)) return NULL;
    switch (isa) {
#if defined(__x86_64__)
    case LAKE_ISA_AVX2:
        return &lake_table_avx2;
    case LAKE_ISA_AVX512:
        return features & lake_features() & LAKE_FEATURE_AVX512_BF16 ? &lake_table_avx512_bf16 : &lake_table_avx512;
#elif defined(__aarch64__)
    case LAKE_ISA_NEON:
        return &lake_table_neon;
#endif
    default:
        return &lake_table_scalar;
    }
}
