// Template of the encoder kernels. Included once for each instruction set, after its vocabulary.

// MARK: - Functions of one variable

/// e^x for x ≤ 0, relative error about 2e-7; e^−87 for anything smaller. x = n·ln 2 + r, and e^r by a polynomial.
INLINE vf exp_of_negative(vf x) {
    x = vf_max(x, vf_set(-87));
    vf n = vf_round(vf_mul(x, vf_set(1.44269504f)));
    // ln 2 in two parts, so that n·ln 2 is exact where it matters.
    vf r = vf_fnma(n, vf_set(0.693359375f), x);
    r = vf_fnma(n, vf_set(-2.12194440e-4f), r);
    vf p = vf_set(1.9875691500e-4f);
    p = vf_fma(p, r, vf_set(1.3981999507e-3f));
    p = vf_fma(p, r, vf_set(8.3334519073e-3f));
    p = vf_fma(p, r, vf_set(4.1665795894e-2f));
    p = vf_fma(p, r, vf_set(1.6666665459e-1f));
    p = vf_fma(p, r, vf_set(5.0000001201e-1f));
    p = vf_fma(vf_mul(p, r), r, vf_add(r, vf_set(1)));
    return vf_times_power_of_2(p, n);
}

/// x/2 · (1 + erf(x/√2)), the error function by Abramowitz and Stegun 7.1.26 (absolute error 1.5e-7).
INLINE vf gelu(vf x) {
    vf z = vf_abs(vf_mul(x, vf_set(0.70710678f)));
    vf t = vf_reciprocal(vf_fma(z, vf_set(0.3275911f), vf_set(1)));
    vf p = vf_set(1.061405429f);
    p = vf_fma(p, t, vf_set(-1.453152027f));
    p = vf_fma(p, t, vf_set(1.421413741f));
    p = vf_fma(p, t, vf_set(-0.284496736f));
    p = vf_fma(p, t, vf_set(0.254829592f));
    vf erf_of_z = vf_fnma(vf_mul(p, t), exp_of_negative(vf_fnma(z, z, vf_zero())), vf_set(1));
    vf half = vf_mul(x, vf_set(0.5f));
    return vf_fma(vf_abs(half), erf_of_z, half);
}

// MARK: - Matrix product

/// Writes to `out[r][c]` the sum over `steps` of a's word (row r) times b's vector of words (c). `rows` and `vectors`
/// are constants. Each sum runs over the steps in order, whatever the shape of the tile.
INLINE void multiply_tile(bool bf16, int rows, int vectors, const char *a, size_t a_row_bytes, const uint32_t *b,
                          size_t b_step_words, size_t steps, float *out, size_t out_stride) {
    vf sums[TILE_ROWS][4];
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int c = 0; c < vectors; c++) sums[r][c] = vf_zero();
    for (size_t s = 0; s < steps; s++, a += sizeof(uint32_t), b += b_step_words) {
        // Pairs that have to be widened go half by half: both halves of all columns would not fit the registers. The
        // empty statement hides from the compiler that the second part reads the same words: it would keep them.
        UNROLL for (int part = 0; part < (bf16 ? PAIR_PARTS : 1); part++) {
            if (part > 0) __asm__("" : "+r"(a), "+r"(b));
            vf columns[4];
            UNROLL for (int c = 0; c < vectors; c++) {
                vw words = vw_load(b + c * LANES);
                columns[c] = bf16 ? pair_operand(part, words) : vf_from_word(words);
            }
            UNROLL for (int r = 0; r < rows; r++) {
                vw words = vw_splat(a + (size_t)r * a_row_bytes);
                vf x = bf16 ? pair_operand(part, words) : vf_from_word(words);
                UNROLL for (int c = 0; c < vectors; c++)
                    sums[r][c] = bf16 ? pair_product(x, columns[c], sums[r][c]) : vf_fma(x, columns[c], sums[r][c]);
            }
        }
    }
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int c = 0; c < vectors; c++)
            vf_store(out + (size_t)r * out_stride + (size_t)c * LANES, sums[r][c]);
}

/// Carries a tile's sums through the epilogue into the output.
static void finish_tile(bool bf16, const lake_gemm *g, const float *sums, size_t row, size_t rows, size_t column) {
    size_t columns = min_size(TILE_VECTORS * LANES, g->outputs - column);
    for (size_t r = 0; r < rows; r++, sums += TILE_VECTORS * LANES) {
        for (size_t c = 0; c < columns; c += LANES) {
            size_t cell = (row + r) * g->outputs + column + c;
            vf value = vf_add(vf_load(sums + c), vf_load(g->bias + column + c));
            if (g->epilogue == LAKE_EPILOGUE_ADD) {
                float *output = (float *)g->output + cell;
                vf_store(output, vf_add(vf_load(output), value));
                continue;
            }
            if (g->epilogue == LAKE_EPILOGUE_GELU) value = gelu(value);
            if (bf16)
                bf16_store((uint16_t *)g->output + cell, value);
            else
                vf_store((float *)g->output + cell, value);
        }
    }
}

