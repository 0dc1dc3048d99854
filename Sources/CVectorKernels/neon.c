// Kernels for NEON, which every AArch64 processor has; bf16 is widened to f32.

#include "internal.h"

#if defined(__aarch64__)

#include <arm_neon.h>

#include "simd_neon.h"

#include "distance.inc.h"
#include "encoder.inc.h"

const lake_kernels lake_table_neon = {
    .isa = LAKE_ISA_NEON,
    .features = LAKE_FEATURE_NONE,
#include "table.inc.h"
};

#endif
