// Shared between the files of this target: the tables, the panel geometry and bf16 by hand.

#ifndef C_VECTOR_KERNELS_INTERNAL_H
#define C_VECTOR_KERNELS_INTERNAL_H

#include "CVectorKernels.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/// Unrolls the next loop completely: tile loops have constant bounds once inlined, and only then do the accumulators
/// live in registers.
#define UNROLL _Pragma("clang loop unroll(full)")

extern const lake_kernels lake_table_scalar;
#if defined(__x86_64__)
extern const lake_kernels lake_table_avx2;
extern const lake_kernels lake_table_avx512;
extern const lake_kernels lake_table_avx512_bf16;
#elif defined(__aarch64__)
extern const lake_kernels lake_table_neon;
#endif

enum {
    /// Outputs in a weight panel. 48 is a whole number of register tiles for every instruction set (3 vectors of 16
    /// lanes, 3 × 2 of 8, 4 × 3 of 4), so one layout serves all.
    PANEL = 48,
    /// Query rows that attention works on at once.
    ATTENTION_ROWS = 4,
};

INLINE size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

INLINE size_t min_size(size_t a, size_t b) { return a < b ? a : b; }

INLINE uint16_t bf16_from_f32(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    // Rounding would carry a NaN into an infinity or a zero.
    if (value != value) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

INLINE float f32_from_bf16(uint16_t value) {
    uint32_t bits = (uint32_t)value << 16;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

// Both precisions are handled as 32-bit words along the summed dimension: one f32, or a pair of bf16 with the earlier
// in the lower half. This makes the layouts and loops of matrix products the same for both.

INLINE uint32_t word_at(const void *address) {
    uint32_t word;
    memcpy(&word, address, sizeof word);
    return word;
}

/// Values of the summed dimension in one word.
INLINE size_t values_per_word(bool bf16) { return bf16 ? 2 : 1; }

/// Packs `count` outputs as outputs `first` and following of a larger matrix whose panels are zero so far.
void pack_outputs(const float *weights, size_t inputs, size_t first, size_t count, float scale,
                  lake_precision precision, void *panels);

/// How attention divides its scratch.
typedef struct attention_scratch {
    /// Tokens rounded up to whole vectors of any instruction set.
    size_t padded_tokens;
    /// Head dimension, likewise.
    size_t padded_dimension;
    /// Words of a head's keys, transposed: `[words of head_dimension × padded_tokens]`.
    uint32_t *keys;
    /// Words of a head's values: `[words of tokens × padded_dimension]`.
    uint32_t *values;
    /// `[ATTENTION_ROWS × padded_tokens]`: scores, then weights.
    float *scores;
    /// The weights in bf16.
    uint16_t *weights;
    /// `[ATTENTION_ROWS × padded_dimension]`
    float *sums;
    size_t size;
} attention_scratch;

INLINE attention_scratch attention_scratch_in(void *base, size_t tokens, size_t head_dimension) {
    attention_scratch s = {round_up(tokens, 16), round_up(head_dimension, 16), 0, 0, 0, 0, 0, 0};
    size_t keys = s.padded_tokens * s.padded_dimension * sizeof(uint32_t);
    size_t scores = ATTENTION_ROWS * s.padded_tokens * sizeof(float);
    size_t weights = ATTENTION_ROWS * s.padded_tokens * sizeof(uint16_t);
    size_t sums = ATTENTION_ROWS * s.padded_dimension * sizeof(float);
    s.size = 2 * keys + scores + weights + sums;
    if (base) {
        char *next = base;
        s.keys = (uint32_t *)next;
        s.values = (uint32_t *)(next += keys);
        s.scores = (float *)(next += keys);
        s.weights = (uint16_t *)(next += scores);
        s.sums = (float *)(next += weights);
    }
    return s;
}

/// Copies one head's keys and values from token-major order into the layouts of `attention_scratch`. `queries` points
/// at the head's first query; tokens are `token_bytes` apart, queries, keys and values `part_bytes`.
INLINE void gather_head(bool bf16, const char *queries, size_t tokens, size_t head_dimension, size_t token_bytes,
                        size_t part_bytes, const attention_scratch *s) {
    const char *keys = queries + part_bytes, *values = keys + part_bytes;
    size_t words = head_dimension / values_per_word(bf16);
    for (size_t t = 0; t < s->padded_tokens; t++)
        for (size_t w = 0; w < words; w++)
            s->keys[w * s->padded_tokens + t] = t < tokens ? word_at(keys + t * token_bytes + w * 4) : 0;
    for (size_t t = 0; t < tokens; t += values_per_word(bf16)) {
        uint32_t *row = s->values + t / values_per_word(bf16) * s->padded_dimension;
        const char *first = values + t * token_bytes;
        if (!bf16) {
            memcpy(row, first, head_dimension * sizeof(float));
        } else {
            bool paired = t + 1 < tokens;
            for (size_t d = 0; d < head_dimension; d++) {
                uint16_t low, high = 0;
                memcpy(&low, first + d * 2, 2);
                if (paired) memcpy(&high, first + token_bytes + d * 2, 2);
                row[d] = (uint32_t)high << 16 | low;
            }
        }
        memset(row + head_dimension, 0, (s->padded_dimension - head_dimension) * sizeof(uint32_t));
    }
}

#endif
