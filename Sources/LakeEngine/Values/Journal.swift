public import LakeCore

/// A change of one field of something, to be recorded.
public struct EntityChange: Sendable {
    public var field: String
    public var old: AnyJSON?
    public var new: AnyJSON?

    public init(field: String, old: AnyJSON? = nil, new: AnyJSON? = nil) {
        self.field = field
        self.old = old
        self.new = new
    }
}

/// Changes of one thing that belong together.
public struct EventRequest: Sendable {
    /// What changed, in the caller's words: `candidate:4711`, `dataset:orders`.
    public var entity: String
    public var changes: [EntityChange]
    /// Where the news comes from; nil: `api`.
    public var source: String?
    public var workspace: String?

    public init(entity: String, changes: [EntityChange], source: String? = nil, workspace: String? = nil) {
        self.entity = entity
        self.changes = changes
        self.source = source
        self.workspace = workspace
    }
}

/// Something that happened to one field of one thing.
public struct JournalEvent: Sendable, Codable, Equatable {
    /// Names the event for ever: its place in a commit, or its writer and number in the journal.
    public var id: String
    public var entity: String
    public var field: String
    public var old: AnyJSON?
    public var new: AnyJSON?
    /// Who did it, by the key they showed.
    public var actor: String
    /// `commit` for what the lake itself recorded with a change of it.
    public var source: String
    public var workspace: String?
    /// The lake's version: the one the change made, or the newest when the event was told.
    public var version: Int
    public var at: String
}

/// Events, newest first.
public struct JournalPage: Sendable, Codable, Equatable {
    /// May be fewer than were asked for, or none, before the last page.
    public var items: [JournalEvent]
    /// Nil on the last page.
    public var nextCursor: String?
    /// Lines of the journal that are damaged and were passed over; a verification names them.
    public var damagedLines: Int
}

/// What a check of a journal's chains found.
public struct JournalCheck: Sendable, Codable, Equatable {
    public var journal: String
    public var segments: Int
    public var entries: Int
    /// The first hundred; each names the segment and the line.
    public var problems: [String]
    public var problemCount: Int
    /// Where each writer's chain ends.
    public var heads: [JournalHead]
}

/// The end of a chain.
public struct JournalHead: Sendable, Codable, Equatable {
    public var writer: String
    public var segment: String
    /// Of its last entry.
    public var seq: Int
    /// Of its last line.
    public var digest: String
}

/// What there is of a journal, and what this server has written to it.
public struct JournalStatus: Sendable, Codable, Equatable {
    public var journal: String
    /// Segments that are not compacted.
    public var segments: Int
    public var compactedFiles: Int
    public var compactedBytes: Int
    public var compactedLines: Int
    /// The chain this server writes; nil before its first entry.
    public var writer: String?
    /// Entries this server has made durable since it started.
    public var entries: Int
    /// Entries in this server's memory.
    public var waiting: Int
    /// Flushes that failed.
    public var failures: Int
    /// Entries refused because too many waited.
    public var refused: Int
}
