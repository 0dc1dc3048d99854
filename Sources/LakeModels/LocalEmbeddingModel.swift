import LakeCore

/// A BERT encoder that runs in this process, read from a folder of `model.safetensors` and `vocab.txt`.
///
/// Work runs on threads of its own. A text's vector has the same bits alone and in any batch.
public final class LocalEmbeddingModel: EmbeddingModel {
    public let identity: ModelIdentity
    public let dimensions: Int
    public let maxTokens: Int
    /// The tokenizer, for cutting texts to the model's size.
    public let tokenizer: WordPieceTokenizer
    private let encoder: PackedEncoder
    private let pool: EncoderPool

    /// Enough rows to fill the matrix kernels: larger groups are no faster, and a question would wait longer for one.
    private static let groupTokens = 128
    private static let weightsFile = "model.safetensors"
    private static let vocabularyFile = "vocab.txt"

    /// Opens the model in a folder; what it needs is checked before it returns.
    ///
    /// - Parameters:
    ///   - folder: Holds `model.safetensors` and `vocab.txt`, and may hold `config.json`, `1_Pooling/config.json`,
    ///     `tokenizer_config.json` and `sentence_bert_config.json`. Its name is the model's.
    ///   - settings: How to run it.
    ///   - digest: Gives a file's SHA-256 in hexadecimal. Asked only for files whose digest is not remembered.
    /// - Returns: The model, ready to embed.
    /// - Throws: `ModelError` naming the file that is missing or damaged; whatever `digest` throws.
    public static func open(
        folder: String,
        settings: LocalModelSettings = LocalModelSettings(),
        digest: @Sendable (_ path: String) async throws -> String
    ) async throws -> LocalEmbeddingModel {
        let instructionSet = settings.instructionSet ?? .best
        guard instructionSet.isSupported else { throw ModelError.unsupportedInstructionSet(instructionSet) }
        let pool = EncoderPool(threads: max(1, settings.threads), queueLimit: settings.queueLimit)
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        let precision = settings.precision
        let (encoder, tokenizer) = try await pool.lanes[0].run { () throws(ModelError) in
            try load(folder: folder, model: name, precision: precision, instructionSet: instructionSet)
        }
        let digests = try await digests(in: folder, fresh: settings.ignoresRememberedDigests, on: pool.lanes[0], digest)
        return LocalEmbeddingModel(
            identity: ModelIdentity(
                id: name,
                digest: (digests + [encoder.configuration.signature]).joined(separator: ":"),
                precision: precision.rawValue
            ),
            tokenizer: tokenizer,
            encoder: encoder,
            pool: pool
        )
    }

    private init(identity: ModelIdentity, tokenizer: WordPieceTokenizer, encoder: PackedEncoder, pool: EncoderPool) {
        self.identity = identity
        self.tokenizer = tokenizer
        self.encoder = encoder
        self.pool = pool
        dimensions = encoder.configuration.hidden
        maxTokens = encoder.configuration.sequenceTokens - 2
    }

    private static func load(
        folder: String,
        model: String,
        precision: EmbeddingPrecision,
        instructionSet: InstructionSet
    ) throws(ModelError) -> (PackedEncoder, WordPieceTokenizer) {
        let vocabulary = try MappedFile(path: folder + "/" + vocabularyFile)
        let weights = try SafeTensors(MappedFile(path: folder + "/" + weightsFile))
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary.bytes.bindMemory(to: UInt8.self))
        let configuration = try EncoderConfiguration(folder: folder, model: model, weights: weights)
        guard tokenizer.vocabularySize <= configuration.vocabulary else {
            let problem = "has \(tokenizer.vocabularySize) tokens where the weights have \(configuration.vocabulary)"
            throw .damagedFile(vocabularyFile, problem: problem)
        }
        let encoder = try PackedEncoder(
            weights,
            configuration: configuration,
            precision: precision,
            instructionSet: instructionSet
        )
        return (encoder, tokenizer)
    }

    /// Digests of weights and vocabulary, remembered or computed.
    private static func digests(
        in folder: String,
        fresh: Bool,
        on lane: EncoderLane,
        _ compute: @Sendable (String) async throws -> String
    ) async throws -> [String] {
        let files = [weightsFile, vocabularyFile]
        var cache = try await lane.run { () throws(ModelError) in try DigestCache(folder: folder, files: files) }
        var digests: [String] = []
        var isChanged = false
        for file in files {
            if !fresh, let known = cache[file] {
                digests.append(known)
            } else {
                let digest = try await compute(folder + "/" + file)
                cache[file] = digest
                digests.append(digest)
                isChanged = true
            }
        }
        if isChanged { try await lane.run { [cache] in cache.save() } }
        return digests
    }

    public func tokenCount(_ text: String) -> Int { tokenizer.count(text) }

    public func embed(_ texts: [String], as role: EmbeddingRole) async throws -> EmbeddingBatch {
        let isInteractive = role != .document
        var groups = TokenGroups(texts, tokenizer: tokenizer, textTokens: maxTokens, groupTokens: Self.groupTokens)
        var vectors = [Float](repeating: 0, count: texts.count * dimensions)
        try await withThrowingTaskGroup(of: (first: Int, vectors: [Float]).self) { running in
            // One group more than there are threads, so that each thread finds its next one waiting.
            for _ in 0...pool.lanes.count {
                guard let group = try groups.next() else { break }
                running.addTask { try await self.embed(group, isInteractive: isInteractive) }
            }
            while let done = try await running.next() {
                let start = done.first * dimensions
                vectors.replaceSubrange(start..<start + done.vectors.count, with: done.vectors)
                guard let group = try groups.next() else { continue }
                running.addTask { try await self.embed(group, isInteractive: isInteractive) }
            }
        }
        return EmbeddingBatch(
            vectors: vectors,
            dimensions: dimensions,
            tokens: groups.tokens,
            truncated: groups.truncated
        )
    }

    private func embed(_ group: TokenGroup, isInteractive: Bool) async throws -> (first: Int, vectors: [Float]) {
        let vectors = try await pool.withLane(interactive: isInteractive) { [encoder] lane in
            try await lane.embed(group, with: encoder)
        }
        return (group.first, vectors)
    }
}
