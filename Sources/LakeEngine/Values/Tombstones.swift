import LakeCatalog
import LakeCore

/// Rows that were hidden by their keys and can be brought back, as callers see it.
public struct TombstoneManifest: Sendable, Codable, Equatable {
    public var id: String
    public var dataset: String
    public var rowKeyColumns: [String]
    /// How many keys were named.
    public var keys: Int
    /// How many rows they hid.
    public var rows: Int
    public var actor: String
    public var reason: String
    public var at: String
    /// The lake version that hid them.
    public var version: Int

    init(_ tombstone: Tombstone, of dataset: String) {
        id = tombstone.id.rawValue
        self.dataset = dataset
        rowKeyColumns = tombstone.columns
        keys = tombstone.keys
        rows = tombstone.rows
        actor = tombstone.actor
        reason = tombstone.reason
        at = tombstone.at
        version = tombstone.version
    }
}

/// What asking for rows to be hidden did.
public struct TombstoneOutcome: Sendable, Codable, Equatable {
    /// Nil when no row had any of the keys.
    public var id: String?
    public var dataset: String
    public var version: Int
    public var keys: Int
    public var rowsHidden: Int
    /// The rows of the dataset afterwards.
    public var rows: Int
}

extension TombstoneOutcome: RepeatableAnswer {
    mutating func settle(at version: Int) { self.version = version }
}

/// What merging the files of a dataset did.
public struct CompactionOutcome: Sendable, Codable, Equatable {
    public var dataset: String
    public var version: Int
    public var filesBefore: Int
    public var filesAfter: Int
    public var bytesBefore: Int
    public var bytesAfter: Int
    /// Deleted rows that are in no file of the newest version any more.
    public var rowsErased: Int
    /// Tombstones that can no longer be undone.
    public var tombstonesErased: Int
    public var rows: Int
}

extension CompactionOutcome: RepeatableAnswer {
    mutating func settle(at version: Int) {}
}

/// A version of a dataset: what changed, who did it and why.
public struct DatasetVersion: Sendable, Codable, Equatable {
    /// Of the lake.
    public var version: Int
    public var at: String
    public var actor: String
    public var reason: String
    /// The kinds of change, as the log calls them.
    public var changes: [String]
    public var rowsAdded: Int
    public var rowsRemoved: Int
    public var bytesAdded: Int
    public var bytesRemoved: Int
    /// Afterwards.
    public var rows: Int
    public var files: Int
    /// What the version is named.
    public var tags: [String] = []
}
