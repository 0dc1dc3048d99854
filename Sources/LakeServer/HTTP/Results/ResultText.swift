import LakeCore
import LakeEngine
import LakeSQL

/// A form a result can be sent in.
enum ResultFormat: String, CaseIterable, Sendable {
    case json = "application/json"
    case lines = "application/x-ndjson"
    case csv = "text/csv"

    /// The form a caller wants.
    init(accepting header: String?) throws(ServerError) {
        let offers = Self.allCases.map(\.rawValue)
        guard let best = AcceptHeader.best(header, of: offers), let format = Self(rawValue: best) else {
            throw .notAcceptable(accepted: offers)
        }
        self = format
    }
}

/// Writes a result as text: what stands before its rows, the rows, and what stands behind.
struct ResultText: Sendable {
    private let format: ResultFormat
    private let version: Int
    private let queryID: String
    private let columns: [ResultColumn]
    private let started: ContinuousClock.Instant
    private(set) var rows: RowEncoder

    init(_ format: ResultFormat, of answer: QueryAnswer, started: ContinuousClock.Instant) {
        self.format = format
        version = answer.version
        queryID = answer.queryID
        columns = answer.running.columns
        self.started = started
        rows = RowEncoder(format.rows, columns: answer.running.columns, maxBytes: answer.maxBytes)
    }

    /// What stands before the rows.
    mutating func head() -> [UInt8] {
        guard format == .json else {
            var bytes: [UInt8] = []
            rows.appendHeader(to: &bytes)
            return bytes
        }
        let columns = columns.map { JSONValue.object(("name", .string($0.name)), ("type", .string($0.type))) }
        let head = JSONValue.object(
            ("version", .integer(version)),
            ("query_id", .string(queryID)),
            ("columns", .array(columns))
        )
        return head.encoded.dropLast() + Array(#","rows":["#.utf8)
    }

    /// Writes rows of `batch` from `row` on until `bytes` has grown to `enough`, the batch is at its end or the limit is reached.
    ///
    /// - Returns: The first row not written.
    mutating func append(_ batch: ResultBatch, from row: Int, to bytes: inout [UInt8], enough: Int) -> Int {
        rows.append(batch, from: row, to: &bytes, enough: enough)
    }

    /// What stands behind the rows.
    func tail(hasMore: Bool) -> [UInt8] {
        guard format == .json else { return [] }
        let elapsed = Int((ContinuousClock.now - started) / .milliseconds(1))
        let tail = JSONValue.object(
            ("row_count", .integer(rows.rowCount)),
            ("has_more", .boolean(hasMore)),
            ("elapsed_ms", .integer(elapsed))
        )
        return Array("],".utf8) + tail.encoded.dropFirst()
    }
}

extension ResultFormat {
    fileprivate var rows: RowEncoder.Format {
        switch self {
        case .json: .json
        case .lines: .ndjson
        case .csv: .csv
        }
    }
}
