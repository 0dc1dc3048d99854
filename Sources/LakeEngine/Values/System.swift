public import LakeCore

/// An API key without its secret.
public struct KeyManifest: Sendable, Codable, Equatable {
    public var id: String
    public var name: String
    public var role: Principal.Role
    public var createdAt: String
    public var revokedAt: String?
}

/// A fresh API key: the only time its secret is seen.
public struct CreatedKey: Sendable, Codable {
    public var key: KeyManifest
    /// Sent as `X-API-Key`; the lake keeps only its SHA-256.
    public var secret: String
}

/// Whether each part can do its work.
public struct Readiness: Sendable, Codable, Equatable {
    /// One part's state.
    public struct Part: Sendable, Codable, Equatable {
        public var name: String
        public var ready: Bool
        /// Why not, or what is worth knowing.
        public var reason: String?
    }

    public var ready: Bool
    public var parts: [Part]
}

/// Vectors for texts.
public struct EmbedAnswer: Sendable {
    public var model: String
    public var digest: String
    public var precision: String
    public var dimensions: Int
    /// `[count × dimensions]`, row-major.
    public var vectors: [Float]
    public var tokens: Int
    /// Texts that were longer than the model reads.
    public var truncated: Int
}

/// A model the server can use.
public struct ModelManifest: Sendable, Codable, Equatable {
    public var id: String
    public var kind: String
    public var digest: String
    public var precision: String
    public var dimensions: Int
    public var maxTokens: Int
}

/// How the demo lake is coming along.
public struct DemoProgress: Sendable {
    public var dataset: String
    public var rows: Int
    public var datasetsDone: Int
    public var datasetsTotal: Int
}

/// How large a demo lake to make.
public enum DemoScale: String, Sendable, Codable, CaseIterable {
    /// About 50,000 rows and 2,000 résumés.
    case small
    /// 2.47 million rows and 100,000 résumés.
    case full
}
