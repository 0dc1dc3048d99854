// Kernels for vector search and for the local text encoder.
//
// Nothing here allocates, locks, starts a thread or keeps state: every function may be called from any thread at any
// time on memory that the caller owns. The instruction set is chosen at run time through a table of functions.
// Pointers are not null unless said so, need only the alignment of their type unless said so, and inputs and outputs
// must not overlap unless said so. For one table every result is a pure function of the arguments' values: the same on
// each call, wherever the memory lies.

#ifndef C_VECTOR_KERNELS_H
#define C_VECTOR_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Dispatch

/// Instruction sets that a table can be had for.
typedef enum lake_isa {
    /// Plain C: always there, and the yardstick for the others.
    LAKE_ISA_SCALAR = 0,
    /// x86-64 with AVX2 and FMA.
    LAKE_ISA_AVX2 = 1,
    /// x86-64 with AVX-512 F, BW, DQ and VL.
    LAKE_ISA_AVX512 = 2,
    /// AArch64 with its base vector unit.
    LAKE_ISA_NEON = 3,
} lake_isa;

/// Optional extensions within an instruction set; a bit mask.
typedef enum lake_feature {
    LAKE_FEATURE_NONE = 0,
    /// AVX512_BF16: a native dot product of bf16 pairs.
    LAKE_FEATURE_AVX512_BF16 = 1,
} lake_feature;

/// The fastest instruction set of this processor.
lake_isa lake_isa_best(void);

/// Whether this processor and this build have `isa`.
bool lake_isa_supported(lake_isa isa);

/// The `lake_feature` bits of this processor.
uint32_t lake_features(void);

/// Weight and activation type of the matrix kernels. Sums are f32 in both.
typedef enum lake_precision {
    LAKE_PRECISION_F32 = 0,
    /// Upper half of an f32, rounded to nearest even; held as `uint16_t`.
    LAKE_PRECISION_BF16 = 1,
} lake_precision;

/// What a matrix product does with each sum before it is stored.
typedef enum lake_epilogue {
    /// `output = sum + bias`
    LAKE_EPILOGUE_STORE = 0,
    /// `output = gelu(sum + bias)`, with the error-function GELU; absolute error at most 5e-7 × max(1, |x|) in f32.
    LAKE_EPILOGUE_GELU = 1,
    /// `output += sum + bias`; the output is f32 in either precision.
    LAKE_EPILOGUE_ADD = 2,
} lake_epilogue;

/// One matrix product `[rows × inputs] · [inputs × outputs]` with its epilogue.
typedef struct lake_gemm {
    /// Any number, also 0.
    size_t rows;
    /// Multiple of 16.
    size_t inputs;
    /// Multiple of 16.
    size_t outputs;
    /// `[rows × inputs]`, row-major, in the kernel's precision.
    const void *input;
    /// What `lake_gemm_pack` wrote for the same inputs, outputs and precision; 64-byte aligned.
    const void *panels;
    /// `[outputs]`
    const float *bias;
    /// `[rows × outputs]`, row-major: in the kernel's precision, but f32 for `LAKE_EPILOGUE_ADD`.
    void *output;
    lake_epilogue epilogue;
} lake_gemm;

