import CDuckDB

/// Says of one text, given as its UTF-8 bytes, which of up to 64 kinds it could be: one bit each.
public typealias TextClassifier = @Sendable (UnsafeBufferPointer<UInt8>) -> UInt64

/// The aggregate `type_mask(VARCHAR) -> UBIGINT`: what every non-NULL text could be.
///
/// Without any text all bits are set. Groups, threads and partial results combine by AND, in any order.
enum TypeMask {
    /// Adds it to the instance of `connection`.
    static func register(on connection: duckdb_connection, _ classifier: @escaping TextClassifier) -> Bool {
        var function = duckdb_create_aggregate_function()
        defer { duckdb_destroy_aggregate_function(&function) }
        var text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR)
        defer { duckdb_destroy_logical_type(&text) }
        var mask = duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT)
        defer { duckdb_destroy_logical_type(&mask) }
        duckdb_aggregate_function_set_name(function, "type_mask")
        duckdb_aggregate_function_add_parameter(function, text)
        duckdb_aggregate_function_set_return_type(function, mask)
        duckdb_aggregate_function_set_functions(
            function,
            { _ in idx_t(MemoryLayout<UInt64>.size) },
            { _, state in state.flatMap(Self.mask)?.pointee = .max },
            { info, input, states in Self.update(info, input, states) },
            { _, sources, targets, count in Self.combine(sources, targets, count) },
            { _, sources, result, count, offset in Self.finish(sources, result, count, offset) }
        )
        duckdb_aggregate_function_set_extra_info(
            function,
            Unmanaged.passRetained(ClassifierBox(classifier)).toOpaque(),
            { box in if let box { Unmanaged<ClassifierBox>.fromOpaque(box).release() } }
        )
        return duckdb_register_aggregate_function(connection, function) == DuckDBSuccess
    }

    private static func update(
        _ info: duckdb_function_info?,
        _ input: duckdb_data_chunk?,
        _ states: UnsafeMutablePointer<duckdb_aggregate_state?>?
    ) {
        let vector = duckdb_data_chunk_get_vector(input, 0)
        guard let states, let data = duckdb_vector_get_data(vector),
            let box = duckdb_aggregate_function_get_extra_info(info)
        else { return }
        let classify = Unmanaged<ClassifierBox>.fromOpaque(box).takeUnretainedValue().classify
        let texts = VectorReader(
            type: .varchar,
            data: UnsafeRawPointer(data),
            validity: duckdb_vector_get_validity(vector).map { UnsafePointer($0) },
            children: []
        )
        for row in 0..<Int(duckdb_data_chunk_get_size(input)) where !texts.isNull(row) {
            guard let state = states[row].flatMap(mask) else { continue }
            state.pointee &= classify(texts.bytes(row))
        }
    }

    private static func combine(
        _ sources: UnsafeMutablePointer<duckdb_aggregate_state?>?,
        _ targets: UnsafeMutablePointer<duckdb_aggregate_state?>?,
        _ count: idx_t
    ) {
        guard let sources, let targets else { return }
        for index in 0..<Int(count) {
            guard let source = sources[index].flatMap(mask), let target = targets[index].flatMap(mask) else { continue }
            target.pointee &= source.pointee
        }
    }

    private static func finish(
        _ sources: UnsafeMutablePointer<duckdb_aggregate_state?>?,
        _ result: duckdb_vector?,
        _ count: idx_t,
        _ offset: idx_t
    ) {
        guard let sources, let data = duckdb_vector_get_data(result) else { return }
        let masks = data.assumingMemoryBound(to: UInt64.self)
        for index in 0..<Int(count) {
            masks[Int(offset) + index] = sources[index].flatMap(mask)?.pointee ?? .max
        }
    }

    /// The state is the mask itself, in memory that the library aligns to eight bytes.
    private static func mask(_ state: duckdb_aggregate_state) -> UnsafeMutablePointer<UInt64> {
        UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt64.self)
    }
}

/// Holds the classifier for as long as the library keeps the function.
private final class ClassifierBox: Sendable {
    let classify: TextClassifier

    init(_ classify: @escaping TextClassifier) { self.classify = classify }
}
