import LakeCatalog
import LakeCore
import LakeSQL

/// What everybody finds in SQL beside the datasets: which there are, and the queries that run.
///
/// Each has what the caller may see and no more.
enum CatalogTable: String, CaseIterable {
    case tables = "system.tables"
    case columns = "system.columns"
    case queries = "system.queries"
    case standardSchemata = "information_schema.schemata"
    case standardTables = "information_schema.tables"
    case standardColumns = "information_schema.columns"

    /// The catalog that the standard's tables speak of.
    private static let catalog = "lakehouse"

    init?(_ table: TableReference) {
        guard let bucket = table.bucket else { return nil }
        self.init(rawValue: "\(bucket).\(table.name)".lowercased())
    }

    var schema: Schema {
        let fields: [(String, String)] =
            switch self {
            case .tables:
                Self.texts("name bucket description owner sensitivity")
                    + [("rows", "BIGINT"), ("bytes", "BIGINT"), ("files", "BIGINT"), ("version", "BIGINT")]
                    + [("created_at", "TIMESTAMP"), ("updated_at", "TIMESTAMP"), ("is_pinned", "BOOLEAN")]
            case .columns:
                Self.texts("table_name column_name") + [("position", "INTEGER")] + Self.texts("type")
                    + [("nullable", "BOOLEAN"), ("field_id", "INTEGER")] + Self.texts("description sensitivity pii")
            case .queries:
                Self.texts("query_id principal sql")
                    + [("started_at", "TIMESTAMP"), ("elapsed_ms", "BIGINT"), ("version", "BIGINT")]
            case .standardSchemata:
                Self.texts(
                    "catalog_name schema_name schema_owner default_character_set_catalog default_character_set_schema "
                        + "default_character_set_name sql_path"
                )
            case .standardTables:
                Self.texts(
                    "table_catalog table_schema table_name table_type self_referencing_column_name reference_generation "
                        + "user_defined_type_catalog user_defined_type_schema user_defined_type_name "
                        + "is_insertable_into is_typed commit_action table_comment"
                )
            case .standardColumns:
                Self.texts("table_catalog table_schema table_name column_name") + [("ordinal_position", "INTEGER")]
                    + Self.texts("column_default is_nullable data_type")
                    + [
                        "character_maximum_length", "character_octet_length", "numeric_precision",
                        "numeric_precision_radix", "numeric_scale", "datetime_precision",
                    ].map { ($0, "INTEGER") }
                    + Self.texts("column_comment")
            }
        return Schema(
            columns: fields.enumerated().map { Column(name: $1.0, type: $1.1, fieldID: $0 + 1, nullable: true) }
        )
    }

    private static func texts(_ names: String) -> [(String, String)] {
        names.split(separator: " ").map { (String($0), "VARCHAR") }
    }

    /// The rows that are made of a table a caller may see.
    func rows(of table: SeenTable) -> [JSONValue] {
        switch self {
        case .tables: table.dataset.map { [Self.row(of: $0, in: table.schema)] } ?? []
        case .columns: table.dataset == nil ? [] : Self.columns(of: table)
        case .standardTables:
            [
                Self.object(
                    ("table_catalog", .string(Self.catalog)),
                    ("table_schema", table.schema.map { .string($0) }),
                    ("table_name", .string(table.name)),
                    ("table_type", .string(table.dataset == nil ? "VIEW" : "BASE TABLE")),
                    ("is_insertable_into", "NO"),
                    ("is_typed", "NO"),
                    ("table_comment", table.dataset?.card.description.map { .string($0) })
                )
            ]
        case .standardColumns: Self.standardColumns(of: table)
        case .standardSchemata, .queries: []
        }
    }

    /// The rows that tell of the places tables are in.
    func rows(ofSchemata names: [String]) -> [JSONValue] {
        names.map { Self.object(("catalog_name", .string(Self.catalog)), ("schema_name", .string($0))) }
    }

    private static func row(of dataset: Dataset, in bucket: String?) -> JSONValue {
        object(
            ("name", .string(dataset.name.rawValue)),
            ("bucket", bucket.map { .string($0) }),
            ("description", dataset.card.description.map { .string($0) }),
            ("owner", dataset.card.owner.map { .string($0) }),
            ("sensitivity", dataset.sensitivity.map { .string($0.rawValue) }),
            ("rows", .integer(dataset.rows)),
            ("bytes", .integer(dataset.bytes)),
            ("files", .integer(dataset.files.count)),
            ("version", .integer(dataset.version)),
            ("created_at", .string(dataset.createdAt)),
            ("updated_at", .string(dataset.updatedAt)),
            ("is_pinned", .boolean(dataset.isPinned))
        )
    }

