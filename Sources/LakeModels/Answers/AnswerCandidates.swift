import Foundation

/// A sentence that may answer a question, and how much of the question's words there is in it.
struct AnswerCandidate {
    var sentence: ExtractedSentence
    /// Share of the question's content words, weighed by their rarity, that the sentence has.
    var sentenceWords: Float
    /// The same for its passage.
    var passageWords: Float
}

/// The sentences of some passages with the words they share with a question.
struct AnswerCandidates {
    private var candidates: [AnswerCandidate] = []
    private let passages: [Passage]

    /// - Parameters:
    ///   - question: In words.
    ///   - passages: Best first; sentences that several have, as overlapping chunks do, count for the first.
    init(question: String, passages: [Passage]) {
        self.passages = passages
        var seen: Set<String> = []
        var stems: [Set<String>] = []
        for (number, passage) in passages.enumerated() {
            for sentence in Self.sentences(of: passage, number: number) where seen.insert(sentence.text).inserted {
                candidates.append(AnswerCandidate(sentence: sentence, sentenceWords: 0, passageWords: 0))
                stems.append(Set(ContentWords.stems(of: sentence.text)))
            }
        }
        let words = QuestionWords(question, in: stems)
        let passageWords = passages.map { words.share(in: Set(ContentWords.stems(of: $0.text))) }
        for index in candidates.indices {
            candidates[index].sentenceWords = words.share(in: stems[index])
            candidates[index].passageWords = passageWords[candidates[index].sentence.passage]
        }
    }

    /// Those worth embedding: of the passages with the best scores, and those with the question's words.
    func best(_ limit: Int) -> [AnswerCandidate] {
        guard candidates.count > limit else { return candidates }
        func promise(_ candidate: AnswerCandidate) -> Float {
            passages[candidate.sentence.passage].score + candidate.sentenceWords
        }
        return candidates.enumerated()
            .sorted { (promise($1.element), $0.offset) < (promise($0.element), $1.offset) }
            .prefix(limit)
            .map(\.element)
    }

    private static func sentences(of passage: Passage, number: Int) -> [ExtractedSentence] {
        var text = passage.text
        return text.withUTF8 { utf8 in
            SentenceSplitter.sentences(of: utf8).compactMap { sentence in
                let range = UnicodeScalar.trim(sentence, of: utf8)
                let text = String(decoding: utf8[range], as: UTF8.self)
                guard isStatement(text) else { return nil }
                return ExtractedSentence(text: text, passage: number, range: range, score: 0)
            }
        }
    }

    /// Headings and names say nothing by themselves; "Languages: Dutch" does.
    private static func isStatement(_ sentence: String) -> Bool {
        let words = sentence.split { !($0.isLetter || $0.isNumber) }
        return words.count >= 4 || (words.count >= 2 && sentence.dropLast().contains(":"))
    }
}

/// The content words of a question, each with its rarity among the sentences that might answer it.
private struct QuestionWords {
    // An array, not a dictionary: sums must not depend on an order that changes with each run.
    private let words: [(stem: String, rarity: Float)]
    private let total: Float

    init(_ question: String, in sentences: [Set<String>]) {
        var seen: Set<String> = []
        words = ContentWords.stems(of: question).filter { seen.insert($0).inserted }
            .map { stem in
                let frequency = Float(sentences.count { $0.contains(stem) })
                return (stem, log(1 + Float(sentences.count) / (frequency + 0.5)))
            }
        total = words.reduce(0) { $0 + $1.rarity }
    }

    /// The share of the question's words that are in a text; 0 for a question of function words only.
    func share(in stems: Set<String>) -> Float {
        guard total > 0 else { return 0 }
        return words.reduce(0) { $0 + (stems.contains($1.stem) ? $1.rarity : 0) } / total
    }
}
