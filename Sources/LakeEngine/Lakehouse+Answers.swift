import LakeCatalog
public import LakeCore
import LakeModels
import LakeVector

extension Lakehouse {
    /// Answers a question from an index, every sentence cited; without a language model the sentences are quoted, not written.
    ///
    /// - Throws: `EngineError.invalid` naming the field; `EngineError.indexNotReady`.
    public func ask(_ request: AskRequest, for principal: Principal) async throws -> Answer {
        try await observed(.ask) { try await answer(request, for: principal) }
    }

    private func answer(_ request: AskRequest, for principal: Principal) async throws -> Answer {
        try await authorise(principal, .reader, "ask", on: request.index.map { ["index:\($0)"] } ?? [])
        let started = ContinuousClock.now
        let k = request.k ?? 8
        guard (1...50).contains(k) else { throw EngineError.invalid(field: "k", reason: "must be 1 to 50, not \(k)") }
        guard !request.question.allSatisfy(\.isWhitespace) else {
            throw EngineError.invalid(field: "question", reason: "must not be empty")
        }
        let held = try memory.reserve(k * WorkingMemory.hit, from: .vectors)
        defer { withExtendedLifetime(held) {} }
        let state = try await log.state()
        let index = try askedIndex(request, in: state)
        let query = try await embed(question: request.question, for: index)
        let found = try await hits(for: query, k: k, index: index, in: state)
        let model = try await embeddingModel()
        let passages = found.hits.enumerated().map { number, hit in
            Passage(id: String(number), text: hit.record.text, score: hit.score)
        }
        let extracted = try await ExtractiveAnswerer().answer(
            question: request.question,
            passages: passages,
            model: model
        )
        let dataset = state.datasets[index.dataset]?.name.rawValue ?? ""
        let citations = extracted.sentences.enumerated().map { number, sentence in
            citation(number + 1, sentence, of: found.hits[sentence.passage].record, in: dataset, index)
        }
        return Answer(
            version: state.version,
            generation: found.generation.number,
            index: index.name.rawValue,
            found: extracted.found,
            answer: Self.text(extracted, citations),
            citations: citations,
            engine: "extractive",
            generated: false,
            model: model.identity.id,
            elapsedMs: Int((ContinuousClock.now - started) / .milliseconds(1))
        )
    }

    private func askedIndex(_ request: AskRequest, in state: LakeState) throws -> VectorIndex {
        if let name = request.index { return try index(name, in: state) }
        let names = state.indexes.values.map(\.name).sorted()
        guard let only = names.first, names.count == 1, let index = state.index(named: only) else {
            let choice =
                names.isEmpty
                ? "there is none yet: create one with POST /vectors/index"
                : "there are several: \(names.prefix(10).map(\.rawValue).joined(separator: ", "))"
            throw EngineError.invalid(field: "index", reason: "must name an index; \(choice)")
        }
        return index
    }

    private func citation(
        _ number: Int,
        _ sentence: ExtractedSentence,
        of record: ChunkRecord,
        in dataset: String,
        _ index: VectorIndex
    ) -> AnswerCitation {
        AnswerCitation(
            n: number,
            id: record.id,
            dataset: dataset,
            text: sentence.text,
            chunk: record.text,
            score: sentence.score,
            column: index.textColumns[record.column],
            start: record.start + sentence.range.lowerBound,
            end: record.start + sentence.range.upperBound
        )
    }

    private static func text(_ extracted: ExtractiveAnswer, _ citations: [AnswerCitation]) -> String {
        guard extracted.found else { return "Not found in the data: no passage answers this." }
        return citations.map { "\($0.text) [\($0.n)]" }.joined(separator: " ")
    }
}
