// Vector vocabulary of the kernel templates: NEON. See `simd_avx2.h` for what each word means.

#ifndef SIMD_H
#define SIMD_H

#include "internal.h"

enum { LANES = 4, DOT_CHAINS = 4, TILE_ROWS = 8, TILE_VECTORS = 3, ATTENTION_VECTORS = 4, PAIR_PARTS = 2 };

typedef float32x4_t vf;
typedef uint32x4_t vw;

static const uint32_t lane_mask[8] = {~0u, ~0u, ~0u, ~0u, 0, 0, 0, 0};

INLINE vf vf_zero(void) { return vdupq_n_f32(0); }
INLINE vf vf_set(float x) { return vdupq_n_f32(x); }
INLINE vf vf_load(const float *p) { return vld1q_f32(p); }
INLINE vf vf_load_first(const float *p, size_t n) {
    float values[4] = {0};
    memcpy(values, p, n * sizeof(float));
    return vld1q_f32(values);
}
INLINE void vf_store(float *p, vf x) { vst1q_f32(p, x); }
INLINE vf vf_first(vf x, size_t n) {
    return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(x), vld1q_u32(lane_mask + 4 - n)));
}
INLINE vf vf_add(vf a, vf b) { return vaddq_f32(a, b); }
INLINE vf vf_sub(vf a, vf b) { return vsubq_f32(a, b); }
INLINE vf vf_mul(vf a, vf b) { return vmulq_f32(a, b); }
INLINE vf vf_fma(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
INLINE vf vf_fnma(vf a, vf b, vf c) { return vfmsq_f32(c, a, b); }
INLINE vf vf_max(vf a, vf b) { return vmaxq_f32(a, b); }
INLINE vf vf_abs(vf x) { return vabsq_f32(x); }
INLINE float vf_sum(vf x) { return vaddvq_f32(x); }
INLINE float vf_largest(vf x) { return vmaxvq_f32(x); }
INLINE unsigned vf_above(vf a, vf b) {
    static const uint32_t bits[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(vcgtq_f32(a, b), vld1q_u32(bits)));
}
INLINE vf vf_round(vf x) { return vrndnq_f32(x); }
INLINE vf vf_times_power_of_2(vf x, vf n) {
    int32x4_t exponent = vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127));
    return vmulq_f32(x, vreinterpretq_f32_s32(vshlq_n_s32(exponent, 23)));
}
INLINE vf vf_reciprocal(vf x) { return vdivq_f32(vdupq_n_f32(1), x); }

INLINE vw vw_load(const uint32_t *p) { return vld1q_u32(p); }
INLINE vw vw_splat(const void *p) { return vdupq_n_u32(word_at(p)); }
INLINE vf vf_from_word(vw x) { return vreinterpretq_f32_u32(x); }

INLINE vf vf_low(vw x) { return vreinterpretq_f32_u32(vshlq_n_u32(x, 16)); }
INLINE vf vf_high(vw x) { return vreinterpretq_f32_u32(vandq_u32(x, vdupq_n_u32(0xffff0000))); }
INLINE vf pair_operand(int part, vw x) { return part == 0 ? vf_low(x) : vf_high(x); }
INLINE vf pair_product(vf a, vf b, vf c) { return vf_fma(a, b, c); }
INLINE void bf16_store(uint16_t *p, vf x) {
    vw bits = vreinterpretq_u32_f32(x);
    vw odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
    vw rounded = vaddq_u32(vaddq_u32(bits, vdupq_n_u32(0x7fff)), odd);
    rounded = vbslq_u32(vceqq_f32(x, x), rounded, vdupq_n_u32(0x7fc00000));
    vst1_u16(p, vshrn_n_u32(rounded, 16));
}

#endif
