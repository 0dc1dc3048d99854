/// A column of a result with its type as the engine has it.
struct TypedColumn: Hashable, Sendable {
    var name: String
    var type: SQLType
}

/// The type of a result's column, down to the leaves.
indirect enum SQLType: Hashable, Sendable {
    /// A member of a STRUCT or UNION.
    struct Field: Hashable, Sendable {
        var name: String
        var type: SQLType
    }

    case null
    case boolean
    case tinyint, smallint, integer, bigint, hugeint
    case utinyint, usmallint, uinteger, ubigint, uhugeint
    case bignum
    case float, double
    case decimal(width: Int, scale: Int)
    case varchar
    /// VARCHAR under another name, such as JSON.
    case alias(String)
    case blob, bit, uuid
    case date
    case time, timeNS, timeTZ
    case timestamp, timestampS, timestampMS, timestampNS, timestampTZ
    case interval
    case enumeration([String])
    case list(SQLType)
    case array(SQLType, count: Int)
    case record([Field])
    case map(key: SQLType, value: SQLType)
    case union([Field])
    /// A type that cannot leave the engine.
    case unsupported(String)

    /// As DuckDB spells it.
    var name: String {
        switch self {
        case .null: "\"NULL\""
        case .boolean: "BOOLEAN"
        case .tinyint: "TINYINT"
        case .smallint: "SMALLINT"
        case .integer: "INTEGER"
        case .bigint: "BIGINT"
        case .hugeint: "HUGEINT"
        case .utinyint: "UTINYINT"
        case .usmallint: "USMALLINT"
        case .uinteger: "UINTEGER"
        case .ubigint: "UBIGINT"
        case .uhugeint: "UHUGEINT"
        case .bignum: "BIGNUM"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .decimal(let width, let scale): "DECIMAL(\(width),\(scale))"
        case .varchar: "VARCHAR"
        case .alias(let name): name
        case .blob: "BLOB"
        case .bit: "BIT"
        case .uuid: "UUID"
        case .date: "DATE"
        case .time: "TIME"
        case .timeNS: "TIME_NS"
        case .timeTZ: "TIME WITH TIME ZONE"
        case .timestamp: "TIMESTAMP"
        case .timestampS: "TIMESTAMP_S"
        case .timestampMS: "TIMESTAMP_MS"
        case .timestampNS: "TIMESTAMP_NS"
        case .timestampTZ: "TIMESTAMP WITH TIME ZONE"
        case .interval: "INTERVAL"
        case .enumeration(let labels): "ENUM(\(labels.map(SQLText.quoteLiteral).joined(separator: ", ")))"
        case .list(let element): element.name + "[]"
        case .array(let element, let count): element.name + "[\(count)]"
        case .record(let fields): "STRUCT(\(Self.names(of: fields)))"
        case .map(let key, let value): "MAP(\(key.name), \(value.name))"
        case .union(let members): "UNION(\(Self.names(of: members)))"
        case .unsupported(let name): name
        }
    }

    /// How many bytes the engine numbers the labels of an ENUM with.
    static func indexWidth(_ labels: Int) -> Int {
        if labels <= UInt8.max { return 1 }
        return labels <= UInt16.max ? 2 : 4
    }

    /// Whether every leaf can leave the engine.
    var isSupported: Bool {
        switch self {
        case .unsupported: false
        case .list(let element), .array(let element, _): element.isSupported
        case .record(let fields), .union(let fields): fields.allSatisfy(\.type.isSupported)
        case .map(let key, let value): key.isSupported && value.isSupported
        default: true
        }
    }

    private static func names(of fields: [Field]) -> String {
        fields.map { $0.name.isEmpty ? $0.type.name : "\(SQLText.identifier($0.name)) \($0.type.name)" }
            .joined(separator: ", ")
    }

    /// Whether a STRUCT of these is one whose members have places and no names, as `row(1, 2)` makes it.
    static func isTuple(_ fields: [Field]) -> Bool { fields.allSatisfy(\.name.isEmpty) && !fields.isEmpty }
}
