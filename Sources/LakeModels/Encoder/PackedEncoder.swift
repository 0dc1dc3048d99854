import CVectorKernels
import LakeCore

/// Precision of an encoder's weights and activations; sums are f32 in both.
public enum EmbeddingPrecision: String, Sendable, CaseIterable {
    /// Half the memory and about twice the speed; cosine to f32 above 0.9999.
    case bf16
    /// The reference.
    case f32

    fileprivate var kernelName: lake_precision { self == .bf16 ? LAKE_PRECISION_BF16 : LAKE_PRECISION_F32 }
}

/// A BERT encoder laid out for the kernels; immutable, shared by all threads.
final class PackedEncoder: @unchecked Sendable {
    // Sendable: nothing is written after init, and the C side promises that a packed encoder may be shared.
    let configuration: EncoderConfiguration
    private let kernels: UnsafePointer<lake_kernels>
    private let arena: AlignedBytes
    private let model: OpaquePointer
    private let shape: lake_bert_config
    /// The encoder reads it in place.
    private let wordEmbeddings: FloatTensor

    /// Lays out the weights; takes tens of milliseconds for a small model.
    ///
    /// - Throws: `ModelError.damagedTensor`, `.unsupportedModel`, `.unsupportedInstructionSet`.
    init(
        _ weights: SafeTensors,
        configuration: EncoderConfiguration,
        precision: EmbeddingPrecision,
        instructionSet: InstructionSet
    ) throws(ModelError) {
        guard let kernels = lake_kernels_for(instructionSet.kernelName) else {
            throw .unsupportedInstructionSet(instructionSet)
        }
        self.kernels = kernels
        self.configuration = configuration
        var shape = lake_bert_config(
            hidden: UInt32(clamping: configuration.hidden),
            layers: UInt32(clamping: configuration.layers),
            heads: UInt32(clamping: configuration.heads),
            intermediate: UInt32(clamping: configuration.intermediate),
            vocabulary: UInt32(clamping: configuration.vocabulary),
            positions: UInt32(clamping: configuration.positions),
            layer_norm_epsilon: configuration.epsilon,
            pooling: configuration.pooling == .mean ? LAKE_POOLING_MEAN : LAKE_POOLING_CLS
        )
        let size = lake_bert_packed_size(&shape, precision.kernelName)
        guard size > 0 else {
            throw .unsupportedModel(weights.file.name, reason: "the encoder has no code for its shape")
        }
        self.shape = shape
        let tensors = try EncoderTensors(weights, configuration)
        wordEmbeddings = tensors.wordEmbeddings
        let arena = AlignedBytes(count: size)
        self.arena = arena
        var packed: OpaquePointer?
        let status = tensors.withKernelWeights { pointers in
            lake_bert_pack(&shape, pointers, precision.kernelName, arena.start, arena.count, &packed)
        }
        guard status == LAKE_BERT_OK, let packed else { throw .encoderFailed(status: status.rawValue) }
        model = packed
    }

    /// Scratch for calls of up to so many tokens; for one thread at a time.
    func scratch(tokens: Int) -> AlignedBytes {
        var shape = shape
        return AlignedBytes(count: lake_bert_scratch_size(&shape, tokens))
    }

    /// Embeds texts on the calling thread.
    ///
    /// - Parameters:
    ///   - tokens: The texts' tokens end to end, with their marks.
    ///   - offsets: Where each text starts, and where the last one ends.
    ///   - scratch: From `scratch(tokens:)` for at least as many.
    /// - Returns: `[texts × hidden]`, each row of length 1.
    /// - Throws: `ModelError.encoderFailed`.
    func embed(_ tokens: [Int32], offsets: [Int], scratch: AlignedBytes) throws(ModelError) -> [Float] {
        let count = offsets.count - 1
        var status = LAKE_BERT_OK
        let vectors = [Float](unsafeUninitializedCapacity: count * configuration.hidden) { buffer, initialized in
            // The kernel fills all of it when it succeeds; on failure none of it is read.
            buffer.initialize(repeating: 0)
            status = lake_bert_forward(
                kernels,
                model,
                tokens,
                offsets,
                count,
                buffer.baseAddress,
                scratch.start,
                scratch.count
            )
            initialized = count * configuration.hidden
        }
        guard status == LAKE_BERT_OK else { throw .encoderFailed(status: status.rawValue) }
        return vectors
    }
}

