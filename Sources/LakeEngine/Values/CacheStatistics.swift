/// What is kept in memory for queries.
public struct CacheStatistics: Sendable, Codable, Equatable {
    public var budgetBytes: Int
    public var usedBytes: Int
    /// By name.
    public var items: [CachedDataset]
    public var results: ResultCacheStatistics
}

/// Short answers that are kept, of this server since it started.
public struct ResultCacheStatistics: Sendable, Codable, Equatable {
    public var budgetBytes: Int
    public var usedBytes: Int
    public var entries: Int
    public var hits: Int
    /// Of questions whose answers may be kept.
    public var misses: Int
}

/// A pinned dataset on this server.
public struct CachedDataset: Sendable, Codable, Equatable {
    public var dataset: String
    /// The lake version of the dataset that is in memory.
    public var version: Int
    public var rows: Int
    public var bytes: Int
    /// How many tables hold them.
    public var tables: Int
    /// Queries that read them, of this server since it started.
    public var hits: Int
    public var lastUsedAt: String
    /// Why it is not in memory, or not as it is now.
    public var problem: String?
}
