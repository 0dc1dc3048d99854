import CDuckDB

/// `lakehouse_kept(set BIGINT, file UBIGINT, row BIGINT) -> BOOLEAN`: whether a row of a file is not among those of a ``DeletionSet``.
///
/// Users cannot call it: it is not on the list. A join with the deleted positions would do the same at about twice the time of a
/// scan; this adds a few percent.
enum KeptFunction {
    static let name = "lakehouse_kept"

    /// Makes the function known to the instance of `connection`.
    static func register(on connection: duckdb_connection) throws(SQLError) {
        var function = duckdb_create_scalar_function()
        defer { duckdb_destroy_scalar_function(&function) }
        duckdb_scalar_function_set_name(function, name)
        for type in [DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_UBIGINT, DUCKDB_TYPE_BIGINT] {
            var parameter = duckdb_create_logical_type(type)
            duckdb_scalar_function_add_parameter(function, parameter)
            duckdb_destroy_logical_type(&parameter)
        }
        var result = duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN)
        duckdb_scalar_function_set_return_type(function, result)
        duckdb_destroy_logical_type(&result)
        duckdb_scalar_function_set_function(function) { info, input, output in
            guard let info, let input, let output else { return }
            KeptFunction.run(info, input, output)
        }
        guard duckdb_register_scalar_function(connection, function) == DuckDBSuccess else {
            throw .unavailable("The SQL engine does not take the function for deleted rows.")
        }
    }

    private static func run(
        _ info: duckdb_function_info,
        _ input: duckdb_data_chunk,
        _ output: duckdb_vector
    ) {
        let count = Int(duckdb_data_chunk_get_size(input))
        guard count > 0 else { return }
        guard
            let numbers = duckdb_vector_get_data(duckdb_data_chunk_get_vector(input, 0))?
                .assumingMemoryBound(to: Int64.self),
            let files = duckdb_vector_get_data(duckdb_data_chunk_get_vector(input, 1))?
                .assumingMemoryBound(to: UInt64.self),
            let rows = duckdb_vector_get_data(duckdb_data_chunk_get_vector(input, 2))?
                .assumingMemoryBound(to: Int64.self),
            let kept = duckdb_vector_get_data(output)?.assumingMemoryBound(to: Bool.self)
        else { return }
        guard let set = DeletionRegistry.shared[numbers[0]] else {
            return duckdb_scalar_function_set_error(info, "the deleted rows of a table are not known any more")
        }
        var start = 0
        while start < count {
            var end = start + 1
            // A chunk comes from one file, as a rule.
            while end < count, files[end] == files[start] { end += 1 }
            let kept = UnsafeMutableBufferPointer(start: kept + start, count: end - start)
            if let deleted = set.files[Int(truncatingIfNeeded: files[start])] {
                deleted.mark(kept: kept, rows: UnsafeBufferPointer(start: rows + start, count: end - start))
            } else {
                kept.update(repeating: true)
            }
            start = end
        }
    }
}