/// Memory aligned for the kernels.
final class AlignedBytes: @unchecked Sendable {
    // Sendable: a bare block; its users decide who writes when.
    let start: UnsafeMutableRawPointer
    let count: Int

    init(count: Int) {
        self.count = count
        start = .allocate(byteCount: max(count, 64), alignment: 64)
    }

    deinit { start.deallocate() }
}

/// The encoder's tensors by their place in it, found and checked by name and shape.
private struct EncoderTensors {
    /// One layer's tensors in the order of `lake_bert_layer_weights`.
    private typealias Layer = InlineArray<16, FloatTensor>

    let wordEmbeddings: FloatTensor
    private let positionEmbeddings: FloatTensor
    private let tokenTypeEmbeddings: FloatTensor
    private let normWeight: FloatTensor
    private let normBias: FloatTensor
    private let layers: [Layer]

    init(_ weights: SafeTensors, _ shape: EncoderConfiguration) throws(ModelError) {
        let (hidden, wide) = (shape.hidden, shape.intermediate)
        func tensor(_ name: String, _ dimensions: [Int]) throws(ModelError) -> FloatTensor {
            try weights.floats(shape.prefix + name, shape: dimensions)
        }
        wordEmbeddings = try tensor("embeddings.word_embeddings.weight", [shape.vocabulary, hidden])
        positionEmbeddings = try tensor("embeddings.position_embeddings.weight", [shape.positions, hidden])
        tokenTypeEmbeddings = try tensor("embeddings.token_type_embeddings.weight", [shape.tokenTypes, hidden])
        normWeight = try tensor("embeddings.LayerNorm.weight", [hidden])
        normBias = try tensor("embeddings.LayerNorm.bias", [hidden])
        var layers: [Layer] = []
        for index in 0..<shape.layers {
            func weight(_ name: String, _ rows: Int, _ columns: Int) throws(ModelError) -> FloatTensor {
                try tensor("encoder.layer.\(index).\(name).weight", [rows, columns])
            }
            func vector(_ name: String, _ count: Int) throws(ModelError) -> FloatTensor {
                try tensor("encoder.layer.\(index).\(name)", [count])
            }
            layers.append([
                try weight("attention.self.query", hidden, hidden), try vector("attention.self.query.bias", hidden),
                try weight("attention.self.key", hidden, hidden), try vector("attention.self.key.bias", hidden),
                try weight("attention.self.value", hidden, hidden), try vector("attention.self.value.bias", hidden),
                try weight("attention.output.dense", hidden, hidden), try vector("attention.output.dense.bias", hidden),
                try vector("attention.output.LayerNorm.weight", hidden),
                try vector("attention.output.LayerNorm.bias", hidden),
                try weight("intermediate.dense", wide, hidden), try vector("intermediate.dense.bias", wide),
                try weight("output.dense", hidden, wide), try vector("output.dense.bias", hidden),
                try vector("output.LayerNorm.weight", hidden), try vector("output.LayerNorm.bias", hidden),
            ])
        }
        self.layers = layers
    }

    /// Lends the tensors in the form the kernels take.
    func withKernelWeights<Result>(_ body: (UnsafePointer<lake_bert_weights>) -> Result) -> Result {
        let pointers = layers.map { layer in
            lake_bert_layer_weights(
                query_weight: layer[0].start,
                query_bias: layer[1].start,
                key_weight: layer[2].start,
                key_bias: layer[3].start,
                value_weight: layer[4].start,
                value_bias: layer[5].start,
                attention_output_weight: layer[6].start,
                attention_output_bias: layer[7].start,
                attention_norm_weight: layer[8].start,
                attention_norm_bias: layer[9].start,
                intermediate_weight: layer[10].start,
                intermediate_bias: layer[11].start,
                output_weight: layer[12].start,
                output_bias: layer[13].start,
                output_norm_weight: layer[14].start,
                output_norm_bias: layer[15].start
            )
        }
        return withExtendedLifetime(self) {
            pointers.withUnsafeBufferPointer { layers in
                var weights = lake_bert_weights(
                    word_embeddings: wordEmbeddings.start,
                    position_embeddings: positionEmbeddings.start,
                    token_type_embeddings: tokenTypeEmbeddings.start,
                    embedding_norm_weight: normWeight.start,
                    embedding_norm_bias: normBias.start,
                    layers: layers.baseAddress
                )
                return body(&weights)
            }
        }
    }
}
