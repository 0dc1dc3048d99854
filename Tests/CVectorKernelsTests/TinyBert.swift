import CVectorKernels
import Foundation
import LakeCore

/// A small encoder with random weights, and the plainest possible forward pass over them in double.
struct TinyBert {
    let config: lake_bert_config
    let word: [Float], position: [Float], type: [Float], normWeight: [Float], normBias: [Float]
    let layers: [Layer]

    /// A dense layer `[outputs × inputs]`, or a norm.
    struct Pair {
        let weight: [Float], bias: [Float]
    }

    struct Layer {
        let query: Pair, key: Pair, value: Pair, attentionOutput: Pair, attentionNorm: Pair
        let intermediate: Pair, output: Pair, outputNorm: Pair

        /// In the order of `lake_bert_layer_weights`.
        var tensors: [[Float]] {
            [query, key, value, attentionOutput, attentionNorm, intermediate, output, outputNorm].flatMap {
                [$0.weight, $0.bias]
            }
        }
    }

    init(
        hidden: Int,
        heads: Int,
        intermediate: Int,
        layers: Int = 2,
        vocabulary: Int = 50,
        positions: Int = 64,
        pooling: lake_pooling = LAKE_POOLING_MEAN,
        seed: UInt64
    ) {
        config = lake_bert_config(
            hidden: UInt32(hidden),
            layers: UInt32(layers),
            heads: UInt32(heads),
            intermediate: UInt32(intermediate),
            vocabulary: UInt32(vocabulary),
            positions: UInt32(positions),
            layer_norm_epsilon: 1e-12,
            pooling: pooling
        )
        var random = SplitMix64(seed: seed)
        func dense(_ inputs: Int, _ outputs: Int) -> Pair {
            let scale = (3 / Float(inputs)).squareRoot()
            return Pair(
                weight: random.floats(inputs * outputs).map { $0 * scale },
                bias: random.floats(outputs, in: -0.1...0.1)
            )
        }
        func norm() -> Pair {
            Pair(weight: random.floats(hidden, in: 0.5...1.5), bias: random.floats(hidden, in: -0.2...0.2))
        }
        word = random.floats(vocabulary * hidden)
        position = random.floats(positions * hidden, in: -0.5...0.5)
        type = random.floats(2 * hidden, in: -0.5...0.5)
        let first = norm()
        (normWeight, normBias) = (first.weight, first.bias)
        self.layers = (0..<layers).map { _ in
            Layer(
                query: dense(hidden, hidden),
                key: dense(hidden, hidden),
                value: dense(hidden, hidden),
                attentionOutput: dense(hidden, hidden),
                attentionNorm: norm(),
                intermediate: dense(hidden, intermediate),
                output: dense(intermediate, hidden),
                outputNorm: norm()
            )
        }
    }

    var hidden: Int { Int(config.hidden) }

    /// The vector of one text.
    func embed(_ ids: [Int32]) -> [Double] {
        var states = ids.enumerated().map { place, id in
            norm(
                (0..<hidden).map {
                    Double(word[Int(id) * hidden + $0]) + Double(position[place * hidden + $0]) + Double(type[$0])
                },
                Pair(weight: normWeight, bias: normBias)
            )
        }
        for layer in layers {
            let attended = attend(states, layer)
            states = zip(states, attended).map { norm(sum($0, apply(layer.attentionOutput, $1)), layer.attentionNorm) }
            states = states.map { state in
                let wide = apply(layer.intermediate, state).map(exactGELU)
                return norm(sum(state, apply(layer.output, wide)), layer.outputNorm)
            }
        }
        let pooled = config.pooling == LAKE_POOLING_CLS ? states[0] : states.dropFirst().reduce(states[0], sum)
        let length = pooled.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return pooled.map { $0 / length }
    }

    private func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }

    private func apply(_ dense: Pair, _ input: [Double]) -> [Double] {
        dense.weight.withUnsafeBufferPointer { weight in
            dense.bias.indices.map { output in
                var sum = Double(dense.bias[output])
                for index in 0..<input.count { sum += input[index] * Double(weight[output * input.count + index]) }
                return sum
            }
        }
    }

    private func norm(_ row: [Double], _ norm: Pair) -> [Double] {
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        let factor = 1 / (variance + Double(config.layer_norm_epsilon)).squareRoot()
        return row.indices.map { (row[$0] - mean) * factor * Double(norm.weight[$0]) + Double(norm.bias[$0]) }
    }

    private func attend(_ states: [[Double]], _ layer: Layer) -> [[Double]] {
        let (queries, keys) = (states.map { apply(layer.query, $0) }, states.map { apply(layer.key, $0) })
        let values = states.map { apply(layer.value, $0) }
        let dimension = hidden / Int(config.heads)
        return queries.map { query in
            stride(from: 0, to: hidden, by: dimension).flatMap { head in
                var result = [Double](repeating: 0, count: dimension)
                var total = 0.0
                for (key, value) in zip(keys, values) {
                    var score = 0.0
                    for index in head..<head + dimension { score += query[index] * key[index] }
                    let numerator = exp(score / Double(dimension).squareRoot())
                    for index in 0..<dimension { result[index] += numerator * value[head + index] }
                    total += numerator
                }
                return result.map { $0 / total }
            }
        }
    }
}

