public import LakeCore

/// What a file holds, as far as this room reads it.
public enum FileFormat: String, Sendable, Codable, CaseIterable {
    /// Records of delimited fields, whatever the delimiter.
    case csv
    /// One array of objects, or one object.
    case json
    /// One object after another.
    case ndjson
    case parquet
    /// A stream or a file of Arrow's interprocess format.
    case arrow
    case text
    case markdown

    /// As a sentence names it.
    var title: String {
        switch self {
        case .csv: "CSV"
        case .json: "JSON"
        case .ndjson: "NDJSON"
        case .parquet: "Parquet"
        case .arrow: "Arrow"
        case .text: "text"
        case .markdown: "Markdown"
        }
    }
}

/// What becomes a row of a text.
public enum TextSplit: String, Sendable, Codable, CaseIterable {
    /// The whole file.
    case document
    /// What stands between empty lines.
    case paragraph
}

/// What a caller knows or wants of one file.
public struct IngestOptions: Sendable, Hashable {
    /// As the user calls the file; shown in messages and in the column `source` of texts.
    public var fileName: String
    /// Nil to find out.
    public var format: FileFormat?
    /// Whether the first record of a CSV names the columns; nil to find out.
    public var header: Bool?
    /// Between the fields of a CSV: one ASCII character; nil to find out.
    public var delimiter: Character?
    public var split: TextSplit
    /// For an append: the file must have these columns, and gets their types and field ids.
    public var expectedSchema: Schema?
    /// The column that says when a row happened.
    public var eventTimeColumn: String?
    /// With it the file may have other columns than those expected: its further ones get field ids from here on, values of its
    /// narrower types count as the wider ones and the other way round, and rows get nothing where it has no column.
    public var nextFieldID: Int?

    public init(
        fileName: String,
        format: FileFormat? = nil,
        header: Bool? = nil,
        delimiter: Character? = nil,
        split: TextSplit = .paragraph,
        expectedSchema: Schema? = nil,
        nextFieldID: Int? = nil,
        eventTimeColumn: String? = nil
    ) {
        self.fileName = fileName
        self.format = format
        self.header = header
        self.delimiter = delimiter
        self.split = split
        self.expectedSchema = expectedSchema
        self.eventTimeColumn = eventTimeColumn
        self.nextFieldID = nextFieldID
    }
}