/// The kernels of one instruction set.
typedef struct lake_kernels {
    lake_isa isa;
    /// `lake_feature` bits that this table uses.
    uint32_t features;

    // Vector search. Dimensions and counts may be anything, also 0. The value for a pair of vectors has the same bits
    // in the one-pair and the rows form, and does not depend on how rows are split over calls.

    /// Σ a[i] · b[i]
    float (*dot_f32)(const float *a, const float *b, size_t dimension);
    /// Σ (a[i] − b[i])²
    float (*l2_squared_f32)(const float *a, const float *b, size_t dimension);
    /// Dot product of `query [dimension]` with each row of `rows [row_count × dimension]`, row-major, into
    /// `out [row_count]`. Bound by memory once the rows leave the caches; huge pages under them help much.
    void (*dot_rows_f32)(const float *query, const float *rows, size_t row_count, size_t dimension, float *out);
    /// Squared distance of `query` to each row; shapes as in `dot_rows_f32`.
    void (*l2_squared_rows_f32)(const float *query, const float *rows, size_t row_count, size_t dimension, float *out);
    /// Scales `vector [dimension]` in place to length 1 and returns the length it had. Lengths are computed in double:
    /// no finite input overflows or underflows. A vector of length 0 or with an infinity or NaN is left as it is, and
    /// 0, or something not finite, is returned.
    double (*normalize_f32)(float *vector, size_t dimension);
    /// Writes, ascending, the indices with `scores[i] > threshold` and returns how many; NaN is never above.
    /// `out_indices` has room for `count`.
    size_t (*scan_above_f32)(const float *scores, size_t count, float threshold, uint32_t *out_indices);

    // Encoder.

    /// Matrix product in f32. The bits of an output row depend on its input row alone, not on the number of rows.
    void (*gemm_f32)(const lake_gemm *gemm);
    /// Matrix product of bf16 inputs and weights, summed in f32; otherwise as `gemm_f32`.
    void (*gemm_bf16)(const lake_gemm *gemm);
    /// Normalises each row of `rows [row_count × dimension]` in place to mean 0 and variance 1, then scales by `gamma`
    /// and shifts by `beta`, both `[dimension]`. `dimension` is a multiple of 16. Writes a bf16 copy of the result to
    /// `rows_bf16` unless that is null.
    void (*layer_norm)(float *rows, uint16_t *rows_bf16, size_t row_count, size_t dimension, const float *gamma,
                       const float *beta, float epsilon);
    /// Self-attention of one text. `qkv [tokens × 3 × heads × head_dimension]` holds each token's queries, keys and
    /// values; the queries already carry the factor 1/√head_dimension. Result in
    /// `out [tokens × heads × head_dimension]`. `head_dimension` is a multiple of 8. `scratch` is 64-byte aligned and
    /// has `lake_attention_scratch_size` bytes.
    void (*attention_f32)(const float *qkv, size_t tokens, size_t heads, size_t head_dimension, float *out,
                          void *scratch);
    /// As `attention_f32` on bf16 values; scores, softmax and sums are f32, weights are rounded to bf16.
    void (*attention_bf16)(const uint16_t *qkv, size_t tokens, size_t heads, size_t head_dimension, uint16_t *out,
                           void *scratch);
} lake_kernels;

/// The table of `isa` with every extension this processor has; null if `lake_isa_supported(isa)` is false.
const lake_kernels *lake_kernels_for(lake_isa isa);

/// The table of `isa` that uses no extension outside `features`, so that each variant can be tested on one machine.
const lake_kernels *lake_kernels_limited(lake_isa isa, uint32_t features);

/// Bytes that `lake_gemm_pack` writes; a multiple of 64.
size_t lake_gemm_packed_size(size_t inputs, size_t outputs, lake_precision precision);

/// Lays out weights for the matrix kernels of every instruction set: panels of 48 outputs, the last filled with zeros.
/// `weights [outputs × inputs]` is row-major and is multiplied by `scale` before rounding; `panels` is 64-byte aligned.
void lake_gemm_pack(const float *weights, size_t inputs, size_t outputs, float scale, lake_precision precision,
                    void *panels);

/// Bytes of scratch for one text of `tokens` tokens, in either precision; a multiple of 64.
size_t lake_attention_scratch_size(size_t tokens, size_t head_dimension);

// MARK: - BERT encoder

/// How the token vectors of a text become one vector, which is then scaled to length 1.
typedef enum lake_pooling {
    /// Mean over all tokens.
    LAKE_POOLING_MEAN = 0,
    /// The first token.
    LAKE_POOLING_CLS = 1,
} lake_pooling;

