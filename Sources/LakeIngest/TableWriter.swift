public import LakeCore
public import LakeSQL

/// Writes rows that the engine reads as a data file of a table: the table's columns, types and field ids.
public struct TableWriter: Sendable {
    private let session: TrustedSession

    public init(session: TrustedSession) { self.session = session }

    /// Writes the rows of a query.
    ///
    /// - Parameters:
    ///   - query: A SELECT of this program that gives the columns of `schema`, by name.
    ///   - schema: The table's.
    ///   - bytes: About how much the rows take, as a measure for the row groups.
    ///   - rows: About how many there are.
    ///   - path: The file to write; what it holds after an error is undefined.
    /// - Returns: How many rows and bytes were written.
    /// - Throws: ``IngestError`` and nothing else.
    public func write(
        _ query: String,
        schema: Schema,
        bytes: Int,
        rows: Int,
        to path: String
    ) async throws(IngestError) -> (rows: Int, bytes: Int) {
        let columns = schema.columns.map {
            SourceColumn(name: $0.name, type: $0.type, expression: SQLText.quoteIdentifier($0.name))
        }
        let measure = TableSource(relation: "", columns: columns, rows: rows, bytes: bytes)
        var source = TableSource(relation: "(\(query))", columns: columns, bytes: bytes)
        source.rowGroupMost = measure.rowGroupRows
        let writer = ParquetWriter(session: session, fileName: "the table")
        let written = try await writer.write(source, schema: schema, to: path, progress: nil)
        return (written.rows, written.bytes)
    }
}
