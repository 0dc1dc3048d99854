import LakeCore
import LakeEngine
import LakeSQL

/// A form a result can be sent in.
enum ResultFormat: String, CaseIterable, Sendable {
    case json = "application/json"
    case lines = "application/x-ndjson"
    case csv = "text/csv"
    case arrow = "application/vnd.apache.arrow.stream"
    case parquet = "application/vnd.apache.parquet"

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
    private var rows: ResultEncoder

    init(
        _ format: ResultFormat,
        _ encoding: ResultEncoder.Form,
        of answer: QueryAnswer,
        started: ContinuousClock.Instant
    ) {
        self.format = format
        version = answer.version
        queryID = answer.queryID
        columns = answer.running.columns
        self.started = started
        rows = ResultEncoder(encoding, answer.running, maxBytes: answer.maxBytes)
    }

    /// Whether the limit left rows out.
    var isCut: Bool { rows.isCut }

    /// What it holds beside the bytes it has written.
    var memoryBytes: Int { rows.memoryBytes }

    /// What stands before the rows.
    mutating func head() throws -> [UInt8] {
        guard format == .json else {
            var bytes: [UInt8] = []
            try rows.appendHeader(to: &bytes)
            return bytes
        }
        return Self.jsonHead(version: version, queryID: queryID, columns)
    }

    private static func jsonHead(version: Int, queryID: String, _ columns: [ResultColumn]) -> [UInt8] {
        let head = JSONValue.object(
            ("version", .integer(version)),
            ("query_id", .string(queryID)),
            ("columns", Self.columns(columns))
        )
        return head.encoded.dropLast() + Array(#","rows":["#.utf8)
    }

    /// What of a whole result is kept for who asks the same again: the rest of it is of one request.
    func kept(head: [UInt8], _ rows: [UInt8], tail: [UInt8], hasMore: Bool) -> KeptResult {
        KeptResult(
            columns: columns,
            rowCount: self.rows.rowCount,
            hasMore: hasMore,
            bytes: format == .json ? rows : head + rows + tail
        )
    }

    /// A result that was kept, as it is sent.
    static func whole(_ answer: KeptAnswer, as format: ResultFormat, started: ContinuousClock.Instant) -> [UInt8] {
        let result = answer.result
        guard format == .json else { return result.bytes }
        return jsonHead(version: answer.version, queryID: answer.queryID, result.columns) + result.bytes
            + jsonTail(rowCount: result.rowCount, hasMore: result.hasMore, started: started)
    }

    /// The columns as JSON answers have them.
    static func columns(_ columns: [ResultColumn]) -> JSONValue {
        .array(columns.map { JSONValue.object(("name", .string($0.name)), ("type", .string($0.type))) })
    }

    /// Writes rows of `batch` from `row` on until `bytes` has grown to `enough`, the batch is at its end or the limit is reached.
    ///
    /// - Returns: The first row not written.
    mutating func append(_ batch: ResultBatch, from row: Int, to bytes: inout [UInt8], enough: Int) throws -> Int {
        try rows.append(batch, from: row, to: &bytes, enough: enough)
    }

    /// What stands behind the rows.
    mutating func tail(hasMore: Bool) -> [UInt8] {
        guard format == .json else {
            var bytes: [UInt8] = []
            rows.appendEnd(to: &bytes)
            return bytes
        }
        return Self.jsonTail(rowCount: rows.rowCount, hasMore: hasMore, started: started)
    }

    private static func jsonTail(rowCount: Int, hasMore: Bool, started: ContinuousClock.Instant) -> [UInt8] {
        let elapsed = Int((ContinuousClock.now - started) / .milliseconds(1))
        let tail = JSONValue.object(
            ("row_count", .integer(rowCount)),
            ("has_more", .boolean(hasMore)),
            ("elapsed_ms", .integer(elapsed))
        )
        return Array("],".utf8) + tail.encoded.dropFirst()
    }
}

extension ResultFormat {
    init(_ form: ResultForm) {
        self =
            switch form {
            case .json: .json
            case .ndjson: .lines
            case .csv: .csv
            case .arrow: .arrow
            case .parquet: .parquet
            }
    }

    /// What the engine calls it.
    var form: ResultForm {
        switch self {
        case .json: .json
        case .lines: .ndjson
        case .csv: .csv
        case .arrow: .arrow
        case .parquet: .parquet
        }
    }

    /// How it is encoded; nil for what the engine writes itself.
    var encoding: ResultEncoder.Form? {
        switch self {
        case .json: .rows(.json)
        case .lines: .rows(.ndjson)
        case .csv: .rows(.csv)
        case .arrow: .arrow
        case .parquet: nil
        }
    }
}
