/// One column of a table at rest.
public struct Column: Hashable, Sendable, Codable {
    /// As the user sees it; unique in its table without regard to case.
    public var name: String
    /// The SQL type in DuckDB's spelling, such as `BIGINT`, `DECIMAL(12,2)` or `STRUCT(a BIGINT, b VARCHAR[])`.
    public var type: String
    /// Stable through renames, 1 and up; written into every Parquet file.
    public var fieldID: Int
    public var nullable: Bool
    /// What rows have that were written without the column, as text; nil: NULL.
    public var fallback: String?

    public init(name: String, type: String, fieldID: Int, nullable: Bool = true, fallback: String? = nil) {
        self.name = name
        self.type = type
        self.fieldID = fieldID
        self.nullable = nullable
        self.fallback = fallback
    }

    /// Whether values are days or points in time.
    public var isTime: Bool { type == "DATE" || type.hasPrefix("TIMESTAMP") }

    enum CodingKeys: String, CodingKey {
        case name, type, nullable
        case fieldID = "field_id"
        case fallback = "default"
    }
}

/// The columns of a table, in order.
public struct Schema: Hashable, Sendable, Codable {
    public var columns: [Column]

    public init(columns: [Column]) { self.columns = columns }

    /// The column of that name, found as SQL finds it: without regard to case.
    public func column(named name: String) -> Column? {
        columns.first { $0.name.lowercased() == name.lowercased() }
    }

    /// The column of that field id, whatever its name.
    public func column(id: Int) -> Column? { columns.first { $0.fieldID == id } }
}
