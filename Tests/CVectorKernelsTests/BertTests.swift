import CVectorKernels
import LakeCore
import Testing

@Suite struct BertTests {
    static let seed: UInt64 = 0xBE27

    private static let shapes = [
        (hidden: 32, heads: 4, intermediate: 64), (64, 2, 80), (64, 8, 256), (48, 2, 96), (80, 1, 16), (16, 2, 32),
    ]

    private static let small = TinyBert(hidden: 32, heads: 2, intermediate: 32, seed: seed)

    private func texts(_ lengths: [Int], vocabulary: Int32 = 50) -> [[Int32]] {
        var random = SplitMix64(seed: Self.seed)
        return lengths.map { length in (0..<length).map { _ in Int32.random(in: 0..<vocabulary, using: &random) } }
    }

    private func cosine(_ a: [Float], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * $1.1 }
    }

    @Test(arguments: [LAKE_POOLING_MEAN, LAKE_POOLING_CLS])
    func vectorsAgreeWithDoubleArithmetic(pooling: lake_pooling) throws {
        let texts = texts([1, 2, 3, 9, 16, 30])
        for (hidden, heads, intermediate) in Self.shapes {
            let bert = TinyBert(
                hidden: hidden,
                heads: heads,
                intermediate: intermediate,
                pooling: pooling,
                seed: Self.seed
            )
            let expected = texts.map(bert.embed)
            let wide = try #require(PackedBert(bert, .f32))
            let narrow = try #require(PackedBert(bert, .bf16))
            for table in KernelTable.all {
                let (wideStatus, wideVectors) = wide.forward(table, texts)
                let (narrowStatus, narrowVectors) = narrow.forward(table, texts)
                #expect(wideStatus == LAKE_BERT_OK && narrowStatus == LAKE_BERT_OK)
                for index in texts.indices {
                    let isClose = zip(wideVectors[index], expected[index]).allSatisfy { abs(Double($0) - $1) < 1e-5 }
                    #expect(isClose, "\(table), hidden \(hidden), \(texts[index].count) tokens, seed \(Self.seed)")
                    #expect(
                        cosine(narrowVectors[index], expected[index]) > 0.9995,
                        "\(table), hidden \(hidden), \(texts[index].count) tokens, seed \(Self.seed)"
                    )
                }
            }
        }
    }

    @Test(arguments: KernelTable.all, Precision.allCases)
    func tablesAgreeWithScalarCode(table: KernelTable, precision: Precision) throws {
        for seed in Self.seed..<Self.seed + 6 {
            var random = SplitMix64(seed: seed)
            let heads = Int.random(in: 1...4, using: &random)
            let hidden = heads * 16 * Int.random(in: 1...3, using: &random)
            let intermediate = 16 * Int.random(in: 1...12, using: &random)
            let bert = TinyBert(hidden: hidden, heads: heads, intermediate: intermediate, seed: seed)
            let packed = try #require(PackedBert(bert, precision))
            let texts = texts((0..<5).map { _ in Int.random(in: 1...64, using: &random) })
            let vectors = packed.forward(table, texts).vectors
            let scalar = packed.forward(.scalar, texts).vectors
            for (vector, scalar) in zip(vectors, scalar) {
                let least = precision == .f32 ? 0.9999999 : 0.9998
                #expect(cosine(vector, scalar.map(Double.init)) > least, "hidden \(hidden), seed \(seed)")
            }
        }
    }

    /// Lengths that fill groups of 512 tokens exactly, overflow them, and exceed them with one text.
    @Test(arguments: KernelTable.all, Precision.allCases)
    func textHasTheSameBitsAloneAndInAnyBatch(table: KernelTable, precision: Precision) throws {
        let lengths = [1, 130, 200, 181, 7, 64, 600, 3, 3, 512, 129, 128, 255, 17, 1, 1, 40]
        let texts = texts(lengths)
        let bert = TinyBert(hidden: 64, heads: 2, intermediate: 80, layers: 1, positions: 600, seed: Self.seed)
        let packed = try #require(PackedBert(bert, precision))
        let alone = texts.map { packed.forward(table, [$0]) }
        #expect(alone.allSatisfy { $0.status == LAKE_BERT_OK })
        for order in [Array(texts.indices), texts.indices.reversed(), Array(texts.indices.dropFirst(3))] {
            let (status, vectors) = packed.forward(table, order.map { texts[$0] })
            #expect(status == LAKE_BERT_OK)
            for (index, vector) in zip(order, vectors) {
                #expect(
                    vector.map(\.bitPattern) == alone[index].vectors[0].map(\.bitPattern),
                    "text of \(lengths[index]) tokens, seed \(Self.seed)"
                )
            }
        }
    }

    @Test(arguments: Precision.allCases)
    func longTextAgreesWithDoubleArithmetic(precision: Precision) throws {
        let text = texts([150])[0]
        let bert = TinyBert(hidden: 32, heads: 2, intermediate: 32, layers: 1, positions: 150, seed: Self.seed)
        let packed = try #require(PackedBert(bert, precision))
        let expected = bert.embed(text)
        for table in KernelTable.all {
            let (status, vectors) = packed.forward(table, [text])
            #expect(status == LAKE_BERT_OK)
            #expect(cosine(vectors[0], expected) > (precision == .f32 ? 0.999999 : 0.9995), "seed \(Self.seed)")
        }
    }

    @Test func concurrentCallsShareTheModel() async throws {
        let texts = texts([5, 40, 12, 33])
        let bert = TinyBert(hidden: 64, heads: 4, intermediate: 128, seed: Self.seed)
        let packed = try #require(PackedBert(bert, .bf16))
        let table = try #require(KernelTable.all.last)
        let expected = packed.forward(table, texts).vectors
        // Sendable: the model is immutable; that is what the test is about.
        nonisolated(unsafe) let shared = packed
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<5).allSatisfy { _ in shared.forward(table, texts).vectors == expected } }
            }
            for await isSame in group { #expect(isSame) }
        }
    }

    @Test func noTextsGiveNoVectors() throws {
        let packed = try #require(PackedBert(Self.small, .f32))
        #expect(packed.forward(.scalar, []).status == LAKE_BERT_OK)
    }

    // MARK: - Refusals

    @Test(arguments: [
        ([0, 2, 2], LAKE_BERT_INVALID_OFFSETS), ([0, 3, 2], LAKE_BERT_INVALID_OFFSETS),
        ([1, 3], LAKE_BERT_INVALID_OFFSETS),
        ([0, 65], LAKE_BERT_TEXT_TOO_LONG), ([0, 64, 65], LAKE_BERT_OK),
    ])
    func offsetsAreChecked(offsets: [Int], expected: lake_bert_status) throws {
        let packed = try #require(PackedBert(Self.small, .f32))
        let ids = [Int32](repeating: 1, count: 70)
        #expect(packed.forward(.scalar, ids, offsets).status == expected)
    }

    @Test(arguments: [
        (Int32(0), LAKE_BERT_OK), (Int32(49), LAKE_BERT_OK), (Int32(50), LAKE_BERT_UNKNOWN_TOKEN),
        (Int32(-1), LAKE_BERT_UNKNOWN_TOKEN),
    ])
    func tokensAreChecked(id: Int32, expected: lake_bert_status) throws {
        let packed = try #require(PackedBert(Self.small, .f32))
        #expect(packed.forward(.scalar, [[1, 2], [3, id]]).status == expected)
    }

    @Test func scratchIsChecked() throws {
        let packed = try #require(PackedBert(Self.small, .f32))
        let ids = [Int32](repeating: 1, count: 40)
        #expect(packed.forward(.scalar, ids, [0, 40], scratchTokens: 39).status == LAKE_BERT_BUFFER_TOO_SMALL)
        #expect(packed.forward(.scalar, ids, [0, 40], misaligned: true).status == LAKE_BERT_MISALIGNED)
    }

    @Test func scratchStopsGrowing() {
        var config = Self.small.config
        #expect(lake_bert_scratch_size(&config, 10) < lake_bert_scratch_size(&config, 500))
        #expect(lake_bert_scratch_size(&config, 5000) == lake_bert_scratch_size(&config, 1_000_000))
    }

    @Test func unsupportedShapesAreRefused() {
        let unsupported: [(WritableKeyPath<lake_bert_config, UInt32>, [UInt32])] = [
            (\.hidden, [0, 8, 40, 8208]), (\.layers, [0, 129]), (\.heads, [0, 3, 8]), (\.intermediate, [0, 24, 65552]),
            (\.vocabulary, [0, 1 << 24 + 1]), (\.positions, [0, 65537]),
        ]
        for (field, values) in unsupported {
            for value in values {
                var config = Self.small.config
                config[keyPath: field] = value
                expectRefusal(&config)
            }
        }
    }

    @Test func unsupportedEpsilonAndPoolingAreRefused() {
        for epsilon in [0, -1, Float.infinity, .nan] {
            var config = Self.small.config
            config.layer_norm_epsilon = epsilon
            expectRefusal(&config)
        }
        var config = Self.small.config
        config.pooling = lake_pooling(rawValue: 2)
        expectRefusal(&config)
    }

    private func expectRefusal(_ config: inout lake_bert_config) {
        #expect(lake_bert_packed_size(&config, LAKE_PRECISION_F32) == 0)
        #expect(lake_bert_scratch_size(&config, 10) == 0)
        var weights = lake_bert_weights()
        var model: OpaquePointer?
        let arena = AlignedMemory(64)
        let status = lake_bert_pack(&config, &weights, LAKE_PRECISION_F32, arena.start, 64, &model)
        #expect(status == LAKE_BERT_UNSUPPORTED_SHAPE && model == nil)
    }

    @Test func weightsAndArenaAreChecked() {
        let bert = Self.small
        var config = bert.config
        let size = lake_bert_packed_size(&config, LAKE_PRECISION_BF16)
        let arena = AlignedMemory(size + 64)
        var model: OpaquePointer?
        func pack(arena start: Int = 0, size: Int = size, _ change: (inout lake_bert_weights) -> Void = { _ in })
            -> lake_bert_status
        {
            PackedBert.withWeights(bert, bert.word) { weights in
                change(&weights.pointee)
                return lake_bert_pack(&config, weights, LAKE_PRECISION_BF16, arena.start + start, size, &model)
            }
        }
        func shifted(_ pointer: UnsafePointer<Float>?) -> UnsafePointer<Float>? {
            pointer.map { (UnsafeRawPointer($0) + 2).assumingMemoryBound(to: Float.self) }
        }
        #expect(pack { $0.word_embeddings = nil } == LAKE_BERT_MISSING_WEIGHT)
        #expect(pack { $0.layers = nil } == LAKE_BERT_MISSING_WEIGHT)
        #expect(pack { $0.embedding_norm_bias = shifted($0.embedding_norm_bias) } == LAKE_BERT_MISALIGNED)
        #expect(pack(arena: 4) == LAKE_BERT_MISALIGNED)
        #expect(pack(size: size - 1) == LAKE_BERT_BUFFER_TOO_SMALL)
        #expect(model == nil)
        for index in 0..<2 * 16 {
            let status = pack { weights in
                guard let layers = UnsafeMutablePointer(mutating: weights.layers) else { return }
                let pointers = UnsafeMutableRawPointer(layers).assumingMemoryBound(to: UnsafePointer<Float>?.self)
                pointers[index] = nil
            }
            #expect(status == LAKE_BERT_MISSING_WEIGHT, "layer tensor \(index)")
        }
        #expect(pack() == LAKE_BERT_OK)
        #expect(model != nil)
    }
}
