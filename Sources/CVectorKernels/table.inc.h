// The members of a kernel table, named by the functions of the file that includes this.

.dot_f32 = dot_f32, .l2_squared_f32 = l2_squared_f32, .dot_rows_f32 = dot_rows_f32,
.l2_squared_rows_f32 = l2_squared_rows_f32, .normalize_f32 = normalize_f32, .scan_above_f32 = scan_above_f32,
.gemm_f32 = gemm_f32, .gemm_bf16 = gemm_bf16, .layer_norm = layer_norm, .attention_f32 = attention_f32,
.attention_bf16 = attention_bf16,
