/// Which model made a vector: vectors of two identities are never compared.
public struct ModelIdentity: Hashable, Sendable, Codable {
    /// The model's name, such as `all-MiniLM-L6-v2`.
    public var id: String
    /// Pins the revision: everything a vector depends on, apart from `precision`.
    public var digest: String
    /// Of the arithmetic: `f32`, `bf16`, or what a remote server says.
    public var precision: String

    public init(id: String, digest: String, precision: String) {
        self.id = id
        self.digest = digest
        self.precision = precision
    }
}

/// What a text is embedded for.
public enum EmbeddingRole: String, Sendable, CaseIterable, Codable {
    /// A text to be stored and found later; nobody waits for it.
    case document
    /// A question to be asked; goes ahead of documents.
    case query
    /// A document's text that somebody waits for, to be compared with a question; goes ahead of documents.
    case candidate
}

/// The vectors of some texts, in the order of the texts.
public struct EmbeddingBatch: Sendable, Equatable {
    /// `[count × dimensions]`, row-major, each of length 1.
    public var vectors: [Float]
    public var dimensions: Int
    /// Tokens that the model read.
    public var tokens: Int
    /// Texts of which only the start was read because they were too long.
    public var truncated: Int

    public init(vectors: [Float], dimensions: Int, tokens: Int, truncated: Int) {
        self.vectors = vectors
        self.dimensions = dimensions
        self.tokens = tokens
        self.truncated = truncated
    }

    public var count: Int { dimensions == 0 ? 0 : vectors.count / dimensions }

    /// The vector of one text.
    public subscript(index: Int) -> ArraySlice<Float> { vectors[index * dimensions..<(index + 1) * dimensions] }
}

/// Turns texts into vectors whose dot products say how near the texts are in meaning.
///
/// Fits a model in this process as well as a server that is asked over the network.
public protocol EmbeddingModel: Sendable {
    var identity: ModelIdentity { get }
    /// Numbers in a vector.
    var dimensions: Int { get }
    /// Tokens of a text that are read, marks that the model adds not counted; what is longer is cut.
    var maxTokens: Int { get }

    /// Embeds some texts.
    ///
    /// - Throws: `ModelError.emptyText` when one has nothing to embed, `ModelError.cancelled`, `ModelError.busy`.
    func embed(_ texts: [String], as role: EmbeddingRole) async throws -> EmbeddingBatch

    /// Tokens of a whole text, marks not counted; an estimate where the model keeps its tokenizer to itself.
    func tokenCount(_ text: String) -> Int
}
