public import LakeCore

/// Some rows of a result, in order: up to 2,048.
public struct ResultBatch: Sendable {
    let chunk: Chunk
    /// How many of the chunk's rows count; a limit may cut it.
    public private(set) var rowCount: Int

    init(_ chunk: Chunk) {
        self.chunk = chunk
        rowCount = chunk.rowCount
    }

    /// The same rows but for those beyond the first `count`.
    func prefix(_ count: Int) -> Self {
        var shorter = self
        shorter.rowCount = min(rowCount, count)
        return shorter
    }

    /// One value.
    public func value(column: Int, row: Int) -> SQLValue {
        precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
        return chunk.columns[column].value(row)
    }

    /// The values of one row, in the order of the columns.
    public func row(_ row: Int) -> [SQLValue] {
        precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
        return chunk.columns.map { $0.value(row) }
    }

    /// About how many bytes the rows take: fixed widths, and the lengths of texts.
    public var byteEstimate: Int { byteEstimate(0..<rowCount) }

    func byteEstimate(_ rows: Range<Int>) -> Int { chunk.columns.reduce(0) { $0 + $1.byteEstimate(rows) } }
}
