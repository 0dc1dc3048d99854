import Testing

@testable import LakeModels

/// What holds for every embedding model, local or remote.
func expectConformance(of model: any EmbeddingModel) async throws {
    #expect(model.dimensions > 0 && model.maxTokens > 0)
    #expect(!model.identity.id.isEmpty && !model.identity.digest.isEmpty && !model.identity.precision.isEmpty)
    #expect(model.tokenCount("") == 0)
    #expect(model.tokenCount("a b c") >= 3)

    let none = try await model.embed([], as: .document)
    #expect(none.vectors.isEmpty && none.tokens == 0 && none.truncated == 0 && none.dimensions == model.dimensions)

    let texts = ["The cat sleeps on the sofa.", "A kitten naps on the couch.", "Interest rates rose by half a point."]
    for role in EmbeddingRole.allCases {
        let batch = try await model.embed(texts, as: role)
        #expect(batch.count == texts.count && batch.dimensions == model.dimensions)
        #expect(batch.vectors.count == texts.count * model.dimensions)
        #expect(batch.tokens >= texts.reduce(0) { $0 + model.tokenCount($1) })
        #expect(batch.truncated == 0)
        for index in texts.indices {
            #expect(abs(Samples.cosine(batch[index], batch[index]) - 1) < 1e-3)
            let alone = try await model.embed([texts[index]], as: role)
            #expect(Samples.cosine(alone[0], batch[index]) > 0.999, "order or batching changes vectors")
        }
        #expect(Samples.cosine(batch[0], batch[1]) > Samples.cosine(batch[0], batch[2]) + 0.1)
    }

    let long = String(repeating: "lake ", count: model.maxTokens + 10)
    #expect(try await model.embed([long, "lake"], as: .document).truncated == 1)

    for blank in ["", "  \n"] {
        await #expect(throws: ModelError.emptyText(index: 1)) { try await model.embed(["lake", blank], as: .document) }
    }
    let cancelled = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await model.embed(texts, as: .document)
    }
    await #expect(throws: ModelError.cancelled) { try await cancelled.value }
}
