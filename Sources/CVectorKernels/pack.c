// Layouts that all instruction sets share.

#include "internal.h"

size_t lake_attention_scratch_size(size_t tokens, size_t head_dimension) {
    return attention_scratch_in(NULL, tokens, head_dimension).size;
}

size_t lake_gemm_packed_size(size_t inputs, size_t outputs, lake_precision precision) {
    size_t bytes = precision == LAKE_PRECISION_BF16 ? sizeof(uint16_t) : sizeof(float);
    return round_up(inputs * round_up(outputs, PANEL) * bytes, 64);
}

void lake_gemm_pack(const float *weights, size_t inputs, size_t outputs, float scale, lake_precision precision,
                    void *panels) {
    memset(panels, 0, lake_gemm_packed_size(inputs, outputs, precision));
    pack_outputs(weights, inputs, 0, outputs, scale, precision, panels);
}

void pack_outputs(const float *weights, size_t inputs, size_t first, size_t count, float scale,
                  lake_precision precision, void *panels) {
    float *wide = panels;
    uint16_t *narrow = panels;
    for (size_t panel = first / PANEL * PANEL; panel < first + count; panel += PANEL) {
        size_t start = panel < first ? first : panel, end = min_size(panel + PANEL, first + count);
        for (size_t i = 0; i < inputs; i++) {
            for (size_t output = start; output < end; output++) {
                float weight = weights[(output - first) * inputs + i] * scale;
                size_t column = output - panel;
                if (precision == LAKE_PRECISION_BF16)
                    narrow[panel * inputs + i / 2 * PANEL * 2 + column * 2 + i % 2] = bf16_from_f32(weight);
                else
                    wide[panel * inputs + i * PANEL + column] = weight;
            }
        }
    }
}
