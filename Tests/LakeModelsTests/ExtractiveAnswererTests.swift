import LakeTesting
import Synchronization
import Testing

@testable import LakeModels

@Suite struct ExtractiveAnswererTests {
    /// A corpus with questions that it answers and ones that it does not.
    private struct Corpus: Decodable {
        struct Question: Decodable {
            var question: String
            /// Part of the sentence that answers it.
            var expect: String
        }

        var passages: [String]
        var answerable: [Question]
        var unanswerable: [String]
    }

    /// Embeds each text once: vectors do not depend on the batch.
    private actor RememberingModel: EmbeddingModel {
        nonisolated let base: LocalEmbeddingModel
        private var known: [String: [Float]] = [:]

        init(_ base: LocalEmbeddingModel) { self.base = base }

        nonisolated var identity: ModelIdentity { base.identity }
        nonisolated var dimensions: Int { base.dimensions }
        nonisolated var maxTokens: Int { base.maxTokens }
        nonisolated func tokenCount(_ text: String) -> Int { base.tokenCount(text) }

        func embed(_ texts: [String], as role: EmbeddingRole) async throws -> EmbeddingBatch {
            let new = Array(Set(texts.filter { known[$0] == nil }))
            let batch = try await base.embed(new, as: role)
            for (index, text) in new.enumerated() { known[text] = Array(batch[index]) }
            let vectors = texts.flatMap { known[$0] ?? [] }
            return EmbeddingBatch(vectors: vectors, dimensions: dimensions, tokens: batch.tokens, truncated: 0)
        }
    }

    /// The eight passages nearest to a question, best first.
    private func search(_ question: String, _ passages: [String], _ model: any EmbeddingModel) async throws -> [Passage]
    {
        let query = try await model.embed([question], as: .query)
        let vectors = try await model.embed(passages, as: .document)
        let found = passages.indices.map { index in
            Passage(id: "p\(index)", text: passages[index], score: Samples.cosine(query[0], vectors[index]))
        }
        return Array(found.sorted { $0.score > $1.score }.prefix(8))
    }

    private func ask(_ question: String, _ passages: [String]) async throws -> (ExtractiveAnswer, [Passage]) {
        let model = try await SharedModel.model()
        let found = try await search(question, passages, model)
        return (try await ExtractiveAnswerer().answer(question: question, passages: found, model: model), found)
    }

    private static func corpus(_ name: String) throws -> Corpus {
        try #require(try Samples.golden("answers.json", as: [String: Corpus].self)[name])
    }

    @Test(arguments: [("resumes", 17, 23), ("handbook", 22, 23), ("support", 16, 18)])
    func mostQuestionsAreAnsweredAndMostOthersAreNot(name: String, answered: Int, refused: Int) async throws {
        let corpus = try Self.corpus(name)
        let model = RememberingModel(try await SharedModel.model())
        var right = 0
        for question in corpus.answerable {
            let passages = try await search(question.question, corpus.passages, model)
            let answer = try await ExtractiveAnswerer().answer(
                question: question.question,
                passages: passages,
                model: model
            )
            if answer.found { right += 1 }
            expectVerbatim(answer, passages)
        }
        #expect(right >= answered)
        var rejected = 0
        for question in corpus.unanswerable {
            let passages = try await search(question, corpus.passages, model)
            let answer = try await ExtractiveAnswerer().answer(question: question, passages: passages, model: model)
            if !answer.found { rejected += 1 }
            expectVerbatim(answer, passages)
        }
        #expect(rejected >= refused)
    }

    private func expectVerbatim(_ answer: ExtractiveAnswer, _ passages: [Passage]) {
        #expect((1...3).contains(answer.sentences.count))
        for sentence in answer.sentences {
            let text = Array(passages[sentence.passage].text.utf8)
            #expect(String(decoding: text[sentence.range], as: UTF8.self) == sentence.text)
            #expect((-1...1).contains(sentence.score))
        }
        if answer.found {
            let places = answer.sentences.map { ($0.passage, $0.range.lowerBound) }
            #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 }, "not in reading order")
        }
    }

    @Test func aQuestionIsAnsweredWithTheSentenceThatSaysIt() async throws {
        let (answer, passages) = try await ask(
            "Who has experience with Kubernetes and Terraform?",
            try Self.corpus("resumes").passages
        )
        #expect(answer.found)
        #expect(answer.engine == "extractive" && !answer.generated)
        let first = try #require(answer.sentences.first)
        #expect(first.text.contains("Kubernetes clusters in production"))
        #expect(passages[first.passage].text.hasPrefix("Maria Lindqvist"))
    }

    @Test func aQuestionThatNothingAnswersGivesTheNearestPassages() async throws {
        let (answer, _) = try await ask(
            "What is the boiling point of tungsten?",
            try Self.corpus("resumes").passages
        )
        #expect(!answer.found)
        #expect(Set(answer.sentences.map(\.passage)).count == 3)
        #expect(answer.sentences.allSatisfy { $0.score < 0.4 })
    }

    @Test func aSentenceInSeveralPassagesIsSaidOnce() async throws {
        let text = "The library opens at nine in the morning. It is closed on Mondays."
        let again = "It is closed on Mondays. The library opens at nine in the morning. Bring a card."
        let near = "The library opens at 9 in the morning, you know."
        let (answer, _) = try await ask("When does the library open in the morning?", [text, again, near])
        #expect(answer.found)
        #expect(answer.sentences.count { $0.text.contains("opens at") } == 1)
    }

    @Test(arguments: [[], ["", "  "], ["Heading"]])
    func passagesWithoutSentencesAnswerNothing(passages: [String]) async throws {
        let model = try await SharedModel.model()
        let answer = try await ExtractiveAnswerer().answer(
            question: "What?",
            passages: passages.map { Passage(id: "p", text: $0, score: 0) },
            model: model
        )
        #expect(answer == ExtractiveAnswer(sentences: [], found: false))
    }

    @Test func onlyTheMostPromisingSentencesAreEmbedded() {
        let dull = (0..<40).map { "Sentence number \($0) is about something else." }.joined(separator: " ")
        let passages = [
            Passage(id: "a", text: dull, score: 0.5),
            Passage(id: "b", text: "Nothing here at all. Herons nest by the old mill.", score: 0.1),
        ]
        let best = AnswerCandidates(question: "Where do herons nest?", passages: passages).best(32)
        #expect(best.count == 32)
        #expect(best.first?.sentence.text == "Herons nest by the old mill.")
        #expect(best.first?.sentenceWords == 1 && best.first?.passageWords == 1)
    }

    @Test func inflectionsOfAWordMeet() {
        for words in [
            "cluster clusters clustering clustered", "query queries", "certificate certificates", "plan plans planned",
        ] {
            #expect(Set(ContentWords.stems(of: words)).count == 1, "\(words)")
        }
        #expect(ContentWords.stems(of: "Who is the C++ or C# developer?") == ["c++", "c#", "develop"])
        #expect(ContentWords.stems(of: "What is it?").isEmpty)
    }
}
