import CDuckDB

/// Reads the library's type descriptions.
enum LogicalType {
    /// Describes `type`, which stays the caller's.
    static func describe(_ type: duckdb_logical_type) -> SQLType {
        let id = duckdb_get_type_id(type)
        switch id {
        case DUCKDB_TYPE_VARCHAR: return alias(of: type).map(SQLType.alias) ?? .varchar
        case DUCKDB_TYPE_DECIMAL:
            return .decimal(width: Int(duckdb_decimal_width(type)), scale: Int(duckdb_decimal_scale(type)))
        case DUCKDB_TYPE_ENUM:
            return .enumeration(
                (0..<idx_t(duckdb_enum_dictionary_size(type))).map { take(duckdb_enum_dictionary_value(type, $0)) }
            )
        case DUCKDB_TYPE_LIST: return .list(consume(duckdb_list_type_child_type(type)))
        case DUCKDB_TYPE_ARRAY:
            return .array(consume(duckdb_array_type_child_type(type)), count: Int(duckdb_array_type_array_size(type)))
        case DUCKDB_TYPE_MAP:
            return .map(key: consume(duckdb_map_type_key_type(type)), value: consume(duckdb_map_type_value_type(type)))
        case DUCKDB_TYPE_STRUCT:
            return .record(
                (0..<duckdb_struct_type_child_count(type)).map {
                    .init(
                        name: take(duckdb_struct_type_child_name(type, $0)),
                        type: consume(duckdb_struct_type_child_type(type, $0))
                    )
                }
            )
        case DUCKDB_TYPE_UNION:
            return .union(
                (0..<duckdb_union_type_member_count(type)).map {
                    .init(
                        name: take(duckdb_union_type_member_name(type, $0)),
                        type: consume(duckdb_union_type_member_type(type, $0))
                    )
                }
            )
        default: return plain[id.rawValue] ?? .unsupported(unsupported[id.rawValue] ?? "type \(id.rawValue)")
        }
    }

    /// Describes `type` and destroys it.
    static func consume(_ type: duckdb_logical_type?) -> SQLType {
        guard let type else { return .unsupported("unknown") }
        var owned: duckdb_logical_type? = type
        defer { duckdb_destroy_logical_type(&owned) }
        return describe(type)
    }

    private static func alias(of type: duckdb_logical_type) -> String? {
        let alias = take(duckdb_logical_type_get_alias(type))
        return alias.isEmpty ? nil : alias
    }

    /// Copies a string of the library's and frees it.
    private static func take(_ text: UnsafeMutablePointer<CChar>?) -> String {
        guard let text else { return "" }
        defer { duckdb_free(text) }
        return String(cString: text)
    }

    private static let plain: [UInt32: SQLType] = [
        DUCKDB_TYPE_BOOLEAN.rawValue: .boolean,
        DUCKDB_TYPE_TINYINT.rawValue: .tinyint,
        DUCKDB_TYPE_SMALLINT.rawValue: .smallint,
        DUCKDB_TYPE_INTEGER.rawValue: .integer,
        DUCKDB_TYPE_BIGINT.rawValue: .bigint,
        DUCKDB_TYPE_HUGEINT.rawValue: .hugeint,
        DUCKDB_TYPE_UTINYINT.rawValue: .utinyint,
        DUCKDB_TYPE_USMALLINT.rawValue: .usmallint,
        DUCKDB_TYPE_UINTEGER.rawValue: .uinteger,
        DUCKDB_TYPE_UBIGINT.rawValue: .ubigint,
        DUCKDB_TYPE_UHUGEINT.rawValue: .uhugeint,
        DUCKDB_TYPE_BIGNUM.rawValue: .bignum,
        DUCKDB_TYPE_FLOAT.rawValue: .float,
        DUCKDB_TYPE_DOUBLE.rawValue: .double,
        DUCKDB_TYPE_BLOB.rawValue: .blob,
        DUCKDB_TYPE_BIT.rawValue: .bit,
        DUCKDB_TYPE_UUID.rawValue: .uuid,
        DUCKDB_TYPE_DATE.rawValue: .date,
        DUCKDB_TYPE_TIME.rawValue: .time,
        DUCKDB_TYPE_TIME_NS.rawValue: .timeNS,
        DUCKDB_TYPE_TIME_TZ.rawValue: .timeTZ,
        DUCKDB_TYPE_TIMESTAMP.rawValue: .timestamp,
        DUCKDB_TYPE_TIMESTAMP_S.rawValue: .timestampS,
        DUCKDB_TYPE_TIMESTAMP_MS.rawValue: .timestampMS,
        DUCKDB_TYPE_TIMESTAMP_NS.rawValue: .timestampNS,
        DUCKDB_TYPE_TIMESTAMP_TZ.rawValue: .timestampTZ,
        DUCKDB_TYPE_INTERVAL.rawValue: .interval,
        DUCKDB_TYPE_SQLNULL.rawValue: .null,
    ]

    private static let unsupported: [UInt32: String] = [
        DUCKDB_TYPE_GEOMETRY.rawValue: "GEOMETRY",
        DUCKDB_TYPE_VARIANT.rawValue: "VARIANT",
    ]
}
