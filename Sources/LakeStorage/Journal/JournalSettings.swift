/// How a ``Journal`` writes.
public struct JournalSettings: Sendable {
    /// How long an entry that nobody waits for may stay in memory.
    public var delay = Duration.seconds(1)
    /// Entries that nobody waits for are written early once there are this many.
    public var earlyEntries = 2048
    /// At most this many entries wait; one more is refused.
    public var waitingEntries = 65_536
    /// At most this many bytes of entries wait.
    public var waitingBytes = 32 << 20
    /// At most this many bytes of entries go into one segment, and one entry has no more.
    public var segmentBytes = 1 << 20
    /// How often a write is tried while the store fails.
    public var storeAttempts = 4
    /// What the growing pauses between attempts start from.
    public var pause = Duration.milliseconds(2)

    public init() {}
}

/// What a journal of this process has done since it was opened.
public struct JournalStats: Hashable, Sendable {
    /// The writer's identifier; nil before its first segment.
    public internal(set) var writer: String?
    /// Entries that are durable.
    public internal(set) var entries = 0
    public internal(set) var segments = 0
    public internal(set) var bytes = 0
    /// Entries in memory.
    public internal(set) var waiting = 0
    /// Flushes that failed.
    public internal(set) var failures = 0
    /// Entries that were refused because too many waited.
    public internal(set) var refused = 0
}

/// Where an entry went: its writer and its number among that writer's entries.
public struct JournalReceipt: Hashable, Sendable {
    public let writer: String
    /// From 1, without gaps.
    public let seq: Int
    public let at: String
}
