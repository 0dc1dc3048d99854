/// Writes a result in any of the forms that come straight from the engine's memory.
public struct ResultEncoder: Sendable {
    /// What is written.
    public enum Form: Sendable {
        case rows(RowEncoder.Format)
        case arrow
    }

    // Two, rather than one that is either: a payload that is taken out to be changed is copied.
    private var text: RowEncoder?
    private var arrow: ArrowEncoder?

    /// - Parameters:
    ///   - form: What is written.
    ///   - query: Whose rows are written.
    ///   - maxBytes: How many bytes may be written in all; the row that would pass it and those after it are left out.
    public init(_ form: Form, _ query: RunningQuery, maxBytes: Int? = nil) {
        switch form {
        case .rows(let format): text = RowEncoder(format, columns: query.columns, maxBytes: maxBytes)
        case .arrow: arrow = ArrowEncoder(query, maxBytes: maxBytes)
        }
    }

    /// Whether the limit left rows out.
    public var isCut: Bool { text?.isCut ?? arrow?.isCut ?? false }
    /// How many rows were taken.
    public var rowCount: Int { text?.rowCount ?? arrow?.rowCount ?? 0 }
    /// What it holds beside the bytes it has written.
    public var memoryBytes: Int { arrow == nil ? 0 : ArrowEncoder.memoryBytes }

    /// Appends what comes before the first row.
    public mutating func appendHeader(to bytes: inout [UInt8]) throws(SQLError) {
        text?.appendHeader(to: &bytes)
        try arrow?.appendHeader(to: &bytes)
    }

    /// Appends rows of `batch` from `row` on until `bytes` has grown to `enough`, the batch is at its end or the limit
    /// is reached.
    ///
    /// - Returns: The first row that was not taken.
    public mutating func append(
        _ batch: ResultBatch,
        from row: Int = 0,
        to bytes: inout [UInt8],
        enough: Int = .max
    ) throws(SQLError) -> Int {
        if let next = try arrow?.append(batch, from: row, to: &bytes, enough: enough) { return next }
        return text?.append(batch, from: row, to: &bytes, enough: enough) ?? batch.rowCount
    }

    /// Appends what comes behind the last row.
    public mutating func appendEnd(to bytes: inout [UInt8]) { arrow?.appendEnd(to: &bytes) }
}