// Inlined into their caller the tiles would share registers with the code around them, and lose some in the inner loop.
#define DEFINE_TILE(NAME, ROWS, BF16)                                                                               \
    static __attribute__((noinline)) void NAME(const char *a, size_t a_row_bytes, const uint32_t *b, size_t steps,  \
                                               float *out) {                                                        \
        multiply_tile(BF16, ROWS, TILE_VECTORS, a, a_row_bytes, b, PANEL, steps, out, TILE_VECTORS * LANES);        \
    }

DEFINE_TILE(tile_f32, TILE_ROWS, false)
DEFINE_TILE(tile_4_f32, 4, false)
DEFINE_TILE(tile_2_f32, 2, false)
DEFINE_TILE(tile_1_f32, 1, false)
DEFINE_TILE(tile_bf16, TILE_ROWS, true)
DEFINE_TILE(tile_4_bf16, 4, true)
DEFINE_TILE(tile_2_bf16, 2, true)
DEFINE_TILE(tile_1_bf16, 1, true)

/// Panels outside, rows inside: a panel stays in the cache while all rows pass over it.
INLINE void gemm(bool bf16, const lake_gemm *g) {
    size_t steps = g->inputs / values_per_word(bf16), row_bytes = steps * sizeof(uint32_t);
    for (size_t column = 0; column < g->outputs; column += TILE_VECTORS * LANES) {
        const uint32_t *panel = (const uint32_t *)g->panels + column / PANEL * PANEL * steps + column % PANEL;
        for (size_t row = 0, rows; row < g->rows; row += rows) {
            // The sums go through memory to their epilogue, which costs little beside the product.
            float sums[TILE_ROWS * TILE_VECTORS * LANES];
            const char *input = (const char *)g->input + row * row_bytes;
            size_t left = g->rows - row;
            rows = left >= TILE_ROWS ? TILE_ROWS : left >= 4 ? 4 : left >= 2 ? 2 : 1;
            if (rows == TILE_ROWS)
                (bf16 ? tile_bf16 : tile_f32)(input, row_bytes, panel, steps, sums);
            else if (rows == 4)
                (bf16 ? tile_4_bf16 : tile_4_f32)(input, row_bytes, panel, steps, sums);
            else if (rows == 2)
                (bf16 ? tile_2_bf16 : tile_2_f32)(input, row_bytes, panel, steps, sums);
            else
                (bf16 ? tile_1_bf16 : tile_1_f32)(input, row_bytes, panel, steps, sums);
            finish_tile(bf16, g, sums, row, rows, column);
        }
    }
}

static void gemm_f32(const lake_gemm *g) { gemm(false, g); }

static void gemm_bf16(const lake_gemm *g) { gemm(true, g); }

// MARK: - Layer normalisation

static void layer_norm(float *rows, uint16_t *rows_bf16, size_t row_count, size_t dimension, const float *gamma,
                       const float *beta, float epsilon) {
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * dimension;
        vf sum = vf_zero();
        for (size_t i = 0; i < dimension; i += LANES) sum = vf_add(sum, vf_load(row + i));
        vf mean = vf_set(vf_sum(sum) / (float)dimension);
        vf squares = vf_zero();
        for (size_t i = 0; i < dimension; i += LANES) {
            vf centered = vf_sub(vf_load(row + i), mean);
            squares = vf_fma(centered, centered, squares);
        }
        vf factor = vf_set(1 / __builtin_sqrtf(vf_sum(squares) / (float)dimension + epsilon));
        for (size_t i = 0; i < dimension; i += LANES) {
            vf unit = vf_mul(vf_sub(vf_load(row + i), mean), factor);
            vf value = vf_fma(unit, vf_load(gamma + i), vf_load(beta + i));
            vf_store(row + i, value);
            if (rows_bf16) bf16_store(rows_bf16 + r * dimension + i, value);
        }
    }
}

// MARK: - Attention

/// Product of `rows` (a constant) rows of words with `width` columns, as f32 `[rows × width]`. `width` is a multiple of
/// 16; `b` and `out` have rows of that width.
INLINE void multiply_rows(bool bf16, int rows, const char *a, size_t a_row_bytes, const uint32_t *b, size_t width,
                          size_t steps, float *out) {
    size_t column = 0;
    UNROLL for (int vectors = ATTENTION_VECTORS; vectors > 0; vectors /= 2) {
        for (; column + (size_t)vectors * LANES <= width; column += (size_t)vectors * LANES)
            multiply_tile(bf16, rows, vectors, a, a_row_bytes, b + column, width, steps, out + column, width);
    }
}

