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

/// Writes a result as text, row by row, and keeps count.
struct ResultText: Sendable {
    private let format: ResultFormat
    private let version: Int
    private let queryID: String
    private let columns: [ResultColumn]
    private let bytesMax: Int
    private let started: ContinuousClock.Instant
    private(set) var rowCount = 0
    /// Whether the byte limit has cut the rows.
    private(set) var isCut = false
    private var rowBytes = 0

    init(_ format: ResultFormat, of answer: QueryAnswer, started: ContinuousClock.Instant) {
        self.format = format
        version = answer.version
        queryID = answer.queryID
        columns = answer.running.columns
        bytesMax = answer.maxBytes
        self.started = started
    }

    /// What stands before the rows.
    var head: [UInt8] {
        switch format {
        case .lines: return []
        case .csv:
            var bytes: [UInt8] = []
            appendCSV(columns.map { .text($0.name) }, to: &bytes)
            return bytes
        case .json:
            let columns = columns.map { JSONValue.object(("name", .string($0.name)), ("type", .string($0.type))) }
            let head = JSONValue.object(
                ("version", .integer(version)), ("query_id", .string(queryID)), ("columns", .array(columns))
            )
            return head.encoded.dropLast() + Array(#","rows":["#.utf8)
        }
    }

    /// What stands behind the rows.
    func tail(hasMore: Bool) -> [UInt8] {
        guard format == .json else { return [] }
        let elapsed = Int((ContinuousClock.now - started) / .milliseconds(1))
        let tail = JSONValue.object(
            ("row_count", .integer(rowCount)), ("has_more", .boolean(hasMore)), ("elapsed_ms", .integer(elapsed))
        )
        return Array("],".utf8) + tail.encoded.dropFirst()
    }

    /// Writes rows of `batch` from `row` on until `bytes` has grown to `enough`, the batch is at its end or the limit is reached.
    ///
    /// - Returns: The first row not written.
    mutating func append(_ batch: ResultBatch, from row: Int, to bytes: inout [UInt8], enough: Int) -> Int {
        var row = row
        while row < batch.rowCount, bytes.count < enough, !isCut {
            let before = bytes.count
            append(batch.row(row), to: &bytes)
            rowBytes += bytes.count - before
            if rowBytes > bytesMax {
                bytes.removeSubrange(before...)
                isCut = true
            } else {
                rowCount += 1
                row += 1
            }
        }
        return row
    }

    private func append(_ row: [SQLValue], to bytes: inout [UInt8]) {
        switch format {
        case .json:
            if rowCount > 0 { bytes += ",".utf8 }
            RowEncoding.appendJSON(.list(row), to: &bytes)
        case .lines:
            RowEncoding.appendJSON(.record(zip(columns, row).map { ($0.name, $1) }), to: &bytes)
            bytes += "\n".utf8
        case .csv: appendCSV(row, to: &bytes)
        }
    }

    private func appendCSV(_ row: [SQLValue], to bytes: inout [UInt8]) {
        for (number, value) in row.enumerated() {
            if number > 0 { bytes += ",".utf8 }
            RowEncoding.appendCSV(value, to: &bytes)
        }
        bytes += "\r\n".utf8
    }
}
