/// A type that a person can give a column, written as the engine writes it.
public struct ColumnTypeName: Hashable, Sendable {
    public let spelled: String

    /// The types without parameters.
    public static let all = [
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT",
        "DOUBLE", "VARCHAR", "BLOB", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "UUID",
    ]

    private static let others = [
        "INT": "INTEGER", "LONG": "BIGINT", "SHORT": "SMALLINT", "BOOL": "BOOLEAN", "TEXT": "VARCHAR",
        "STRING": "VARCHAR", "REAL": "FLOAT", "FLOAT4": "FLOAT", "FLOAT8": "DOUBLE",
        "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
    ]

    /// Nil for what no column can be given: HUGEINT, for one, which Parquet files do not have.
    public init?(_ text: String) {
        let words = text.uppercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if words.hasSuffix("[]") {
            guard let element = ColumnTypeName(String(words.dropLast(2))) else { return nil }
            spelled = element.spelled + "[]"
        } else if let name = Self.others[words] ?? (Self.all.contains(words) ? words : nil) {
            spelled = name
        } else {
            guard words.hasPrefix("DECIMAL("), words.hasSuffix(")") else { return nil }
            let parts = words.dropFirst(8).dropLast().split(separator: ",").compactMap {
                Int($0.filter { $0 != " " })
            }
            guard parts.count == 2, (1...38).contains(parts[0]), (0...parts[0]).contains(parts[1]) else { return nil }
            spelled = "DECIMAL(\(parts[0]),\(parts[1]))"
        }
    }
}
