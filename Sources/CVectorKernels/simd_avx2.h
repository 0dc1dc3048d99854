// Vector vocabulary of the kernel templates: AVX2 with FMA. The other vocabularies define the same words.

#ifndef SIMD_H
#define SIMD_H

#include "internal.h"

enum {
    /// Values in a vector.
    LANES = 8,
    /// Independent sums for one pair of vectors, to hide the latency of an addition.
    DOT_CHAINS = 4,
    /// Rows of a matrix tile, 4 to 8, and vectors of columns, an even share of a panel. With one vector for each column
    /// and one for a row they fill the registers, of which there are 16 here and 32 elsewhere.
    TILE_ROWS = 6,
    TILE_VECTORS = 2,
    /// Vectors of columns in an attention tile of 4 rows, a power of two.
    ATTENTION_VECTORS = 2,
    /// Parts in which a product of words that are bf16 pairs is taken: 1 where the processor multiplies pairs.
    PAIR_PARTS = 2,
};

/// Vector of f32.
typedef __m256 vf;
/// Vector of words: each an f32 or a pair of bf16.
typedef __m256i vw;

/// All ones, then all zeros: a load that starts n before the middle is a mask of the first n lanes.
static const int32_t lane_mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};

INLINE __m256i first_lanes(size_t n) { return _mm256_loadu_si256((const __m256i *)(lane_mask + 8 - n)); }

INLINE vf vf_zero(void) { return _mm256_setzero_ps(); }
INLINE vf vf_set(float x) { return _mm256_set1_ps(x); }
INLINE vf vf_load(const float *p) { return _mm256_loadu_ps(p); }
/// The first `n` values, then zeros; reads nothing beyond.
INLINE vf vf_load_first(const float *p, size_t n) { return _mm256_maskload_ps(p, first_lanes(n)); }
INLINE void vf_store(float *p, vf x) { _mm256_storeu_ps(p, x); }
/// The first `n` lanes, then zeros.
INLINE vf vf_first(vf x, size_t n) { return _mm256_and_ps(x, _mm256_castsi256_ps(first_lanes(n))); }
INLINE vf vf_add(vf a, vf b) { return _mm256_add_ps(a, b); }
INLINE vf vf_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
INLINE vf vf_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
/// a · b + c
INLINE vf vf_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
/// c − a · b
INLINE vf vf_fnma(vf a, vf b, vf c) { return _mm256_fnmadd_ps(a, b, c); }
INLINE vf vf_max(vf a, vf b) { return _mm256_max_ps(a, b); }
INLINE vf vf_abs(vf x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }
INLINE float vf_sum(vf x) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}
INLINE float vf_largest(vf x) {
    __m128 half = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    half = _mm_max_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
}
/// Bit i is set if a[i] > b[i].
INLINE unsigned vf_above(vf a, vf b) { return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GT_OQ)); }
/// To the nearest integer, ties to even.
INLINE vf vf_round(vf x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
/// x · 2ⁿ for integral n of −126 to 127.
INLINE vf vf_times_power_of_2(vf x, vf n) {
    vw exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    return vf_mul(x, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}
/// 1 / x, almost to the last bit.
INLINE vf vf_reciprocal(vf x) { return _mm256_div_ps(vf_set(1), x); }

INLINE vw vw_load(const uint32_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
/// The word at `p`, any alignment, in every lane.
INLINE vw vw_splat(const void *p) { return _mm256_set1_epi32((int32_t)word_at(p)); }
INLINE vf vf_from_word(vw x) { return _mm256_castsi256_ps(x); }

INLINE vf vf_low(vw x) { return _mm256_castsi256_ps(_mm256_slli_epi32(x, 16)); }
INLINE vf vf_high(vw x) { return _mm256_castsi256_ps(_mm256_and_si256(x, _mm256_set1_epi32((int32_t)0xffff0000))); }
/// What `pair_product` takes of words that are bf16 pairs, in each part.
INLINE vf pair_operand(int part, vw x) { return part == 0 ? vf_low(x) : vf_high(x); }
/// a · b + c over all that the operands hold.
INLINE vf pair_product(vf a, vf b, vf c) { return vf_fma(a, b, c); }
/// Rounds to nearest even as `bf16_from_f32` does.
INLINE void bf16_store(uint16_t *p, vf x) {
    vw bits = _mm256_castps_si256(x);
    vw odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    vw rounded = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
    vf nan = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000));
    vf checked = _mm256_blendv_ps(_mm256_castsi256_ps(rounded), nan, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
    vw upper = _mm256_srli_epi32(_mm256_castps_si256(checked), 16);
    __m128i packed = _mm_packus_epi32(_mm256_castsi256_si128(upper), _mm256_extracti128_si256(upper, 1));
    _mm_storeu_si128((__m128i *)p, packed);
}

#endif
