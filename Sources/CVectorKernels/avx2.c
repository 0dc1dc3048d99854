// Kernels for AVX2 with FMA; bf16 is widened to f32.

#include "internal.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "simd_avx2.h"

#include "distance.inc.h"
#include "encoder.inc.h"
#pragma clang attribute pop

const lake_kernels lake_table_avx2 = {
    .isa = LAKE_ISA_AVX2,
    .features = LAKE_FEATURE_NONE,
#include "table.inc.h"
};

#endif
