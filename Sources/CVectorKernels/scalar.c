// Kernels in plain C, in the simplest form: what runs anywhere, and what the other tables are tested against.

#include "internal.h"

#include <math.h>

static float dot_f32(const float *a, const float *b, size_t dimension) {
    double sum = 0;
    for (size_t i = 0; i < dimension; i++) sum += (double)a[i] * b[i];
    return (float)sum;
}

static float l2_squared_f32(const float *a, const float *b, size_t dimension) {
    double sum = 0;
    for (size_t i = 0; i < dimension; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
    return (float)sum;
}

static void dot_rows_f32(const float *query, const float *rows, size_t row_count, size_t dimension, float *out) {
    for (size_t r = 0; r < row_count; r++) out[r] = dot_f32(query, rows + r * dimension, dimension);
}

static void l2_squared_rows_f32(const float *query, const float *rows, size_t row_count, size_t dimension,
                                float *out) {
    for (size_t r = 0; r < row_count; r++) out[r] = l2_squared_f32(query, rows + r * dimension, dimension);
}

static double normalize_f32(float *vector, size_t dimension) {
    double sum = 0;
    for (size_t i = 0; i < dimension; i++) sum += (double)vector[i] * vector[i];
    double length = sqrt(sum);
    if (!(length > 0 && isfinite(length))) return length;
    for (size_t i = 0; i < dimension; i++) vector[i] = (float)(vector[i] / length);
    return length;
}

static size_t scan_above_f32(const float *scores, size_t count, float threshold, uint32_t *out_indices) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (scores[i] > threshold) out_indices[found++] = (uint32_t)i;
    return found;
}

INLINE float load(bool bf16, const void *values, size_t index) {
    return bf16 ? f32_from_bf16(((const uint16_t *)values)[index]) : ((const float *)values)[index];
}

INLINE void store(bool bf16, void *values, size_t index, float value) {
    if (bf16)
        ((uint16_t *)values)[index] = bf16_from_f32(value);
    else
        ((float *)values)[index] = value;
}

static float gelu(float x) { return (float)(0.5 * x * (1 + erf(x * 0.70710678118654752))); }

/// One row by one panel at a time, so that the compiler can keep the panel's sums in vectors of any target.
INLINE void gemm(bool bf16, const lake_gemm *g) {
    size_t pair = values_per_word(bf16);
    for (size_t column = 0; column < g->outputs; column += PANEL) {
        const char *panel = (const char *)g->panels + column * (g->inputs / pair) * sizeof(uint32_t);
        for (size_t r = 0; r < g->rows; r++) {
            float sums[PANEL] = {0};
            for (size_t i = 0; i < g->inputs; i++) {
                float x = load(bf16, g->input, r * g->inputs + i);
                for (size_t c = 0; c < PANEL; c++)
                    sums[c] += x * load(bf16, panel, i / pair * PANEL * pair + c * pair + i % pair);
            }
            for (size_t c = 0; c < PANEL && column + c < g->outputs; c++) {
                size_t cell = r * g->outputs + column + c;
                float value = sums[c] + g->bias[column + c];
                if (g->epilogue == LAKE_EPILOGUE_ADD)
                    ((float *)g->output)[cell] += value;
                else
                    store(bf16, g->output, cell, g->epilogue == LAKE_EPILOGUE_GELU ? gelu(value) : value);
            }
        }
    }
}

static void gemm_f32(const lake_gemm *g) { gemm(false, g); }

static void gemm_bf16(const lake_gemm *g) { gemm(true, g); }

static void layer_norm(float *rows, uint16_t *rows_bf16, size_t row_count, size_t dimension, const float *gamma,
                       const float *beta, float epsilon) {
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * dimension;
        double sum = 0, squares = 0;
        for (size_t i = 0; i < dimension; i++) sum += row[i];
        double mean = sum / (double)dimension;
        for (size_t i = 0; i < dimension; i++) squares += (row[i] - mean) * (row[i] - mean);
        double factor = 1 / sqrt(squares / (double)dimension + epsilon);
        for (size_t i = 0; i < dimension; i++) {
            row[i] = (float)((row[i] - mean) * factor * gamma[i] + beta[i]);
            if (rows_bf16) rows_bf16[r * dimension + i] = bf16_from_f32(row[i]);
        }
    }
}

INLINE void attention(bool bf16, const void *qkv, size_t tokens, size_t heads, size_t head_dimension, void *out,
                      float *weights) {
    size_t hidden = heads * head_dimension, stride = 3 * hidden;
    for (size_t h = 0; h < heads; h++) {
        for (size_t t = 0; t < tokens; t++) {
            size_t query = t * stride + h * head_dimension;
            float largest = -INFINITY, sum = 0;
            for (size_t k = 0; k < tokens; k++) {
                size_t key = k * stride + hidden + h * head_dimension;
                weights[k] = 0;
                for (size_t d = 0; d < head_dimension; d++)
                    weights[k] += load(bf16, qkv, query + d) * load(bf16, qkv, key + d);
                largest = fmaxf(largest, weights[k]);
            }
            for (size_t k = 0; k < tokens; k++) {
                weights[k] = expf(weights[k] - largest);
                sum += weights[k];
                if (bf16) weights[k] = f32_from_bf16(bf16_from_f32(weights[k]));
            }
            for (size_t d = 0; d < head_dimension; d++) {
                float value = 0;
                for (size_t k = 0; k < tokens; k++)
                    value += weights[k] * load(bf16, qkv, k * stride + 2 * hidden + h * head_dimension + d);
                store(bf16, out, t * hidden + h * head_dimension + d, value / sum);
            }
        }
    }
}

static void attention_f32(const float *qkv, size_t tokens, size_t heads, size_t head_dimension, float *out,
                          void *scratch) {
    attention(false, qkv, tokens, heads, head_dimension, out, scratch);
}

static void attention_bf16(const uint16_t *qkv, size_t tokens, size_t heads, size_t head_dimension, uint16_t *out,
                           void *scratch) {
    attention(true, qkv, tokens, heads, head_dimension, out, scratch);
}

const lake_kernels lake_table_scalar = {
    .isa = LAKE_ISA_SCALAR,
    .features = LAKE_FEATURE_NONE,
#include "table.inc.h"
};