/// A tiny encoder packed for the kernels.
final class PackedBert {
    private let word: UnsafeMutablePointer<Float>
    private let bert: TinyBert
    private let arena: AlignedMemory
    private let model: OpaquePointer

    /// Nil if packing fails or leaves the arena.
    init?(_ bert: TinyBert, _ precision: Precision) {
        self.bert = bert
        var config = bert.config
        arena = AlignedMemory(lake_bert_packed_size(&config, precision.kernelName))
        // The one tensor that stays in use; the others go away after packing.
        word = .allocate(capacity: bert.word.count)
        word.initialize(from: bert.word, count: bert.word.count)
        var packed: OpaquePointer?
        let status = Self.withWeights(bert, word) { [arena] weights in
            lake_bert_pack(&config, weights, precision.kernelName, arena.start, arena.count, &packed)
        }
        guard status == LAKE_BERT_OK, arena.isFenceIntact, let packed else {
            word.deallocate()
            return nil
        }
        model = packed
    }

    deinit { word.deallocate() }

    /// Lends the weights as the kernels take them.
    static func withWeights<Result>(
        _ bert: TinyBert,
        _ word: UnsafePointer<Float>?,
        _ body: (UnsafeMutablePointer<lake_bert_weights>) -> Result
    ) -> Result {
        var copies: [UnsafeMutablePointer<Float>] = []
        defer { copies.forEach { $0.deallocate() } }
        func copy(_ tensor: [Float]) -> UnsafePointer<Float> {
            let copy = UnsafeMutablePointer<Float>.allocate(capacity: tensor.count)
            copy.initialize(from: tensor, count: tensor.count)
            copies.append(copy)
            return UnsafePointer(copy)
        }
        let layers = bert.layers.map { layer in
            let tensors = layer.tensors.map(copy)
            return tensors.withUnsafeBytes { $0.load(as: lake_bert_layer_weights.self) }
        }
        return layers.withUnsafeBufferPointer { layers in
            var weights = lake_bert_weights(
                word_embeddings: word,
                position_embeddings: copy(bert.position),
                token_type_embeddings: copy(bert.type),
                embedding_norm_weight: copy(bert.normWeight),
                embedding_norm_bias: copy(bert.normBias),
                layers: layers.baseAddress
            )
            return body(&weights)
        }
    }

    /// The status of a call, and the vectors of its texts; the status is nil if the call wrote past its memory.
    func forward(_ table: KernelTable, _ texts: [[Int32]]) -> (status: lake_bert_status?, vectors: [[Float]]) {
        var offsets = [0]
        for text in texts { offsets.append(offsets[offsets.count - 1] + text.count) }
        return forward(table, texts.flatMap(\.self), offsets)
    }

    func forward(
        _ table: KernelTable,
        _ ids: [Int32],
        _ offsets: [Int],
        scratchTokens: Int? = nil,
        misaligned: Bool = false
    ) -> (status: lake_bert_status?, vectors: [[Float]]) {
        var config = bert.config
        let (count, hidden) = (offsets.count - 1, bert.hidden)
        let scratch = AlignedMemory(lake_bert_scratch_size(&config, scratchTokens ?? max(offsets[count], 0)))
        let out = AlignedMemory(count * hidden * MemoryLayout<Float>.stride)
        let floats = out.start.assumingMemoryBound(to: Float.self)
        let status = lake_bert_forward(
            table.pointer,
            model,
            ids,
            offsets,
            count,
            floats,
            scratch.start + (misaligned ? 4 : 0),
            scratch.count
        )
        let vectors = (0..<count).map { Array(UnsafeBufferPointer(start: floats + $0 * hidden, count: hidden)) }
        return (scratch.isFenceIntact && out.isFenceIntact && arena.isFenceIntact ? status : nil, vectors)
    }
}