    private static func columns(of table: SeenTable) -> [JSONValue] {
        table.columns.enumerated().map { place, column in
            object(
                ("table_name", .string(table.name)),
                ("column_name", .string(column.name)),
                ("position", .integer(place + 1)),
                ("type", .string(column.type)),
                ("nullable", .boolean(column.nullable)),
                ("field_id", .integer(column.fieldID)),
                ("description", table.comment(on: column)),
                ("sensitivity", table.dataset?.sensitivity(of: column).map { .string($0.level.rawValue) }),
                ("pii", table.personalData(in: column))
            )
        }
    }

    private static func standardColumns(of table: SeenTable) -> [JSONValue] {
        table.columns.enumerated().map { place, column in
            let number = NumericType(column.type)
            return object(
                ("table_catalog", .string(catalog)),
                ("table_schema", table.schema.map { .string($0) }),
                ("table_name", .string(table.name)),
                ("column_name", .string(column.name)),
                ("ordinal_position", .integer(place + 1)),
                ("is_nullable", column.nullable ? "YES" : "NO"),
                ("data_type", .string(column.type)),
                ("numeric_precision", number.map { .integer($0.precision) }),
                ("numeric_precision_radix", number.map { .integer($0.radix) }),
                ("numeric_scale", number?.scale.map { .integer($0) }),
                ("column_comment", table.comment(on: column))
            )
        }
    }

    /// Without what is not there.
    private static func object(_ members: (String, JSONValue?)...) -> JSONValue {
        .object(members.compactMap { name, value in value.map { JSONMember(name, $0) } })
    }

    /// A table as a caller sees it.
    struct SeenTable {
        /// What stands before its name; nil when nothing can.
        var schema: String?
        var name: String
        var columns: [Column]
        /// Nil for a table of the system.
        var dataset: Dataset?

        /// What is said of a column.
        fileprivate func comment(on column: Column) -> JSONValue? {
            (dataset?.card.columns[column.fieldID]?.description).map { .string($0) }
        }

        /// The kinds of what a column seems to hold of people, with commas between them.
        fileprivate func personalData(in column: Column) -> JSONValue? {
            let kinds = dataset?.profile.personalData[column.fieldID]?.map(\.kind.rawValue) ?? []
            return kinds.isEmpty ? nil : .string(kinds.joined(separator: ", "))
        }
    }

    /// The digits of a type of numbers, as the standard counts them.
    private struct NumericType {
        var precision: Int
        var radix = 2
        var scale: Int?

        private static let bits = [
            "TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64, "HUGEINT": 128,
            "UTINYINT": 8, "USMALLINT": 16, "UINTEGER": 32, "UBIGINT": 64, "UHUGEINT": 128,
        ]

        init?(_ type: String) {
            if let bits = Self.bits[type] {
                (precision, scale) = (bits, 0)
            } else if type == "FLOAT" || type == "DOUBLE" {
                precision = type == "FLOAT" ? 24 : 53
            } else {
                guard type.hasPrefix("DECIMAL("), type.hasSuffix(")") else { return nil }
                let digits = type.dropFirst("DECIMAL(".count).dropLast().split(separator: ",").compactMap { Int($0) }
                guard digits.count == 2 else { return nil }
                (precision, radix, scale) = (digits[0], 10, digits[1])
            }
        }
    }
}

extension Lakehouse {
    /// What a caller finds in a table of the catalog.
    func catalogRelation(
        _ table: CatalogTable,
        at state: LakeState,
        for principal: Principal
    ) -> Relation {
        let rows: [JSONValue]
        switch table {
        case .queries: rows = seenQueries(by: principal).map(\.row)
        case .standardSchemata:
            rows = table.rows(ofSchemata: Set(seenTables(at: state, by: principal).compactMap(\.schema)).sorted())
        default: rows = seenTables(at: state, by: principal).flatMap(table.rows)
        }
        return Relation(values: String(decoding: JSONValue.array(rows).encoded, as: UTF8.self), schema: table.schema)
    }

    /// Every table that a caller may read, the system's too.
    private func seenTables(at state: LakeState, by principal: Principal) -> [CatalogTable.SeenTable] {
        let datasets = state.liveDatasets.map { dataset in
            CatalogTable.SeenTable(
                schema: dataset.onlyBucket,
                name: dataset.name.rawValue,
                columns: dataset.schema.columns,
                dataset: dataset
            )
        }
        var others = CatalogTable.allCases.map { ($0.rawValue, $0.schema) }
        if principal.role == .admin {
            others += SystemTable.allCases.map { ("\(SystemTable.bucket).\($0.rawValue)", $0.schema) }
        }
        return datasets
            + others.map { name, schema in
                let parts = name.split(separator: ".").map(String.init)
                return CatalogTable.SeenTable(schema: parts[0], name: parts[1], columns: schema.columns)
            }
    }
}

extension QueryStatus {
    /// As `system.queries` has it.
    fileprivate var row: JSONValue {
        .object(
            ("query_id", .string(queryID)),
            ("principal", .string(principal)),
            ("sql", .string(sql)),
            ("started_at", .string(startedAt)),
            ("elapsed_ms", .integer(elapsedMs)),
            ("version", .integer(version))
        )
    }
}
