/// One kernel thread with the scratch memory of the encoder.
actor EncoderLane {
    private let thread: KernelThread
    private var scratch: (tokens: Int, bytes: AlignedBytes)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(number: Int) { thread = KernelThread(name: "lake-encoder-\(number)") }

    deinit { thread.stop() }

    /// Runs something long that is not about vectors, such as reading a model, off the cooperative pool.
    func run<Result: Sendable>(_ body: @Sendable () throws(ModelError) -> Result) throws(ModelError) -> Result {
        try body()
    }

    /// Embeds one group of texts.
    ///
    /// - Throws: `ModelError.unusableVector` for a vector that is not of length 1.
    func embed(_ group: TokenGroup, with encoder: PackedEncoder) throws(ModelError) -> [Float] {
        let scratch = scratch(for: group.tokens.count, encoder)
        let vectors = try encoder.embed(group.tokens, offsets: group.offsets, scratch: scratch)
        let width = encoder.configuration.hidden
        for index in 0..<group.count {
            var square: Float = 0
            for number in vectors[index * width..<(index + 1) * width] { square += number * number }
            // Also false for NaN.
            guard abs(square - 1) < 0.01 else { throw .unusableVector(index: group.first + index) }
        }
        return vectors
    }

    private func scratch(for tokens: Int, _ encoder: PackedEncoder) -> AlignedBytes {
        if let scratch, scratch.tokens >= tokens { return scratch.bytes }
        let bytes = encoder.scratch(tokens: tokens)
        scratch = (tokens, bytes)
        return bytes
    }
}
