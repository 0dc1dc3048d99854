import CDuckDB

/// Up to 2,048 rows in the library's memory, readable in place.
///
/// Unchecked: nobody writes to a chunk once it has been fetched.
final class Chunk: @unchecked Sendable {
    let rowCount: Int
    let columns: [VectorReader]
    private var handle: duckdb_data_chunk?
    /// The memory of a chunk belongs to the instance.
    private let instance: Instance

    /// Takes ownership of `handle`.
    init(_ handle: duckdb_data_chunk, types: [SQLType], instance: Instance) {
        self.handle = handle
        self.instance = instance
        rowCount = Int(duckdb_data_chunk_get_size(handle))
        columns = types.enumerated().map {
            Self.reader(duckdb_data_chunk_get_vector(handle, idx_t($0.offset)), $0.element)
        }
    }

    deinit { duckdb_destroy_data_chunk(&handle) }

    private static func reader(_ vector: duckdb_vector?, _ type: SQLType) -> VectorReader {
        let children: [VectorReader]
        switch type {
        case .list(let element): children = [reader(duckdb_list_vector_get_child(vector), element)]
        case .array(let element, _): children = [reader(duckdb_array_vector_get_child(vector), element)]
        case .record(let fields): children = members(of: vector, fields.map(\.type))
        case .map(let key, let value):
            children = members(of: duckdb_list_vector_get_child(vector), [key, value])
        // A union is a struct whose first member says which of the others holds.
        case .union(let fields): children = members(of: vector, [.utinyint] + fields.map(\.type))
        default: children = []
        }
        return VectorReader(
            type: type,
            data: duckdb_vector_get_data(vector).map { UnsafeRawPointer($0) },
            validity: duckdb_vector_get_validity(vector).map { UnsafePointer($0) },
            children: children
        )
    }

    private static func members(of vector: duckdb_vector?, _ types: [SQLType]) -> [VectorReader] {
        types.enumerated().map {
            reader(duckdb_struct_vector_get_child(vector, idx_t($0.offset)), $0.element)
        }
    }
}
