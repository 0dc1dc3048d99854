/// A question to be answered from an index.
public struct AskRequest: Sendable, Codable {
    /// Nil: the only index there is.
    public var index: String?
    public var question: String
    /// Passages to read, 1 to 50; 8 when nil.
    public var k: Int?

    public init(index: String? = nil, question: String, k: Int? = nil) {
        self.index = index
        self.question = question
        self.k = k
    }
}

/// A passage an answer rests on.
public struct AnswerCitation: Sendable, Codable, Equatable {
    /// As marked in the answer's text: `[1]`.
    public var n: Int
    /// The row's id.
    public var id: String
    /// The dataset the row is of.
    public var dataset: String
    /// The sentence that is quoted, verbatim.
    public var text: String
    /// The chunk it stands in.
    public var chunk: String
    /// Cosine similarity of the sentence to the question.
    public var score: Float
    /// UTF-8 offsets of the sentence in its column.
    public var column: String
    public var start: Int
    public var end: Int
}

/// An answer with its grounds.
public struct Answer: Sendable, Codable, Equatable {
    public var version: Int
    public var generation: Int
    public var index: String
    /// False: nothing in the data passed the floor, and `citations` are the nearest passages, not grounds.
    public var found: Bool
    public var answer: String
    public var citations: [AnswerCitation]
    /// What made it: `extractive`.
    public var engine: String
    /// True when a language model wrote it.
    public var generated: Bool
    /// The embedding model that chose the passages.
    public var model: String
    public var elapsedMs: Int
}
