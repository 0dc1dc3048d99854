public import LakeCore
import LakeStorage

/// A form in which the result of a query is kept.
public enum ResultForm: String, Sendable, Codable, CaseIterable {
    /// Handed out by page.
    case json
    case ndjson
    case csv
    case arrow
    case parquet
}

/// A query that nobody waits for.
public struct BackgroundQuery: Sendable, Codable, Equatable {
    /// How far it has come.
    public enum State: String, Sendable, Codable {
        case queued, running, succeeded, failed, cancelled

        /// Whether it stays what it is.
        public var isFinal: Bool { self != .queued && self != .running }
    }

    /// Why it failed.
    public struct Failure: Sendable, Codable, Equatable {
        public var code: String
        public var detail: String
    }

    public var queryID: String
    public var state: State
    public var sql: String
    public var form: ResultForm
    /// The lake version every table is read at.
    public var version: Int
    public var createdAt: String
    public var finishedAt: String?
    /// When the result is taken away.
    public var expiresAt: String?
    /// Those of the result, once there is one.
    public var columns: [ResultColumn]?
    public var rowCount: Int?
    public var bytes: Int?
    /// Whether a limit cut the result.
    public var hasMore: Bool?
    public var error: Failure?
}

/// Some rows of a kept result.
public struct ResultPage: Sendable {
    public var query: BackgroundQuery
    /// What stands inside a JSON array of the rows.
    public var rows: [UInt8]
    public var rowCount: Int
    /// Handed back as `cursor` it brings the next page; nil on the last.
    public var nextCursor: String?
}

/// A kept result that is being read.
public struct ResultReading: Sendable {
    public var query: BackgroundQuery
    let chunks: ObjectChunks

    /// The next piece; nil after the last.
    public func next() async throws -> [UInt8]? { try await chunks.next() }
}
