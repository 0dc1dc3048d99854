public import LakeCore

/// What to index.
public struct IndexRequest: Sendable, Codable {
    public var name: String
    public var dataset: String
    public var textColumns: [String]
    /// Names each hit; nil: its data file and row number do.
    public var idColumn: String?
    public var chunk: ChunkSettings?
    /// Nil: the model of the server.
    public var model: String?

    public init(
        name: String,
        dataset: String,
        textColumns: [String],
        idColumn: String? = nil,
        chunk: ChunkSettings? = nil,
        model: String? = nil
    ) {
        self.name = name
        self.dataset = dataset
        self.textColumns = textColumns
        self.idColumn = idColumn
        self.chunk = chunk
        self.model = model
    }
}

/// A vector index as callers see it.
public struct IndexManifest: Sendable, Codable, Equatable {
    public var id: String
    public var name: String
    public var dataset: String
    public var textColumns: [String]
    public var idColumn: String?
    public var chunk: ChunkSettings
    public var model: ModelReference
    /// The serving generation; nil until the first is committed.
    public var generation: Int?
    public var dimensions: Int?
    public var rows: Int
    public var chunks: Int
    public var bytes: Int
    /// The dataset's version that the generation was read at.
    public var sourceVersion: Int?
    /// The dataset's rows that the generation has not seen; negative when rows went away.
    public var lagRows: Int
    public var stale: Bool
    public var createdAt: String
    public var updatedAt: String?
}

/// A background job, as it stands.
public struct JobStatus: Sendable, Codable, Equatable {
    /// The steps of its life.
    public enum State: String, Sendable, Codable {
        case queued, running, succeeded, failed, cancelled

        /// Whether nothing more will happen by itself.
        public var isFinal: Bool { self == .succeeded || self == .failed || self == .cancelled }
    }

    public var id: String
    public var kind: String
    /// What it works on, such as the index's name.
    public var subject: String
    public var state: State
    public var rowsDone: Int
    public var rowsTotal: Int
    public var chunksDone: Int
    /// Rows a second, since this process took it up.
    public var rate: Double
    /// Nil while unknown.
    public var etaS: Double?
    public var errors: [String]
    /// How often a process has taken it up; above 1 it was resumed.
    public var attempts: Int
    public var createdBy: String
    public var createdAt: String
    public var updatedAt: String
}

/// A search by meaning: by text or by vector.
public struct SearchRequest: Sendable, Codable {
    public var index: String
    public var query: String?
    public var vector: [Float]?
    /// 1 to 1,000; 10 when nil.
    public var k: Int?

    public init(index: String, query: String? = nil, vector: [Float]? = nil, k: Int? = nil) {
        self.index = index
        self.query = query
        self.vector = vector
        self.k = k
    }
}

/// One hit, best first.
public struct SearchResult: Sendable {
    public var id: String
    /// Cosine similarity, -1 to 1.
    public var score: Float
    /// The chunk that matched.
    public var text: String
    /// The column the chunk was cut from.
    public var column: String
    /// UTF-8 offsets of the chunk in that column's text.
    public var start: Int
    public var end: Int
    /// The row behind the hit, in column order.
    public var row: [(name: String, value: SQLValue)]
}

/// The answer to a search.
public struct SearchAnswer: Sendable {
    public var version: Int
    public var generation: Int
    /// The dataset's version the index was built from; the rows are of that version.
    public var sourceVersion: Int
    /// True when the dataset has changed since.
    public var stale: Bool
    public var results: [SearchResult]
    public var elapsedUs: Int
    public var exact: Bool
}
