// Kernels for AVX-512 with native products of bf16 pairs.

#include "internal.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define NATIVE_BF16

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma"))), \
                             apply_to = function)
#include "simd_avx512.h"

#include "distance.inc.h"
#include "encoder.inc.h"
#pragma clang attribute pop

const lake_kernels lake_table_avx512_bf16 = {
    .isa = LAKE_ISA_AVX512,
    .features = LAKE_FEATURE_AVX512_BF16,
#include "table.inc.h"
};

#endif
