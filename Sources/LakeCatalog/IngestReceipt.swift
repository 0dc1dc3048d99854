public import LakeCore

/// What one ingested file became, so that the same content again can be recognised.
public struct IngestReceipt: Hashable, Sendable, Codable {
    /// Of the file's content.
    public var sha256: String
    public var dataset: DatasetID
    /// The version of the log that holds the rows; set when its transaction is applied.
    public var version: Int
    public var fileName: String
    public var format: String
    /// `create`, `append`, `replace`.
    public var mode: String
    public var rows: Int
    /// Of the file as it came.
    public var bytes: Int
    public var columns: [Column]
    public var rejectedRows: Int
    /// The first few rejected rows.
    public var rejectedSamples: [RejectedRow]
    public var at: String

    public init(
        sha256: String,
        dataset: DatasetID,
        version: Int = 0,
        fileName: String,
        format: String,
        mode: String,
        rows: Int,
        bytes: Int,
        columns: [Column],
        rejectedRows: Int = 0,
        rejectedSamples: [RejectedRow] = [],
        at: String = WallClock.now()
    ) {
        self.sha256 = sha256
        self.dataset = dataset
        self.version = version
        self.fileName = fileName
        self.format = format
        self.mode = mode
        self.rows = rows
        self.bytes = bytes
        self.columns = columns
        self.rejectedRows = rejectedRows
        self.rejectedSamples = rejectedSamples
        self.at = at
    }

    enum CodingKeys: String, CodingKey {
        case sha256, dataset, version, format, mode, rows, bytes, columns, at
        case fileName = "file_name"
        case rejectedRows = "rejected_rows"
        case rejectedSamples = "rejected_samples"
    }
}

/// A row of a source that could not be taken in.
public struct RejectedRow: Hashable, Sendable, Codable {
    /// In the source, from 1; nil where the format has no lines.
    public var line: Int?
    public var reason: String

    public init(line: Int?, reason: String) {
        self.line = line
        self.reason = reason
    }
}
