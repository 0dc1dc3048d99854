import LakeCore

/// One column of what is about to be written.
struct SourceColumn: Sendable, Hashable {
    /// As the table will have it.
    var name: String
    /// DuckDB's spelling of what `expression` gives.
    var type: String
    /// Over the columns of the ``TableSource``.
    var expression: String
    /// Whether no row has a value: then it fits every type.
    var isAllNull = false
}

/// What is about to be written: rows that the SQL engine reads, in the file's order.
struct TableSource: Sendable {
    /// What stands behind FROM.
    var relation: String
    var columns: [SourceColumn]
    /// As counted before; nil when only the engine knows.
    var rows: Int?
    /// Rows without a value for each column, as counted before; nil when only the engine knows.
    var nulls: [Int]?
    /// Of the input: the measure of how many rows fit into one row group.
    var bytes: Int
    /// The most rows of a row group, where somebody else knows better than the counts here.
    var rowGroupMost: Int?

    /// How many rows a row group gets: fewer where rows are long, so that a group's text stays within memory.
    var rowGroupRows: Int {
        if let rowGroupMost { return rowGroupMost }
        let perRow = bytes / max(rows ?? 1, 1) + 16 * columns.count
        return min(122_880, max(1, (64 << 20) / max(perRow, 1)))
    }
}
