public import LakeCatalog
public import LakeCore

/// How other columns differ from those of a dataset.
public struct SchemaComparison: Sendable, Codable, Equatable {
    public var dataset: String
    /// The lake version whose columns they were compared with.
    public var version: Int
    public var diff: SchemaDiff
    /// Why a file with these columns would be refused; nil when it would not be.
    public var refusal: String?
}

/// Something that needs a column.
public struct ColumnUse: Sendable, Codable, Equatable {
    public var column: String
    /// `index`, `tombstone`, `clustering`.
    public var kind: String
    public var name: String

    /// For messages.
    var words: String { "'\(column)' by \(kind) \(name)" }
}

/// What rules make of the columns of a dataset.
public struct SchemaMigration: Sendable, Codable, Equatable {
    public var dataset: String
    /// The lake version with the columns; the one that was read when nothing was changed.
    public var version: Int
    public var columns: [Column]
    /// Whether nothing was changed, only looked at.
    public var dryRun: Bool
    /// What needs columns that are to go, and is in the way of that.
    public var needed: [ColumnUse]
}

extension SchemaMigration: RepeatableAnswer {
    mutating func settle(at version: Int) { self.version = version }
}
