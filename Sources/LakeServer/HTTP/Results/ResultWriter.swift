import LakeCore
import LakeEngine
import LakeSQL

/// A form a result can be sent in.
enum ResultFormat: String, CaseIterable, Sendable {
    case json = "application/json"
    case lines = "application/x-ndjson"
    case csv = "text/csv"
    case arrow = "application/vnd.apache.arrow.stream"

    /// The form a caller wants.
    init(accepting header: String?) throws(ServerError) {
        let offers = Self.allCases.map(\.rawValue)
        guard let best = AcceptHeader.best(header, of: offers), let format = Self(rawValue: best) else {
            throw .notAcceptable(accepted: offers)
        }
        self = format
    }
}

/// Writes a result: what stands before its rows, the rows, and what stands behind.
struct ResultWriter: Sendable {
    private let format: ResultFormat
    private let version: Int
    private let queryID: String
    private let columns: [ResultColumn]
    private let started: ContinuousClock.Instant
    private var text: RowEncoder?
    private var arrow: ArrowEncoder?

    init(_ format: ResultFormat, of answer: QueryAnswer, started: ContinuousClock.Instant) {
        self.format = format
        version = answer.version
        queryID = answer.queryID
        columns = answer.running.columns
        self.started = started
        text = format.rows.map { RowEncoder($0, columns: answer.running.columns, maxBytes: answer.maxBytes) }
        arrow = format == .arrow ? ArrowEncoder(answer.running, maxBytes: answer.maxBytes) : nil
    }

    /// Whether the limit left rows out.
    var isCut: Bool { text?.isCut ?? arrow?.isCut ?? false }

    /// What stands before the rows.
    mutating func head() throws -> [UInt8] {
        guard format == .json else {
            var bytes: [UInt8] = []
            text?.appendHeader(to: &bytes)
            try arrow?.appendHeader(to: &bytes)
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
    mutating func append(_ batch: ResultBatch, from row: Int, to bytes: inout [UInt8], enough: Int) throws -> Int {
        if let next = try arrow?.append(batch, from: row, to: &bytes, enough: enough) { return next }
        return text?.append(batch, from: row, to: &bytes, enough: enough) ?? batch.rowCount
    }

    /// What stands behind the rows.
    mutating func tail(hasMore: Bool) -> [UInt8] {
        guard format == .json else {
            var bytes: [UInt8] = []
            arrow?.appendEnd(to: &bytes)
            return bytes
        }
        let elapsed = Int((ContinuousClock.now - started) / .milliseconds(1))
        let tail = JSONValue.object(
            ("row_count", .integer(text?.rowCount ?? 0)),
            ("has_more", .boolean(hasMore)),
            ("elapsed_ms", .integer(elapsed))
        )
        return Array("],".utf8) + tail.encoded.dropFirst()
    }
}

extension ResultFormat {
    /// How the rows are written as text; nil when they are not.
    fileprivate var rows: RowEncoder.Format? {
        switch self {
        case .json: .json
        case .lines: .ndjson
        case .csv: .csv
        case .arrow: nil
        }
    }
}
