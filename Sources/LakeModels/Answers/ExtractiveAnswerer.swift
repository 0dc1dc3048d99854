/// Answers questions with sentences of the passages that were found for them, verbatim.
///
/// A sentence's relevance is its cosine similarity to the question, plus a share of its passage's, plus what the
/// question's rarer words in it and in its passage are worth. When no sentence reaches the floor, the passages do not
/// answer the question. How weights and floor were chosen: docs/MODELS.md, "Answers".
public struct ExtractiveAnswerer: Sendable {
    /// The least relevance of an answer's best sentence.
    static let floor: Float = 0.595
    /// What a passage's cosine similarity counts for in its sentences.
    static let passageScore: Float = 0.1
    /// What it is worth when a sentence has all words of the question, and when its passage has.
    static let sentenceWords: Float = 0.05
    static let passageWords: Float = 0.2
    /// Further sentences are at least this near to the best one.
    static let nearBest: Float = 0.8
    /// Sentences that say the same twice.
    static let duplicateCosine: Float = 0.92
    static let maximumSentences = 3
    /// Sentences that are embedded: bounds the time of an answer.
    static let maximumCandidates = 32

    public init() {}

    /// Chooses the one to three sentences that answer a question best.
    ///
    /// - Parameters:
    ///   - question: In words.
    ///   - passages: What a search found, best first.
    ///   - model: The one that gave the passages their scores.
    /// - Returns: The sentences; when none reaches the floor, the nearest one of each of the nearest passages.
    /// - Throws: What the model throws.
    public func answer(
        question: String,
        passages: [Passage],
        model: any EmbeddingModel
    ) async throws -> ExtractiveAnswer {
        let ranked = try await rank(passages, for: question, by: model)
        guard let best = ranked.first, best.relevance >= Self.floor else {
            return ExtractiveAnswer(sentences: nearest(ranked), found: false)
        }
        var chosen: [RankedSentence] = []
        for sentence in ranked where sentence.relevance >= max(Self.floor, best.relevance * Self.nearBest) {
            guard chosen.count < Self.maximumSentences else { break }
            let isNew = chosen.allSatisfy { other in
                RankedSentence.cosine(other.vector[...], sentence.vector[...]) < Self.duplicateCosine
            }
            if isNew { chosen.append(sentence) }
        }
        chosen.sort { $0.position < $1.position }
        return ExtractiveAnswer(sentences: chosen.map(\.sentence), found: true)
    }

    /// The candidate sentences, the most relevant first.
    func rank(
        _ passages: [Passage],
        for question: String,
        by model: any EmbeddingModel
    ) async throws -> [RankedSentence] {
        let candidates = AnswerCandidates(question: question, passages: passages).best(Self.maximumCandidates)
        guard !candidates.isEmpty else { return [] }
        async let asked = model.embed([question], as: .query)
        async let read = model.embed(candidates.map(\.sentence.text), as: .candidate)
        let (query, vectors) = try await (asked, read)
        return candidates.indices
            .map { index in
                let passage = passages[candidates[index].sentence.passage]
                return RankedSentence(candidates[index], of: passage, vector: Array(vectors[index]), question: query[0])
            }
            .sorted {
                ($1.relevance, $0.position.passage, $0.position.start)
                    < ($0.relevance, $1.position.passage, $1.position.start)
            }
    }

    private func nearest(_ ranked: [RankedSentence]) -> [ExtractedSentence] {
        var passages: Set<Int> = []
        let nearest = ranked.map(\.sentence).filter { passages.insert($0.passage).inserted }
        return Array(nearest.prefix(Self.maximumSentences))
    }
}

/// A candidate with its vector and what it is worth.
struct RankedSentence {
    let sentence: ExtractedSentence
    let vector: [Float]
    let relevance: Float

    /// Reading order.
    var position: (passage: Int, start: Int) { (sentence.passage, sentence.range.lowerBound) }

    init(_ candidate: AnswerCandidate, of passage: Passage, vector: [Float], question: ArraySlice<Float>) {
        var sentence = candidate.sentence
        sentence.score = Self.cosine(vector[...], question)
        self.sentence = sentence
        self.vector = vector
        relevance =
            sentence.score + ExtractiveAnswerer.passageScore * passage.score
            + ExtractiveAnswerer.sentenceWords * candidate.sentenceWords
            + ExtractiveAnswerer.passageWords * candidate.passageWords
    }

    /// Of vectors of length 1.
    static func cosine(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