/// Why an encoder call did nothing. Outputs are unspecified unless the status is `LAKE_BERT_OK`.
typedef enum lake_bert_status {
    LAKE_BERT_OK = 0,
    /// The configuration is outside the limits given at `lake_bert_config`.
    LAKE_BERT_UNSUPPORTED_SHAPE = 1,
    /// A weight pointer is null.
    LAKE_BERT_MISSING_WEIGHT = 2,
    /// A weight is not 4-byte aligned, or the arena or the scratch not 64-byte aligned.
    LAKE_BERT_MISALIGNED = 3,
    /// The arena or the scratch is smaller than its size function says.
    LAKE_BERT_BUFFER_TOO_SMALL = 4,
    /// Offsets do not start at 0 or do not rise: each text has at least one token.
    LAKE_BERT_INVALID_OFFSETS = 5,
    /// A text has more tokens than the model has positions.
    LAKE_BERT_TEXT_TOO_LONG = 6,
    /// A token id is negative or not in the vocabulary.
    LAKE_BERT_UNKNOWN_TOKEN = 7,
} lake_bert_status;

/// Shape of a BERT encoder (learned positions, post-layer normalisation, error-function GELU).
typedef struct lake_bert_config {
    /// Multiple of 16, at most 8,192.
    uint32_t hidden;
    /// 1 to 128.
    uint32_t layers;
    /// Divides `hidden` into heads of a multiple of 8.
    uint32_t heads;
    /// Multiple of 16, at most 65,536.
    uint32_t intermediate;
    /// 1 to 16,777,216.
    uint32_t vocabulary;
    /// Longest text in tokens; 1 to 65,536.
    uint32_t positions;
    /// Positive and finite.
    float layer_norm_epsilon;
    lake_pooling pooling;
} lake_bert_config;

/// Weights of one layer. A matrix is `[outputs × inputs]`, row-major, as a linear layer stores it; biases and norms are
/// `[outputs]`.
typedef struct lake_bert_layer_weights {
    const float *query_weight, *query_bias;
    const float *key_weight, *key_bias;
    const float *value_weight, *value_bias;
    const float *attention_output_weight, *attention_output_bias;
    const float *attention_norm_weight, *attention_norm_bias;
    /// `[intermediate × hidden]`
    const float *intermediate_weight, *intermediate_bias;
    /// `[hidden × intermediate]`
    const float *output_weight, *output_bias;
    const float *output_norm_weight, *output_norm_bias;
} lake_bert_layer_weights;

/// Weights of an encoder, in f32.
typedef struct lake_bert_weights {
    /// `[vocabulary × hidden]`
    const float *word_embeddings;
    /// `[positions × hidden]`
    const float *position_embeddings;
    /// `[≥ 1 × hidden]`; only type 0 is used.
    const float *token_type_embeddings;
    const float *embedding_norm_weight, *embedding_norm_bias;
    /// `[layers]`
    const lake_bert_layer_weights *layers;
} lake_bert_weights;

/// A packed encoder inside the caller's arena: immutable, to be shared by any number of threads.
typedef struct lake_bert lake_bert;

/// Bytes of the arena; 0 for a configuration that is not supported.
size_t lake_bert_packed_size(const lake_bert_config *config, lake_precision precision);

/// Packs the weights into `arena` (64-byte aligned, `arena_size` bytes) and sets `*model` to the encoder in it, which
/// every instruction set can run. The encoder goes on reading `weights->word_embeddings` (leave them mapped) and
/// nothing else of `weights`. The arena must not move.
lake_bert_status lake_bert_pack(const lake_bert_config *config, const lake_bert_weights *weights,
                                lake_precision precision, void *arena, size_t arena_size, const lake_bert **model);

/// Bytes of scratch for calls of up to `tokens` tokens in all; 0 for a configuration that is not supported. It stops
/// growing at a few hundred tokens, because `lake_bert_forward` works in groups of texts.
size_t lake_bert_scratch_size(const lake_bert_config *config, size_t tokens);

/// Embeds `count` texts: text `i` has the tokens `ids[offsets[i]]` up to `ids[offsets[i + 1]]`, its start and end marks
/// among them; `offsets [count + 1]` starts at 0. Writes one vector of length 1 for each to `out [count × hidden]`.
/// `scratch` is 64-byte aligned, has `scratch_size` bytes and serves one call at a time. Checks everything before it
/// computes. A text's vector has the same bits alone and in any batch.
lake_bert_status lake_bert_forward(const lake_kernels *kernels, const lake_bert *model, const int32_t *ids,
                                   const size_t *offsets, size_t count, float *out, void *scratch,
                                   size_t scratch_size);

#ifdef __cplusplus
}
#endif

#endif
