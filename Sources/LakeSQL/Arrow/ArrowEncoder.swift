import LakeCore

/// Writes a result as a stream of Arrow's IPC format: the schema, the labels of ENUMs, then batches of rows.
///
/// Rows are gathered from the engine's small chunks into batches that are worth sending; about two of them are held at a time.
public struct ArrowEncoder: Sendable {
    /// The rows of a batch, unless they are long.
    static let batchRows = 65_536
    /// About how many bytes of values make a batch whatever its rows.
    static let batchBytes = 4 << 20
    /// What goes over from a chunk at once.
    private static let stepBytes = 1 << 20
    /// What an encoder holds: a batch as columns and as bytes, and the columns' room to grow.
    public static let memoryBytes = 4 * batchBytes

    private let columns: [TypedColumn]
    private let maxBytes: Int?
    private var gathered: [ArrowColumn]
    private var gatheredRows = 0
    private var gatheredBytes = 0
    /// How many rows were taken, and about how many bytes their values have.
    public private(set) var rowCount = 0
    public private(set) var byteCount = 0
    /// Whether the limit left rows out.
    public private(set) var isCut = false

    /// - Parameters:
    ///   - query: Whose rows are written.
    ///   - maxBytes: How many bytes the values may have, about; the row that would pass it and those after it are left out.
    public init(_ query: RunningQuery, maxBytes: Int? = nil) {
        // Readers that hold columns by name cannot have one twice.
        columns = zip(query.typedColumns, ResultColumn.distinctNames(query.columns)).map {
            TypedColumn(name: $1, type: $0.type)
        }
        gathered = columns.map { ArrowColumn($0.type) }
        self.maxBytes = maxBytes
    }

    /// Appends what comes before the first row.
    public func appendHeader(to bytes: inout [UInt8]) throws(SQLError) {
        for (number, labels) in ArrowMessage.appendSchema(columns, to: &bytes).enumerated() {
            var dictionary = ArrowColumn(.varchar)
            do {
                for label in labels { try dictionary.append(label) }
            } catch {
                throw Self.failure(error, "an ENUM")
            }
            ArrowMessage.appendDictionary(number, dictionary, to: &bytes)
        }
    }

    /// Takes rows of `batch` from `row` on, and appends the batch they fill, until `bytes` has grown to `enough`, `batch` is at
    /// its end or the limit is reached.
    ///
    /// - Returns: The first row that was not taken.
    public mutating func append(
        _ batch: ResultBatch,
        from row: Int = 0,
        to bytes: inout [UInt8],
        enough: Int = .max
    ) throws(SQLError) -> Int {
        var row = row
        while row < batch.rowCount, bytes.count < enough, !isCut {
            let (rows, size) = step(batch, from: row)
            guard !rows.isEmpty else {
                isCut = true
                break
            }
            for index in gathered.indices {
                do {
                    try gathered[index].append(batch.chunk.columns[index], rows)
                } catch {
                    throw Self.failure(error, "the column \(columns[index].name)")
                }
            }
            row = rows.upperBound
            rowCount += rows.count
            byteCount += size
            gatheredRows += rows.count
            gatheredBytes += size
            if gatheredRows == Self.batchRows || gatheredBytes >= Self.batchBytes { flush(to: &bytes) }
        }
        return row
    }

    /// Appends the rows that have not filled a batch, and the end of the stream.
    public mutating func appendEnd(to bytes: inout [UInt8]) {
        if gatheredRows > 0 { flush(to: &bytes) }
        bytes.append(contentsOf: ArrowMessage.endOfStream)
    }

    /// The next rows that go over at once, and about how many bytes their values have; none at the limit.
    private func step(_ batch: ResultBatch, from row: Int) -> (Range<Int>, Int) {
        var end = min(batch.rowCount, row + Self.batchRows - gatheredRows)
        let left = maxBytes.map { $0 - byteCount } ?? .max
        while true {
            let rows = row..<end
            let size = batch.byteEstimate(rows)
            if size <= left, size <= Self.stepBytes || rows.count == 1 { return (rows, size) }
            if rows.count == 1 { return (row..<row, 0) }
            end = row + rows.count / 2
        }
    }

    private mutating func flush(to bytes: inout [UInt8]) {
        ArrowMessage.appendRecords(gatheredRows, gathered, to: &bytes)
        for index in gathered.indices { gathered[index].removeAll() }
        gatheredRows = 0
        gatheredBytes = 0
    }

    private static func failure(_ misfit: ArrowColumn.Misfit, _ what: String) -> SQLError {
        let message = "Arrow cannot hold \(misfit.reason), which \(what) has: cast it to another type."
        return .statement(
            StatementFailure(kind: .invalid, code: "out_of_range", message: message, position: nil, rawMessage: message)
        )
    }
}
