/// What memory is used for; each pool has a limit of its own, so that one kind of work cannot starve the others.
public enum MemoryPool: String, Sendable, CaseIterable, Codable {
    /// Bodies of requests, while they are read and parsed.
    case httpBodies = "http_bodies"
    /// Queries under way, and the SQL engine that runs them.
    case queries
    /// Files that are read, and the engine that reads them.
    case ingest
    /// Index generations kept open between searches.
    case cache
    /// Searches, answers and embeddings under way.
    case vectors
    /// Chunks and vectors of indexes that are built.
    case indexBuilds = "index_builds"
}

/// How much memory may be used.
public struct MemoryLimits: Sendable, Equatable {
    /// What the process may hold in all, in bytes; while it holds more, nothing new is begun.
    public var process: Int?
    private var pools: [MemoryPool: Int]

    /// Limits that limit nothing.
    public init() {
        process = nil
        pools = [:]
    }

    /// A pool's limit, in bytes.
    public subscript(pool: MemoryPool) -> Int {
        get { pools[pool] ?? .max }
        set { pools[pool] = newValue }
    }
}
