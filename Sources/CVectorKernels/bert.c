// A BERT encoder over the kernel tables: packing its weights, and the forward pass.

#include "internal.h"

#include <math.h>

enum {
    ALIGNMENT = 64,
    /// Texts are taken together up to this many tokens: enough rows for the matrix tiles, few enough for the caches.
    GROUP_TOKENS = 512,
    /// Tokens that pass through the dense layers at once: their intermediate activations stay in the second cache.
    CHUNK_TOKENS = 128,
};

/// A dense layer: panels and bias, in the arena.
typedef struct dense {
    size_t inputs, outputs;
    void *panels;
    float *bias;
} dense;

typedef struct norm {
    float *gamma, *beta;
} norm;

typedef struct layer {
    dense qkv, attention_output, intermediate, output;
    norm attention_norm, output_norm;
} layer;

struct lake_bert {
    lake_bert_config config;
    lake_precision precision;
    /// The caller's tensor.
    const float *word_embeddings;
    /// `[positions × hidden]`, with the embedding of token type 0 added.
    float *position_embeddings;
    norm embedding_norm;
    layer layers[];
};

// MARK: - Memory

/// Hands out aligned pieces of a block, or, with a null base, only adds up their sizes.
typedef struct region {
    char *base;
    size_t used;
} region;

static void *take(region *r, size_t bytes) {
    void *piece = r->base ? r->base + r->used : NULL;
    r->used += round_up(bytes, ALIGNMENT);
    return piece;
}

static bool is_aligned(const void *pointer, size_t alignment) { return (uintptr_t)pointer % alignment == 0; }

static bool is_supported(const lake_bert_config *c) {
    return c->hidden >= 16 && c->hidden <= 8192 && c->hidden % 16 == 0 && c->layers >= 1 && c->layers <= 128 &&
           c->heads >= 1 && c->hidden % c->heads == 0 && c->hidden / c->heads % 8 == 0 && c->intermediate >= 16 &&
           c->intermediate <= 65536 && c->intermediate % 16 == 0 && c->vocabulary >= 1 &&
           c->vocabulary <= 1 << 24 && c->positions >= 1 && c->positions <= 65536 && c->layer_norm_epsilon > 0 &&
           isfinite(c->layer_norm_epsilon) &&
           (c->pooling == LAKE_POOLING_MEAN || c->pooling == LAKE_POOLING_CLS);
}

static dense take_dense(region *r, size_t inputs, size_t outputs, lake_precision precision) {
    void *panels = take(r, lake_gemm_packed_size(inputs, outputs, precision));
    return (dense){inputs, outputs, panels, take(r, outputs * sizeof(float))};
}

static norm take_norm(region *r, size_t dimension) {
    float *gamma = take(r, dimension * sizeof(float));
    return (norm){gamma, take(r, dimension * sizeof(float))};
}

/// Lays out the arena. Without a base it leaves `model` alone and only sums sizes.
static size_t lay_out(region r, const lake_bert_config *c, lake_precision precision, lake_bert **model) {
    size_t hidden = c->hidden;
    lake_bert *m = take(&r, sizeof(lake_bert) + c->layers * sizeof(layer));
    float *positions = take(&r, c->positions * hidden * sizeof(float));
    norm embedding_norm = take_norm(&r, hidden);
    for (size_t i = 0; i < c->layers; i++) {
        layer l = {
            .qkv = take_dense(&r, hidden, 3 * hidden, precision),
            .attention_output = take_dense(&r, hidden, hidden, precision),
            .intermediate = take_dense(&r, hidden, c->intermediate, precision),
            .output = take_dense(&r, c->intermediate, hidden, precision),
            .attention_norm = take_norm(&r, hidden),
            .output_norm = take_norm(&r, hidden),
        };
        if (m) m->layers[i] = l;
    }
    if (m) {
        m->config = *c;
        m->precision = precision;
        m->position_embeddings = positions;
        m->embedding_norm = embedding_norm;
        *model = m;
    }
    return r.used;
}

size_t lake_bert_packed_size(const lake_bert_config *config, lake_precision precision) {
    return is_supported(config) ? lay_out((region){0}, config, precision, NULL) : 0;
}

// MARK: - Packing

enum { LAYER_POINTERS = sizeof(lake_bert_layer_weights) / sizeof(const float *) };

