public import LakeCore
import LakeModels

extension Lakehouse {
    /// Vectors for texts, in their order.
    ///
    /// - Parameters:
    ///   - texts: 1 to 2,048 texts.
    ///   - name: Nil or the name of the server's model.
    ///   - principal: Who asks.
    /// - Returns: One normalised vector a text.
    /// - Throws: `ModelError`, `EngineError.invalid`.
    public func embed(texts: [String], model name: String?, for principal: Principal) async throws -> EmbedAnswer {
        try await observed(.embed) { try await vectors(of: texts, model: name, for: principal) }
    }

    private func vectors(of texts: [String], model name: String?, for principal: Principal) async throws -> EmbedAnswer
    {
        try await authorise(principal, .reader, "embed")
        guard (1...2048).contains(texts.count) else {
            throw EngineError.invalid(field: "texts", reason: "must hold 1 to 2048 texts, not \(texts.count)")
        }
        let model = try await embeddingModel()
        if let name, name != model.identity.id {
            throw EngineError.invalid(
                field: "model",
                reason: "names no model of this server; there is '\(model.identity.id)'"
            )
        }
        // Texts and tokens going in, vectors and their JSON coming out.
        let texted = texts.reduce(0) { $0 + $1.utf8.count } * WorkingMemory.textFactor
        let held = try memory.reserve(texted + texts.count * model.dimensions * 16, from: .vectors)
        defer { withExtendedLifetime(held) {} }
        let batch = try await model.embed(texts, as: .query)
        metrics.embedded(texts: texts.count, tokens: batch.tokens)
        return EmbedAnswer(
            model: model.identity.id,
            digest: model.identity.digest,
            precision: model.identity.precision,
            dimensions: batch.dimensions,
            vectors: batch.vectors,
            tokens: batch.tokens,
            truncated: batch.truncated
        )
    }

    /// The models this server can use.
    public func models(for principal: Principal) async throws -> [ModelManifest] {
        try await authorise(principal, .reader, "list models")
        let model = try await embeddingModel()
        return [
            ModelManifest(
                id: model.identity.id,
                kind: "embedding",
                digest: model.identity.digest,
                precision: model.identity.precision,
                dimensions: model.dimensions,
                maxTokens: model.maxTokens
            )
        ]
    }
}
