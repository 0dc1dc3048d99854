public import LakeCore

/// What a name in a statement stands for: immutable Parquet files read with one schema.
public struct Relation: Hashable, Sendable {
    /// Local paths and addresses; none for an empty table.
    public var files: [String]
    public var schema: Schema

    /// Further rows, in memory, before those of the files.
    public var hot: [HotTable] = []

    /// Whether its rows say where they stand, in the columns `file_index` and `file_row_number` before their own.
    public var isPlaced = false

    /// For a journal: local paths of its segments, of JSON lines; its ``files`` hold such lines as text.
    ///
    /// The columns `recorded_at`, `writer` and `seq` are those of the line, all others fields of its entry.
    public var segments: [String]?

    /// For a table that is in no file: its rows as the text of a JSON array of objects, which need not have every column.
    public var values: String?
    /// Which of the files were written with other columns than these, all files in order; empty: none.
    public var spans: [FileSpan] = []

    /// The rows of the files that are deleted; nil for none.
    public var deletions: DeletionSet?

    /// For the changes of a table: its rows, which came or went, instead of those of ``files``.
    public var changes: [RelationChange]?

    public init(files: [String], schema: Schema, deletions: DeletionSet? = nil) {
        self.files = files
        self.schema = schema
        self.deletions = deletions
    }

    /// The changes of a table.
    public init(changes: [RelationChange], schema: Schema) {
        self.init(files: [], schema: schema)
        self.changes = changes
    }

    /// A table that is in no file.
    ///
    /// - Parameters:
    ///   - values: A JSON array of objects.
    ///   - schema: Which of their members there are, and their types.
    public init(values: String, schema: Schema) {
        self.init(files: [], schema: schema)
        self.values = values
    }

    /// A journal.
    ///
    /// - Parameters:
    ///   - segments: Local paths of JSON lines.
    ///   - files: Local paths of Parquet files with such lines in the column `text`.
    ///   - schema: Which of the fields there are, and their types.
    public init(journal segments: [String], compacted files: [String], schema: Schema) {
        self.init(files: files, schema: schema)
        self.segments = segments
    }
}

/// Rows of a table that were changed in one way, which the column `_change` says before their own.
public struct RelationChange: Hashable, Sendable {
    /// What was done to the rows.
    public enum Kind: String, Sendable {
        case insert, delete
    }

    /// The column that says so.
    public static let column = "_change"

    public var kind: Kind
    public var rows: Relation
    /// Rows that are no change: each takes one that is equal away.
    public var except: [Relation]

    public init(_ kind: Kind, _ rows: Relation, except: [Relation] = []) {
        self.kind = kind
        self.rows = rows
        self.except = except
    }
}

extension Relation {
    /// All files, written with these columns.
    var wholeSpan: FileSpan { FileSpan(files: files.indices, schema: schema) }
}

/// Neighbouring files of a relation that were all written with the same columns.
public struct FileSpan: Hashable, Sendable {
    /// Their places in the relation's list.
    public var files: Range<Int>
    /// The columns they have, which are the relation's where their field ids are the same.
    public var schema: Schema
    /// What rows have in columns that the files do not have, as text, by field id; NULL in any other.
    public var fallbacks: [Int: String]

    public init(files: Range<Int>, schema: Schema, fallbacks: [Int: String] = [:]) {
        self.files = files
        self.schema = schema
        self.fallbacks = fallbacks
    }

    /// The value of a column of the relation in a row of the files, by its name.
    func expression(_ column: Column) -> String {
        let name = SQLText.quoteIdentifier(column.name)
        guard let stored = schema.column(id: column.fieldID) else {
            let value = fallbacks[column.fieldID].map(SQLText.quoteLiteral) ?? "NULL"
            return "CAST(\(value) AS \(column.type)) AS \(name)"
        }
        let value = SQLText.quoteIdentifier(stored.name)
        if stored.type != column.type {
            return "\(SQLText.converted(value, from: stored.type, to: column.type)) AS \(name)"
        }
        return stored.name == column.name ? name : "\(value) AS \(name)"
    }
}

/// The values of a statement's placeholders.
public enum Parameters: Hashable, Sendable {
    case none
    /// For `?` and `$1`, in order.
    case positional([SQLValue])
    /// For `$name`, without the dollar sign.
    case named([String: SQLValue])
}

/// How much a query may return and how long it may take.
public struct QueryLimits: Hashable, Sendable {
    public var maxRows: Int?
    /// Of results as the engine holds them, counted per batch: the batch that passes it is the last.
    public var maxBytes: Int?
    /// From the start to the last row.
    public var timeout: Duration?

    public init(maxRows: Int? = nil, maxBytes: Int? = nil, timeout: Duration? = nil) {
        self.maxRows = maxRows
        self.maxBytes = maxBytes
        self.timeout = timeout
    }
}
