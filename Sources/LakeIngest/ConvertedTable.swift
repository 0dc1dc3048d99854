public import LakeCore

/// A record that was left out, and why; never its values.
public struct RejectedRow: Sendable, Hashable, Codable {
    /// Of the file, from 1: where the record starts.
    public var line: Int?
    public var reason: String

    public init(line: Int?, reason: String) {
        self.line = line
        self.reason = reason
    }
}

/// What became of a file.
public struct ConvertedTable: Sendable, Hashable {
    public var format: FileFormat
    /// Of the Parquet file, with the field ids in it.
    public var schema: Schema
    public var rows: Int
    /// Of the Parquet file.
    public var bytes: Int
    /// With `rows` this is the number of records in the file.
    public var rejectedRows: Int
    /// The first ``ConvertedTable/sampleLimit`` of them.
    public var rejectedSamples: [RejectedRow]
    /// What a person should know of the choices made: dates that stayed text, names that changed.
    public var notes: [String]
    /// What its columns seem to hold of people, by their names.
    public var personalData: [String: [PersonalData]] = [:]
    /// The latest time in the column of event times, in RFC 3339; nil when there is none.
    public var highWater: String?
    /// The file's columns in its order, as the table names them; the table may have others.
    public var fileColumns: [String]

    /// How many rejected rows are told one by one.
    public static let sampleLimit = 100

    public init(
        format: FileFormat,
        schema: Schema,
        rows: Int,
        bytes: Int,
        rejectedRows: Int = 0,
        rejectedSamples: [RejectedRow] = [],
        notes: [String] = [],
        fileColumns: [String] = []
    ) {
        self.format = format
        self.schema = schema
        self.rows = rows
        self.bytes = bytes
        self.rejectedRows = rejectedRows
        self.rejectedSamples = rejectedSamples
        self.notes = notes
        self.fileColumns = fileColumns
    }
}