static lake_bert_status check_weights(const lake_bert_config *config, const lake_bert_weights *weights) {
    const float *const own[] = {weights->word_embeddings, weights->position_embeddings, weights->token_type_embeddings,
                                weights->embedding_norm_weight, weights->embedding_norm_bias};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (!own[i]) return LAKE_BERT_MISSING_WEIGHT;
        if (!is_aligned(own[i], sizeof(float))) return LAKE_BERT_MISALIGNED;
    }
    if (!weights->layers) return LAKE_BERT_MISSING_WEIGHT;
    for (size_t l = 0; l < config->layers; l++) {
        // A layer is nothing but pointers.
        const float *pointers[LAYER_POINTERS];
        memcpy(pointers, &weights->layers[l], sizeof pointers);
        for (size_t i = 0; i < LAYER_POINTERS; i++) {
            if (!pointers[i]) return LAKE_BERT_MISSING_WEIGHT;
            if (!is_aligned(pointers[i], sizeof(float))) return LAKE_BERT_MISALIGNED;
        }
    }
    return LAKE_BERT_OK;
}

static void pack_dense(dense *d, const float *weight, const float *bias, lake_precision precision) {
    lake_gemm_pack(weight, d->inputs, d->outputs, 1, precision, d->panels);
    memcpy(d->bias, bias, d->outputs * sizeof(float));
}

static void pack_norm(norm *n, const float *gamma, const float *beta, size_t dimension) {
    memcpy(n->gamma, gamma, dimension * sizeof(float));
    memcpy(n->beta, beta, dimension * sizeof(float));
}

static void pack_layer(layer *l, const lake_bert_layer_weights *w, const lake_bert_config *c,
                       lake_precision precision) {
    size_t hidden = c->hidden;
    // Attention's 1/√d goes into the queries once and for all.
    float scale = (float)(1 / sqrt((double)(hidden / c->heads)));
    const float *const weights[] = {w->query_weight, w->key_weight, w->value_weight};
    const float *const biases[] = {w->query_bias, w->key_bias, w->value_bias};
    memset(l->qkv.panels, 0, lake_gemm_packed_size(hidden, 3 * hidden, precision));
    for (size_t part = 0; part < 3; part++) {
        float factor = part == 0 ? scale : 1;
        pack_outputs(weights[part], hidden, part * hidden, hidden, factor, precision, l->qkv.panels);
        for (size_t i = 0; i < hidden; i++) l->qkv.bias[part * hidden + i] = biases[part][i] * factor;
    }
    pack_dense(&l->attention_output, w->attention_output_weight, w->attention_output_bias, precision);
    pack_dense(&l->intermediate, w->intermediate_weight, w->intermediate_bias, precision);
    pack_dense(&l->output, w->output_weight, w->output_bias, precision);
    pack_norm(&l->attention_norm, w->attention_norm_weight, w->attention_norm_bias, hidden);
    pack_norm(&l->output_norm, w->output_norm_weight, w->output_norm_bias, hidden);
}

lake_bert_status lake_bert_pack(const lake_bert_config *config, const lake_bert_weights *weights,
                                lake_precision precision, void *arena, size_t arena_size, const lake_bert **model) {
    if (!is_supported(config)) return LAKE_BERT_UNSUPPORTED_SHAPE;
    lake_bert_status status = check_weights(config, weights);
    if (status != LAKE_BERT_OK) return status;
    if (!is_aligned(arena, ALIGNMENT)) return LAKE_BERT_MISALIGNED;
    if (arena_size < lake_bert_packed_size(config, precision)) return LAKE_BERT_BUFFER_TOO_SMALL;

    lake_bert *m;
    lay_out((region){.base = arena}, config, precision, &m);
    size_t hidden = config->hidden;
    m->word_embeddings = weights->word_embeddings;
    for (size_t i = 0; i < config->positions * hidden; i++)
        m->position_embeddings[i] = weights->position_embeddings[i] + weights->token_type_embeddings[i % hidden];
    pack_norm(&m->embedding_norm, weights->embedding_norm_weight, weights->embedding_norm_bias, hidden);
    for (size_t i = 0; i < config->layers; i++) pack_layer(&m->layers[i], &weights->layers[i], config, precision);
    *model = m;
    return LAKE_BERT_OK;
}

// MARK: - Forward

