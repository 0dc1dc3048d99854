import LakeCatalog
import LakeCore
import LakeIngest
import LakeSQL

/// How a dataset's columns become those of a file that is added to it.
struct SchemaEvolution: Sendable {
    /// None, or one, to be committed with the file and before it.
    var actions: [Action] = []
    var changes: [SchemaChange] = []
}

extension Lakehouse {
    /// What is to become of the columns of a dataset, so that it can take a table file in.
    ///
    /// - Throws: `EngineError.renameLikely`, `EngineError.cannotWiden`.
    func evolution(
        of dataset: Dataset,
        to table: ConvertedTable,
        in path: String,
        _ policy: IngestRequest.SchemaChanges
    ) async throws -> SchemaEvolution {
        let names = Set(table.fileColumns)
        let absent = table.schema.columns.filter { !names.contains($0.name) }
            .map { SchemaChange(change: .absent, column: $0.name) }
        guard table.schema != dataset.schema else { return SchemaEvolution(changes: absent) }
        let diff = try await compared(table.ownSchema, in: path, with: dataset)
        if policy == .auto, diff.renamed.contains(where: { $0.confidence >= SchemaDiff.likely }) {
            throw EngineError.renameLikely(dataset: dataset.name.rawValue, diff: diff)
        }
        if let added = diff.added.first(where: { SQLText.placeColumns.contains($0.name.lowercased()) }) {
            throw EngineError.invalid(
                field: "file",
                reason: "has a column '\(added.name)', whose name the engine needs for its own"
            )
        }
        let isLooked = try await checkWidening(of: dataset, to: table.schema)
        let change = Action.schemaChanged(
            dataset: dataset.id,
            schema: table.schema,
            expectedSchema: SchemaDigest(dataset.schema),
            expectedVersion: isLooked ? dataset.version : nil
        )
        let changes =
            diff.changed.map { SchemaChange(change: .widened, column: $0.name, from: $0.from, to: $0.to) }
            + diff.added.map { SchemaChange(change: .added, column: $0.name, to: $0.type) } + absent
        return SchemaEvolution(actions: [change], changes: changes)
    }

    /// Compares the columns of a table file with those of a dataset, by their values as well.
    func compared(_ schema: Schema, in path: String, with dataset: Dataset) async throws -> SchemaDiff {
        let names = SchemaDiff(from: dataset.schema, to: schema)
        guard !names.pairs.isEmpty else { return names }
        var plan = ReadPlan(self)
        let relation = try await plan.relation(dataset)
        let database = try await trusted.get()
        try await database.use(try await plan.accesses())
        return try await database.withSession { session in
            var shares: [SchemaDiff.Pair: Double] = [:]
            for pair in names.pairs.prefix(Self.pairsMax) {
                shares[pair] = try await Self.share(of: pair, in: path, relation, session)
            }
            withExtendedLifetime(relation) {}
            return SchemaDiff(from: dataset.schema, to: schema, values: shares)
        }
    }

    /// So many pairs of columns are compared by their values.
    private static let pairsMax = 16

    /// The share of some values of an added column that are among some of a removed one; nil when there are none of either.
    private static func share(
        of pair: SchemaDiff.Pair,
        in path: String,
        _ relation: Relation,
        _ session: TrustedSession
    ) async throws -> Double? {
        let (old, new) = (SQLText.quoteIdentifier(pair.removed), SQLText.quoteIdentifier(pair.added))
        let file = "read_parquet(\(SQLText.quoteLiteral(path)))"
        let found = try await session.rows(
            """
            WITH new AS (
                SELECT DISTINCT value FROM (SELECT CAST(\(new) AS VARCHAR) AS value FROM \(file) LIMIT 100000)
                WHERE value IS NOT NULL LIMIT 1000
            ), old AS (
                SELECT CAST(\(old) AS VARCHAR) AS value FROM (\(SQLText.relationSQL(relation))) LIMIT 1000000
            )
            SELECT (SELECT count(*) FROM new), (SELECT count(*) FROM new SEMI JOIN old USING (value)), (SELECT count(value) FROM old)
            """
        )
        guard case .integer(let all)? = found.first?[0], case .integer(let same)? = found.first?[1],
            case .integer(let known)? = found.first?[2], all > 0, known > 0
        else { return nil }
        return Double(same) / Double(all)
    }

    /// That the values of columns whose type becomes another one stay what they are, where the types do not say so.
    ///
    /// - Returns: Whether rows were looked at, so that what was found holds for this version only.
    /// - Throws: `EngineError.cannotWiden`.
    func checkWidening(of dataset: Dataset, to schema: Schema) async throws -> Bool {
        var isLooked = false
        for column in dataset.schema.columns {
            guard let wide = schema.column(id: column.fieldID)?.type,
                TypeWidening(from: column.type, to: wide) == .ifValuesAllow
            else { continue }
            let value = SQLText.quoteIdentifier(column.name)
            let back = "TRY_CAST(TRY_CAST(\(value) AS \(wide)) AS \(column.type))"
            isLooked = true
            if try await hasRow(where: "\(back) IS DISTINCT FROM \(value)", in: dataset, isDeletedToo: true) {
                throw EngineError.cannotWiden(
                    dataset: dataset.name.rawValue,
                    column: column.name,
                    from: column.type,
                    to: wide
                )
            }
        }
        return isLooked
    }

    /// Whether a condition of this program holds for any row.
    func hasRow(where condition: String, in dataset: Dataset, isDeletedToo: Bool = false) async throws -> Bool {
        var plan = ReadPlan(self)
        var relation = try await plan.relation(dataset)
        // What is deleted may come back.
        if isDeletedToo { relation.deletions = nil }
        let database = try await trusted.get()
        try await database.use(try await plan.accesses())
        return try await database.withSession { session in
            let source = SQLText.relationSQL(relation)
            let rows = try await session.rows("SELECT 1 FROM (\(source)) WHERE \(condition) LIMIT 1")
            withExtendedLifetime(relation) {}
            return !rows.isEmpty
        }
    }
}
