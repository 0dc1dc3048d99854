/// How texts are cut before they are embedded.
public struct ChunkSettings: Hashable, Sendable, Codable {
    public var sizeTokens: Int
    /// Tokens that a chunk shares with the one before; fewer than it has.
    public var overlapTokens: Int

    public init(sizeTokens: Int, overlapTokens: Int) {
        self.sizeTokens = sizeTokens
        self.overlapTokens = overlapTokens
    }

    enum CodingKeys: String, CodingKey {
        case sizeTokens = "size_tokens"
        case overlapTokens = "overlap_tokens"
    }
}

/// Which model made the vectors, exactly: vectors of two models cannot be compared.
public struct ModelReference: Hashable, Sendable, Codable {
    public var id: String
    public var digest: String
    public var precision: String

    public init(id: String, digest: String, precision: String) {
        self.id = id
        self.digest = digest
        self.precision = precision
    }
}