/// Activations of one group of texts.
typedef struct activations {
    /// `[tokens × hidden]`: the residual stream.
    float *stream;
    /// `[tokens × hidden]`: the stream as the matrix kernels read it in bf16.
    uint16_t *stream_bf16;
    /// `[tokens × 3 × hidden]`, in the model's precision like all that follow.
    void *qkv;
    /// `[tokens × hidden]`
    void *attended;
    /// `[CHUNK_TOKENS × intermediate]`
    void *intermediate;
    void *attention_scratch;
} activations;

/// Sized for f32; in bf16 parts of it stay unused.
static size_t lay_out_activations(region r, const lake_bert_config *c, size_t tokens, activations *a) {
    size_t values = tokens * c->hidden;
    *a = (activations){
        .stream = take(&r, values * sizeof(float)),
        .stream_bf16 = take(&r, values * sizeof(uint16_t)),
        .qkv = take(&r, 3 * values * sizeof(float)),
        .attended = take(&r, values * sizeof(float)),
        .intermediate = take(&r, min_size(tokens, CHUNK_TOKENS) * c->intermediate * sizeof(float)),
        .attention_scratch =
            take(&r, lake_attention_scratch_size(min_size(tokens, c->positions), c->hidden / c->heads)),
    };
    return r.used;
}

/// Tokens of the largest group that a call with `tokens` tokens can have.
static size_t largest_group(const lake_bert_config *c, size_t tokens) {
    return min_size(tokens, c->positions > GROUP_TOKENS ? c->positions : GROUP_TOKENS);
}

size_t lake_bert_scratch_size(const lake_bert_config *config, size_t tokens) {
    activations a;
    return is_supported(config) ? lay_out_activations((region){0}, config, largest_group(config, tokens), &a) : 0;
}

static lake_bert_status check_texts(const lake_bert_config *c, const int32_t *ids, const size_t *offsets,
                                    size_t count) {
    if (offsets[0] != 0) return LAKE_BERT_INVALID_OFFSETS;
    for (size_t i = 0; i < count; i++) {
        if (offsets[i + 1] <= offsets[i]) return LAKE_BERT_INVALID_OFFSETS;
        if (offsets[i + 1] - offsets[i] > c->positions) return LAKE_BERT_TEXT_TOO_LONG;
    }
    for (size_t t = 0; t < offsets[count]; t++)
        if (ids[t] < 0 || (uint32_t)ids[t] >= c->vocabulary) return LAKE_BERT_UNKNOWN_TOKEN;
    return LAKE_BERT_OK;
}

/// Row `row` of activations in the model's precision.
static void *row_of(const lake_bert *m, void *values, size_t row, size_t width) {
    size_t bytes = m->precision == LAKE_PRECISION_BF16 ? sizeof(uint16_t) : sizeof(float);
    return (char *)values + row * width * bytes;
}

static void apply_dense(const lake_kernels *k, const lake_bert *m, const dense *d, size_t rows, const void *input,
                        void *output, lake_epilogue epilogue) {
    lake_gemm g = {rows, d->inputs, d->outputs, input, d->panels, d->bias, output, epilogue};
    if (m->precision == LAKE_PRECISION_BF16)
        k->gemm_bf16(&g);
    else
        k->gemm_f32(&g);
}

static void apply_norm(const lake_kernels *k, const lake_bert *m, const norm *n, const activations *a, size_t row,
                       size_t rows) {
    size_t hidden = m->config.hidden, at = row * hidden;
    uint16_t *copy = m->precision == LAKE_PRECISION_BF16 ? a->stream_bf16 + at : NULL;
    k->layer_norm(a->stream + at, copy, rows, hidden, n->gamma, n->beta, m->config.layer_norm_epsilon);
}

/// Sums of word, position and type embeddings of all texts, normalised.
static void embed_tokens(const lake_kernels *k, const lake_bert *m, const int32_t *ids, const size_t *offsets,
                         size_t count, const activations *a) {
    size_t hidden = m->config.hidden;
    float *row = a->stream;
    for (size_t i = 0; i < count; i++) {
        for (size_t t = offsets[i]; t < offsets[i + 1]; t++, row += hidden) {
            const float *word = m->word_embeddings + (size_t)ids[t] * hidden;
            const float *position = m->position_embeddings + (t - offsets[i]) * hidden;
            for (size_t d = 0; d < hidden; d++) row[d] = word[d] + position[d];
        }
    }
    apply_norm(k, m, &m->embedding_norm, a, 0, offsets[count] - offsets[0]);
}

