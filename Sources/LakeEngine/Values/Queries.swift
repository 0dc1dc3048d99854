public import LakeCore
public import LakeSQL

/// A question in SQL.
public struct QueryRequest: Sendable {
    public var sql: String
    public var parameters: Parameters
    /// Rows handed out at most; nil: the server's limit.
    public var maxRows: Int?
    /// Encoded bytes handed out at most; nil: the server's limit.
    public var maxBytes: Int?
    /// Nil: the server's limit.
    public var timeout: Duration?
    /// The lake version to read; nil: the newest.
    public var version: Int?

    public init(
        sql: String,
        parameters: Parameters = .none,
        maxRows: Int? = nil,
        maxBytes: Int? = nil,
        timeout: Duration? = nil,
        version: Int? = nil
    ) {
        self.sql = sql
        self.parameters = parameters
        self.maxRows = maxRows
        self.maxBytes = maxBytes
        self.timeout = timeout
        self.version = version
    }
}

/// A query that has begun: its rows are drawn from `running`.
public struct QueryAnswer: Sendable {
    /// The lake version every table of the query is read at.
    public var version: Int
    public var queryID: String
    public var running: RunningQuery
    /// The most bytes a door may send.
    public var maxBytes: Int
    /// Held until the last row is sent.
    public let memory: MemoryReservation
    /// What the answer is kept under when it is short; nil when it is not kept.
    var cacheKey: ResultKey?
    /// Held as long as the answer is, among the queries that the caller may have at once.
    var place: CallerPlace?

    /// Whether the answer may be kept, and was not.
    public var isCacheMiss: Bool { cacheKey != nil }
}

/// A query under way.
public struct QueryStatus: Sendable, Codable, Equatable {
    public var queryID: String
    public var principal: String
    public var sql: String
    public var startedAt: String
    public var elapsedMs: Int
    public var version: Int
}

/// How a query would be carried out.
public struct QueryPlan: Sendable, Encodable {
    public var version: Int
    /// The last step; its inputs are below it.
    public var plan: PlanNode
    /// What it reads, by name.
    public var tables: [Table]

    /// A table of a query, and where its rows come from.
    public struct Table: Hashable, Sendable, Encodable {
        /// `cache`: from memory alone; `store`: from files alone.
        public enum Source: String, Sendable, Encodable {
            case cache, store, both
        }

        /// In lowercase, after its bucket if the text names one.
        public var name: String
        public var source: Source
        /// How many files are read.
        public var files: Int

        init(_ table: TableReference, _ relation: Relation) {
            name = (table.bucket.map { $0 + "." } ?? "").lowercased() + table.name.lowercased()
            files = relation.files.count
            source = relation.hot.isEmpty ? .store : relation.files.isEmpty ? .cache : .both
        }
    }
}
