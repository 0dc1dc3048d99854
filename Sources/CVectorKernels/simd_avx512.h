// Vector vocabulary of the kernel templates: AVX-512. See `simd_avx2.h` for what each word means.

#ifndef SIMD_H
#define SIMD_H

#include "internal.h"

enum { LANES = 16, DOT_CHAINS = 4, TILE_ROWS = 8, TILE_VECTORS = 3, ATTENTION_VECTORS = 4 };

typedef __m512 vf;
typedef __m512i vw;

INLINE vf vf_zero(void) { return _mm512_setzero_ps(); }
INLINE vf vf_set(float x) { return _mm512_set1_ps(x); }
INLINE vf vf_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE vf vf_load_first(const float *p, size_t n) { return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); }
INLINE void vf_store(float *p, vf x) { _mm512_storeu_ps(p, x); }
INLINE vf vf_first(vf x, size_t n) { return _mm512_maskz_mov_ps((__mmask16)((1u << n) - 1), x); }
INLINE vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
INLINE vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
INLINE vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
INLINE vf vf_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
INLINE vf vf_fnma(vf a, vf b, vf c) { return _mm512_fnmadd_ps(a, b, c); }
INLINE vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); }
INLINE vf vf_abs(vf x) { return _mm512_abs_ps(x); }
INLINE float vf_sum(vf x) { return _mm512_reduce_add_ps(x); }
INLINE float vf_largest(vf x) { return _mm512_reduce_max_ps(x); }
INLINE unsigned vf_above(vf a, vf b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
INLINE vf vf_round(vf x) { return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
INLINE vf vf_times_power_of_2(vf x, vf n) { return _mm512_scalef_ps(x, n); }
INLINE vf vf_reciprocal(vf x) {
    // One Newton step on the 14-bit estimate: a division costs several times as much.
    vf estimate = _mm512_rcp14_ps(x);
    return vf_mul(estimate, vf_fnma(x, estimate, vf_set(2)));
}

INLINE vw vw_load(const uint32_t *p) { return _mm512_loadu_si512(p); }
INLINE vw vw_splat(const void *p) { return _mm512_set1_epi32((int32_t)word_at(p)); }
INLINE vf vf_from_word(vw x) { return _mm512_castsi512_ps(x); }

#ifdef NATIVE_BF16

enum { PAIR_PARTS = 1 };

INLINE vf pair_operand(int part, vw x) {
    (void)part;
    return vf_from_word(x);
}
INLINE vf pair_product(vf a, vf b, vf c) { return _mm512_dpbf16_ps(c, (__m512bh)a, (__m512bh)b); }
INLINE void bf16_store(uint16_t *p, vf x) { _mm256_storeu_si256((__m256i *)p, (__m256i)_mm512_cvtneps_pbh(x)); }

#else

enum { PAIR_PARTS = 2 };

INLINE vf vf_low(vw x) { return _mm512_castsi512_ps(_mm512_slli_epi32(x, 16)); }
INLINE vf vf_high(vw x) { return _mm512_castsi512_ps(_mm512_and_si512(x, _mm512_set1_epi32((int32_t)0xffff0000))); }
INLINE vf pair_operand(int part, vw x) { return part == 0 ? vf_low(x) : vf_high(x); }
INLINE vf pair_product(vf a, vf b, vf c) { return vf_fma(a, b, c); }
INLINE void bf16_store(uint16_t *p, vf x) {
    vw bits = _mm512_castps_si512(x);
    vw odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    vw rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    rounded = _mm512_mask_mov_epi32(rounded, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), _mm512_set1_epi32(0x7fc00000));
    _mm256_storeu_si256((__m256i *)p, _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16)));
}

#endif

#endif
