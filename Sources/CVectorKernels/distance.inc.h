// Template of the vector search kernels. Included once for each instruction set, after its vocabulary.

INLINE vf add_term(bool squared_distance, vf sum, vf a, vf b) {
    if (!squared_distance) return vf_fma(a, b, sum);
    vf difference = vf_sub(a, b);
    return vf_fma(difference, difference, sum);
}

/// Which elements meet in which of the sums depends on the dimension alone, so a pair of vectors gives the same bits
/// wherever it is met.
INLINE float compare(bool squared_distance, const float *a, const float *b, size_t dimension) {
    vf sums[DOT_CHAINS];
    UNROLL for (int c = 0; c < DOT_CHAINS; c++) sums[c] = vf_zero();
    size_t i = 0;
    for (; i + DOT_CHAINS * LANES <= dimension; i += DOT_CHAINS * LANES)
        UNROLL for (int c = 0; c < DOT_CHAINS; c++)
            sums[c] = add_term(squared_distance, sums[c], vf_load(a + i + c * LANES), vf_load(b + i + c * LANES));
    for (; i + LANES <= dimension; i += LANES)
        sums[0] = add_term(squared_distance, sums[0], vf_load(a + i), vf_load(b + i));
    if (i < dimension) {
        size_t left = dimension - i;
        sums[1] = add_term(squared_distance, sums[1], vf_load_first(a + i, left), vf_load_first(b + i, left));
    }
    UNROLL for (int c = 1; c < DOT_CHAINS; c++) sums[0] = vf_add(sums[0], sums[c]);
    return vf_sum(sums[0]);
}

/// Row after row: this is one ascending stream, which the processor fetches ahead of use at the full speed of memory.
/// Several rows side by side reach less than half of it, and explicit prefetches add nothing.
INLINE void compare_rows(bool squared_distance, const float *query, const float *rows, size_t row_count,
                         size_t dimension, float *out) {
    for (size_t r = 0; r < row_count; r++)
        out[r] = compare(squared_distance, query, rows + r * dimension, dimension);
}

static float dot_f32(const float *a, const float *b, size_t dimension) { return compare(false, a, b, dimension); }

static float l2_squared_f32(const float *a, const float *b, size_t dimension) {
    return compare(true, a, b, dimension);
}

static void dot_rows_f32(const float *query, const float *rows, size_t row_count, size_t dimension, float *out) {
    compare_rows(false, query, rows, row_count, dimension, out);
}

static void l2_squared_rows_f32(const float *query, const float *rows, size_t row_count, size_t dimension,
                                float *out) {
    compare_rows(true, query, rows, row_count, dimension, out);
}

/// Plain C, for the compiler to vectorise: the conversions to double are the same everywhere.
static double normalize_f32(float *vector, size_t dimension) {
    enum { CHAINS = 16 };
    double sums[CHAINS] = {0}, sum = 0;
    size_t i = 0;
    for (; i + CHAINS <= dimension; i += CHAINS)
        for (int c = 0; c < CHAINS; c++) sums[c] += (double)vector[i + c] * vector[i + c];
    for (; i < dimension; i++) sum += (double)vector[i] * vector[i];
    for (int c = 0; c < CHAINS; c++) sum += sums[c];
    double length = __builtin_sqrt(sum);
    if (!(length > 0 && length < __builtin_inf())) return length;
    double factor = 1 / length;
    for (i = 0; i < dimension; i++) vector[i] = (float)(vector[i] * factor);
    return length;
}

static size_t scan_above_f32(const float *scores, size_t count, float threshold, uint32_t *out_indices) {
    size_t found = 0, i = 0;
    vf limit = vf_set(threshold);
    for (; i + LANES <= count; i += LANES)
        for (unsigned hits = vf_above(vf_load(scores + i), limit); hits; hits &= hits - 1)
            out_indices[found++] = (uint32_t)(i + (size_t)__builtin_ctz(hits));
    for (; i < count; i++)
        if (scores[i] > threshold) out_indices[found++] = (uint32_t)i;
    return found;
}
