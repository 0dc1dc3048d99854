import CDuckDB
import LakeCore

/// A statement that runs and its rows, handed out as they are made.
///
/// Rows come out of the executor's bounded buffer; the whole result is never held.
final class OpenResult {
    let columns: [TypedColumn]
    private let types: [SQLType]
    private let instance: Instance
    private let sql: String
    private var prepared: duckdb_prepared_statement?
    private var result = duckdb_result()

    /// Prepares, binds and starts; returns when the first rows are there or the statement has ended.
    init(
        _ connection: duckdb_connection,
        sql: String,
        parameters: Parameters,
        instance: Instance
    ) throws(SQLError) {
        self.instance = instance
        self.sql = sql
        var prepared: duckdb_prepared_statement?
        let state = duckdb_prepare(connection, sql, &prepared)
        var kept = false
        defer { if !kept { duckdb_destroy_prepare(&prepared) } }
        guard state == DuckDBSuccess, let statement = prepared else {
            let reason = duckdb_prepare_error(prepared).map { String(cString: $0) } ?? ""
            throw .statement(ErrorCleaner.failure(raw: reason, sql: sql))
        }
        try ParameterBinding.bind(parameters, to: statement)
        var pending: duckdb_pending_result?
        defer { duckdb_destroy_pending(&pending) }
        guard duckdb_pending_prepared_streaming(statement, &pending) == DuckDBSuccess else {
            let reason = duckdb_pending_error(pending).map { String(cString: $0) } ?? ""
            throw .statement(ErrorCleaner.failure(raw: reason, sql: sql))
        }
        var result = duckdb_result()
        guard duckdb_execute_pending(pending, &result) == DuckDBSuccess else {
            defer { duckdb_destroy_result(&result) }
            throw Self.failure(&result, sql)
        }
        let types = (0..<duckdb_column_count(&result)).map {
            LogicalType.consume(duckdb_column_logical_type(&result, $0))
        }
        var columns: [TypedColumn] = []
        for (index, type) in types.enumerated() {
            let name = duckdb_column_name(&result, idx_t(index)).map { String(cString: $0) } ?? ""
            guard type.isSupported else {
                duckdb_destroy_result(&result)
                throw .unsupportedType(column: name, type: type.name)
            }
            columns.append(TypedColumn(name: name, type: type))
        }
        kept = true
        self.types = types
        self.columns = columns
        self.prepared = statement
        self.result = result
    }

    deinit {
        duckdb_destroy_result(&result)
        duckdb_destroy_prepare(&prepared)
    }

    /// The next rows; nil at the end.
    func fetch() throws(SQLError) -> ResultBatch? {
        guard let chunk = duckdb_fetch_chunk(result) else {
            if let message = duckdb_result_error(&result), message.pointee != 0 { throw Self.failure(&result, sql) }
            return nil
        }
        return ResultBatch(Chunk(chunk, types: types, instance: instance))
    }

    /// What a failed result says.
    static func failure(_ result: inout duckdb_result, _ sql: String) -> SQLError {
        let reason = duckdb_result_error(&result).map { String(cString: $0) } ?? ""
        return .statement(ErrorCleaner.failure(raw: reason, sql: sql))
    }
}
