import Foundation
import LakeCore
import LakeSQL

/// Writes a ``TableSource`` as one Parquet file and makes sure that all of it is there.
struct ParquetWriter {
    let session: TrustedSession
    /// As messages name the input.
    let fileName: String

    /// What was written.
    struct Result: Sendable {
        var schema: Schema
        var rows: Int
        var bytes: Int
        /// The input's columns in its order, as the table names them.
        var fileColumns: [String] = []
    }

    /// Writes the columns with the field ids of `schema`, to which `source` is already fitted, or with fresh ones.
    ///
    /// `progress` is called now and then with a number from 0 to 1.
    func write(
        _ source: TableSource,
        schema: Schema?,
        to path: String,
        progress: (@Sendable (Double) -> Void)?
    ) async throws(IngestError) -> Result {
        let select =
            "SELECT "
            + source.columns.map { "\($0.expression) AS \(SQLText.quoteIdentifier($0.name))" }.joined(separator: ", ")
            + " FROM \(source.relation)"
        let schema = try await described(select, schema)
        let ids = schema.columns.map { column in
            let type = ColumnType(column.type) ?? .plain(column.type)
            return "\(SQLText.quoteLiteral(column.name)): \(type.fieldIDs(column.fieldID))"
        }
        let copy =
            "COPY (\(select)) TO \(SQLText.quoteLiteral(path)) (FORMAT parquet, COMPRESSION zstd, "
            + "ROW_GROUP_SIZE \(source.rowGroupRows), FIELD_IDS {\(ids.joined(separator: ", "))})"
        try await Engine.step("writing the rows of \(fileName)", session) { session throws(SQLError) in
            try await Self.execute(copy, session, progress)
        }
        return Result(schema: schema, rows: try await verified(source, path), bytes: try Self.size(of: path, fileName))
    }

    /// The types as the engine gives them; the field ids of `schema`, or 1 and up.
    private func described(_ select: String, _ schema: Schema?) async throws(IngestError) -> Schema {
        let rows = try await Engine.step("binding the columns of \(fileName)", session) { session throws(SQLError) in
            try await session.rows("SELECT column_name, column_type FROM (DESCRIBE \(select))")
        }
        let columns = rows.enumerated().compactMap { index, row -> Column? in
            guard case .text(let name)? = row.first, case .text(let type)? = row.last else { return nil }
            return Column(name: name, type: type, fieldID: index + 1)
        }
        guard let schema else { return Schema(columns: columns) }
        guard columns.map(\.type) == schema.columns.map(\.type) else {
            throw .engine(
                kind: .internal,
                step: "fitting the columns of \(fileName)",
                cause: "\(columns.map(\.type)) instead of \(schema.columns.map(\.type))"
            )
        }
        return schema
    }

    private static func execute(
        _ statement: String,
        _ session: TrustedSession,
        _ progress: (@Sendable (Double) -> Void)?
    ) async throws(SQLError) {
        guard let progress else { return try await session.execute(statement) }
        let outcome: Swift.Result<Void, SQLError> = await withTaskGroup { group in
            group.addTask {
                while (try? await Task.sleep(for: .milliseconds(200))) != nil {
                    if let done = session.progress, (0...1).contains(done) { progress(done) }
                }
            }
            defer { group.cancelAll() }
            do throws(SQLError) {
                return .success(try await session.execute(statement))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    /// Compares the file with what was counted before; the number of its rows.
    private func verified(_ source: TableSource, _ path: String) async throws(IngestError) -> Int {
        let file = SQLText.quoteLiteral(path)
        let counted = try await Engine.step("reading back the rows of \(fileName)", session) {
            session throws(SQLError) in
            try await session.rows("SELECT num_rows FROM parquet_file_metadata(\(file))")
        }
        guard case .integer(let rows)? = counted.first?.first, Int(rows) == source.rows ?? Int(rows) else {
            throw disagreement("rows")
        }
        guard let nulls = source.nulls, rows > 0 else { return Int(rows) }
        let written = try await Engine.step("reading back the rows of \(fileName)", session) {
            session throws(SQLError) in
            try await session.rows(
                "SELECT CAST(sum(stats_null_count) AS BIGINT) FROM parquet_metadata(\(file)) "
                    + "GROUP BY column_id ORDER BY column_id"
            )
        }
        guard written.map(\.first) == nulls.map({ .integer(Int64($0)) }) else { throw disagreement("nulls") }
        return Int(rows)
    }

    private func disagreement(_ what: String) -> IngestError {
        .engine(
            kind: .internal,
            step: "comparing the rows of \(fileName) with those written",
            cause: "other \(what) were written than were counted"
        )
    }

    private static func size(of path: String, _ fileName: String) throws(IngestError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .fileAccess(file: fileName, reason: systemReason()) }
        return Int(status.st_size)
    }
}
