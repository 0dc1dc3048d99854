// Kernels for AVX-512; bf16 is widened to f32.

#include "internal.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#include "simd_avx512.h"

#include "distance.inc.h"
#include "encoder.inc.h"
#pragma clang attribute pop

const lake_kernels lake_table_avx512 = {
    .isa = LAKE_ISA_AVX512,
    .features = LAKE_FEATURE_NONE,
#include "table.inc.h"
};

#endif
