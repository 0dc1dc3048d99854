public import LakeCatalog
public import LakeCore
public import LakeIngest

/// What to do with a staged file.
public struct IngestRequest: Sendable {
    /// How the rows meet what is there.
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// A new dataset; refused when the name is taken.
        case create
        /// Added to the dataset, which is made when absent; the columns must fit.
        case append
        /// In place of all rows the dataset holds; made when absent.
        case replace
        /// In place of the rows with the same key, and beside the others; made when absent.
        case upsert
    }

    /// As the caller named the file; decides the default dataset name and ties between formats.
    public var fileName: String
    /// Nil: derived from the file's name.
    public var dataset: String?
    public var mode: Mode
    /// What becomes of a file whose columns are others than those of its dataset.
    public enum SchemaChanges: String, Sendable, Codable, CaseIterable {
        /// Further columns and wider types are taken over; a column that seems to have another name is asked about.
        case auto
        /// The same, and a column of another name is another column.
        case noRenames = "no_renames"
        /// The file is refused.
        case refuse
    }

    /// The columns by which rows are the same, for an upsert.
    public var rowKey: [String]
    public var schemaChanges = SchemaChanges.auto
    /// The bucket the rows' file goes to; nil: where the dataset's other files are, the primary one for a fresh dataset.
    public var bucket: String?
    /// Nil: found from the content.
    public var format: FileFormat?
    /// Whether the first record names the columns; nil: found from the content (CSV only).
    public var header: Bool?
    /// What stands between the fields; nil: found from the content (CSV only).
    public var delimiter: Character?
    /// Text and Markdown only.
    public var split: TextSplit

    public init(
        fileName: String,
        dataset: String? = nil,
        mode: Mode = .create,
        rowKey: [String] = [],
        bucket: String? = nil,
        format: FileFormat? = nil,
        header: Bool? = nil,
        delimiter: Character? = nil,
        split: TextSplit = .paragraph
    ) {
        self.fileName = fileName
        self.dataset = dataset
        self.mode = mode
        self.rowKey = rowKey
        self.bucket = bucket
        self.format = format
        self.header = header
        self.delimiter = delimiter
        self.split = split
    }
}

/// What became of a file.
public struct IngestResult: Sendable, Codable, Equatable {
    /// The dataset's name.
    public var dataset: String
    /// The lake version that holds the rows.
    public var version: Int
    public var mode: String
    public var format: String
    /// Rows this file brought.
    public var rows: Int
    /// Bytes of the file as it came.
    public var bytes: Int
    public var columns: [Column]
    /// True when the same bytes were there already: this is the first result again, and nothing changed.
    public var deduplicated: Bool
    public var rejectedRows: Int
    /// The first rejected rows, at most 100.
    public var rejected: [LakeCatalog.RejectedRow]
    /// What the reader decided that a person may want to know.
    public var notes: [String]
    /// What the columns seem to hold of people; nil in answers of before this was looked for.
    public var pii: [ColumnPersonalData]?
    /// How the dataset's columns differ from before, or the file's from those; nil in answers of before there were any.
    public var schemaChanges: [SchemaChange]? = []
}

/// What one column of a file seems to hold of people.
public struct ColumnPersonalData: Sendable, Codable, Equatable {
    public var column: String
    public var kind: PersonalData.Kind
    /// From 0 to 1.
    public var confidence: Double
    /// Of the values that were looked at.
    public var matches: Int
    public var sampled: Int

    init(column: String, _ found: PersonalData) {
        self.column = column
        kind = found.kind
        confidence = found.confidence
        matches = found.matches
        sampled = found.sampled
    }
}

/// A difference between the columns of a file and those of its dataset, and what became of it.
public struct SchemaChange: Sendable, Codable, Equatable {
    /// What became of it.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The dataset has the file's column from here on.
        case added
        /// The dataset's column has a wider type from here on.
        case widened
        /// The file has no such column; its rows have the column's default or nothing.
        case absent
    }

    public var change: Kind
    public var column: String
    /// The type before.
    public var from: String?
    /// The type from here on.
    public var to: String?

    public init(change: Kind, column: String, from: String? = nil, to: String? = nil) {
        self.change = change
        self.column = column
        self.from = from
        self.to = to
    }
}