/// Turns a row of scores into e^(score − largest), in place and in `weights` if that is not null, and returns 1 / Σ.
/// The sum is taken before the weights are rounded. Weights behind the last token are 0 up to a whole vector.
INLINE float softmax_numerators(float *scores, size_t tokens, size_t padded_tokens, uint16_t *weights) {
    for (size_t i = tokens; i < padded_tokens; i++) scores[i] = -__builtin_inff();
    vf largest = vf_load(scores);
    for (size_t i = LANES; i < padded_tokens; i += LANES) largest = vf_max(largest, vf_load(scores + i));
    largest = vf_set(vf_largest(largest));
    vf sum = vf_zero();
    for (size_t i = 0; i < tokens; i += LANES) {
        vf value = exp_of_negative(vf_sub(vf_load(scores + i), largest));
        if (i + LANES > tokens) value = vf_first(value, tokens - i);
        sum = vf_add(sum, value);
        if (weights)
            bf16_store(weights + i, value);
        else
            vf_store(scores + i, value);
    }
    return 1 / vf_sum(sum);
}

/// Attention of `rows` (a constant) query rows of one head over all its keys and values.
INLINE void attend(bool bf16, int rows, const char *queries, size_t token_bytes, size_t tokens, size_t head_dimension,
                   const attention_scratch *s, char *out, size_t out_bytes) {
    float factors[ATTENTION_ROWS];
    multiply_rows(bf16, rows, queries, token_bytes, s->keys, s->padded_tokens,
                  head_dimension / values_per_word(bf16), s->scores);
    for (int r = 0; r < rows; r++) {
        size_t offset = (size_t)r * s->padded_tokens;
        uint16_t *weights = bf16 ? s->weights + offset : 0;
        factors[r] = softmax_numerators(s->scores + offset, tokens, s->padded_tokens, weights);
    }
    const char *weights = bf16 ? (const char *)s->weights : (const char *)s->scores;
    size_t weights_bytes = s->padded_tokens * (bf16 ? sizeof(uint16_t) : sizeof(float));
    size_t steps = bf16 ? (tokens + 1) / 2 : tokens;
    multiply_rows(bf16, rows, weights, weights_bytes, s->values, s->padded_dimension, steps, s->sums);
    for (int r = 0; r < rows; r++) {
        float *sums = s->sums + (size_t)r * s->padded_dimension;
        char *row = out + (size_t)r * out_bytes;
        for (size_t i = 0; i < s->padded_dimension; i += LANES) {
            vf value = vf_mul(vf_load(sums + i), vf_set(factors[r]));
            if (i + LANES <= head_dimension && bf16) {
                bf16_store((uint16_t *)row + i, value);
            } else if (i + LANES <= head_dimension) {
                vf_store((float *)row + i, value);
            } else if (i < head_dimension) {
                // Half a vector of 16 lanes: only the head's own part may be written.
                uint16_t narrow[LANES];
                float wide[LANES];
                bf16_store(narrow, value);
                vf_store(wide, value);
                size_t left = head_dimension - i;
                if (bf16)
                    memcpy((uint16_t *)row + i, narrow, left * sizeof(uint16_t));
                else
                    memcpy((float *)row + i, wide, left * sizeof(float));
            }
        }
    }
}

INLINE void attention(bool bf16, const char *qkv, size_t tokens, size_t heads, size_t head_dimension, char *out,
                      void *scratch) {
    attention_scratch s = attention_scratch_in(scratch, tokens, head_dimension);
    size_t head_bytes = head_dimension * (bf16 ? sizeof(uint16_t) : sizeof(float));
    size_t out_bytes = heads * head_bytes, token_bytes = 3 * out_bytes;
    for (size_t h = 0; h < heads; h++, qkv += head_bytes, out += head_bytes) {
        gather_head(bf16, qkv, tokens, head_dimension, token_bytes, out_bytes, &s);
        size_t t = 0;
        for (; t + ATTENTION_ROWS <= tokens; t += ATTENTION_ROWS)
            attend(bf16, ATTENTION_ROWS, qkv + t * token_bytes, token_bytes, tokens, head_dimension, &s,
                   out + t * out_bytes, out_bytes);
        for (; t < tokens; t++)
            attend(bf16, 1, qkv + t * token_bytes, token_bytes, tokens, head_dimension, &s, out + t * out_bytes,
                   out_bytes);
    }
}

static void attention_f32(const float *qkv, size_t tokens, size_t heads, size_t head_dimension, float *out,
                          void *scratch) {
    attention(false, (const char *)qkv, tokens, heads, head_dimension, (char *)out, scratch);
}

static void attention_bf16(const uint16_t *qkv, size_t tokens, size_t heads, size_t head_dimension, uint16_t *out,
                           void *scratch) {
    attention(true, (const char *)qkv, tokens, heads, head_dimension, (char *)out, scratch);
}
