/// One value of a result or a parameter, exact.
public indirect enum SQLValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// TINYINT to BIGINT and their unsigned kin up to UINTEGER.
    case integer(Int64)
    /// UBIGINT, HUGEINT, UHUGEINT and BIGNUM in decimal digits.
    case bigInteger(String)
    /// FLOAT and DOUBLE.
    case double(Double)
    /// DECIMAL in its own scale: `12.50`.
    case decimal(String)
    case text(String)
    case blob([UInt8])
    /// DATE, TIME, TIMESTAMP, INTERVAL, UUID, BIT: their text. Timestamps with a zone are RFC 3339 in UTC, those without have a `T`
    /// and no zone.
    case formatted(String)
    case list([SQLValue])
    /// STRUCT, in field order.
    case record([(String, SQLValue)])
    /// MAP, in entry order.
    case map([(SQLValue, SQLValue)])

    public static func == (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.boolean(let a), .boolean(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.bigInteger(let a), .bigInteger(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.decimal(let a), .decimal(let b)): a == b
        case (.text(let a), .text(let b)): a == b
        case (.blob(let a), .blob(let b)): a == b
        case (.formatted(let a), .formatted(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.record(let a), .record(let b)): a.elementsEqual(b) { $0.0 == $1.0 && $0.1 == $1.1 }
        case (.map(let a), .map(let b)): a.elementsEqual(b) { $0.0 == $1.0 && $0.1 == $1.1 }
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .boolean(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .bigInteger(let value), .decimal(let value), .text(let value), .formatted(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value)
        case .blob(let value): hasher.combine(value)
        case .list(let values): hasher.combine(values)
        case .record(let fields): for (name, value) in fields { hasher.combine(name); hasher.combine(value) }
        case .map(let entries): for (key, value) in entries { hasher.combine(key); hasher.combine(value) }
        }
    }
}

/// A column of a result: its name and SQL type.
public struct ResultColumn: Hashable, Sendable, Codable {
    public var name: String
    public var type: String

    public init(name: String, type: String) {
        self.name = name
        self.type = type
    }
}