/// Each text attends to itself alone.
static void attend(const lake_kernels *k, const lake_bert *m, const size_t *offsets, size_t count,
                   const activations *a) {
    size_t hidden = m->config.hidden, heads = m->config.heads;
    for (size_t i = 0; i < count; i++) {
        size_t first = offsets[i] - offsets[0], tokens = offsets[i + 1] - offsets[i];
        const void *qkv = row_of(m, a->qkv, first, 3 * hidden);
        void *out = row_of(m, a->attended, first, hidden);
        if (m->precision == LAKE_PRECISION_BF16)
            k->attention_bf16(qkv, tokens, heads, hidden / heads, out, a->attention_scratch);
        else
            k->attention_f32(qkv, tokens, heads, hidden / heads, out, a->attention_scratch);
    }
}

static void run_layer(const lake_kernels *k, const lake_bert *m, const layer *l, const size_t *offsets, size_t count,
                      const activations *a) {
    size_t hidden = m->config.hidden, tokens = offsets[count] - offsets[0];
    void *input = m->precision == LAKE_PRECISION_BF16 ? (void *)a->stream_bf16 : a->stream;
    for (size_t row = 0; row < tokens; row += CHUNK_TOKENS) {
        size_t rows = min_size(CHUNK_TOKENS, tokens - row);
        apply_dense(k, m, &l->qkv, rows, row_of(m, input, row, hidden), row_of(m, a->qkv, row, 3 * hidden),
                    LAKE_EPILOGUE_STORE);
    }
    attend(k, m, offsets, count, a);
    for (size_t row = 0; row < tokens; row += CHUNK_TOKENS) {
        size_t rows = min_size(CHUNK_TOKENS, tokens - row);
        float *stream = a->stream + row * hidden;
        apply_dense(k, m, &l->attention_output, rows, row_of(m, a->attended, row, hidden), stream,
                    LAKE_EPILOGUE_ADD);
        apply_norm(k, m, &l->attention_norm, a, row, rows);
        apply_dense(k, m, &l->intermediate, rows, row_of(m, input, row, hidden), a->intermediate,
                    LAKE_EPILOGUE_GELU);
        apply_dense(k, m, &l->output, rows, a->intermediate, stream, LAKE_EPILOGUE_ADD);
        apply_norm(k, m, &l->output_norm, a, row, rows);
    }
}

/// One vector for each text. The sum serves for the mean: the length is made 1 in any case.
static void pool(const lake_kernels *k, const lake_bert *m, const size_t *offsets, size_t count,
                 const activations *a, float *out) {
    size_t hidden = m->config.hidden;
    for (size_t i = 0; i < count; i++, out += hidden) {
        const float *row = a->stream + (offsets[i] - offsets[0]) * hidden;
        memcpy(out, row, hidden * sizeof(float));
        if (m->config.pooling == LAKE_POOLING_MEAN)
            for (size_t t = offsets[i] + 1; t < offsets[i + 1]; t++) {
                row += hidden;
                for (size_t d = 0; d < hidden; d++) out[d] += row[d];
            }
        k->normalize_f32(out, hidden);
    }
}

lake_bert_status lake_bert_forward(const lake_kernels *kernels, const lake_bert *model, const int32_t *ids,
                                   const size_t *offsets, size_t count, float *out, void *scratch,
                                   size_t scratch_size) {
    const lake_bert_config *c = &model->config;
    lake_bert_status status = check_texts(c, ids, offsets, count);
    if (status != LAKE_BERT_OK) return status;
    if (!is_aligned(scratch, ALIGNMENT)) return LAKE_BERT_MISALIGNED;
    if (scratch_size < lake_bert_scratch_size(c, offsets[count])) return LAKE_BERT_BUFFER_TOO_SMALL;

    activations a;
    lay_out_activations((region){.base = scratch}, c, largest_group(c, offsets[count]), &a);
    for (size_t first = 0, end; first < count; first = end) {
        end = first + 1;
        while (end < count && offsets[end + 1] - offsets[first] <= GROUP_TOKENS) end++;
        size_t texts = end - first;
        embed_tokens(kernels, model, ids, offsets + first, texts, &a);
        for (size_t l = 0; l < c->layers; l++)
            run_layer(kernels, model, &model->layers[l], offsets + first, texts, &a);
        pool(kernels, model, offsets + first, texts, &a, out + first * c->hidden);
    }
    return LAKE_BERT_OK;
}
