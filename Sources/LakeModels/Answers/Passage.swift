/// A piece of text that was found for a question.
public struct Passage: Sendable, Hashable {
    /// The caller's name for it.
    public var id: String
    public var text: String
    /// Cosine similarity of the passage to the question.
    public var score: Float

    public init(id: String, text: String, score: Float) {
        self.id = id
        self.text = text
        self.score = score
    }
}

/// A sentence of a passage, verbatim: the citation and the thing cited in one.
public struct ExtractedSentence: Sendable, Hashable {
    public var text: String
    /// Position of its passage among those handed in.
    public var passage: Int
    /// UTF-8 offsets of the sentence in the passage's text.
    public var range: Range<Int>
    /// Cosine similarity of the sentence to the question.
    public var score: Float

    public init(text: String, passage: Int, range: Range<Int>, score: Float) {
        self.text = text
        self.passage = passage
        self.range = range
        self.score = score
    }
}

/// An answer made of sentences that stand in the passages.
public struct ExtractiveAnswer: Sendable, Hashable {
    /// In the order of the passages, and within one in reading order.
    ///
    /// When nothing answers the question, what comes nearest to it, best first: not an answer.
    public var sentences: [ExtractedSentence]
    /// Whether some sentence passed the floor.
    public var found: Bool

    public init(sentences: [ExtractedSentence], found: Bool) {
        self.sentences = sentences
        self.found = found
    }

    /// What made the answer.
    public var engine: String { "extractive" }
    /// Whether a language model wrote it.
    public var generated: Bool { false }
}
