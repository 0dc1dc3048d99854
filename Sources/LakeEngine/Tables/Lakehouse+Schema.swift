public import LakeCatalog
public import LakeCore
import LakeIngest
import LakeSQL
import LakeStorage

extension Lakehouse {
    /// Compares columns with those of a dataset.
    ///
    /// - Throws: `EngineError.notFound`, `EngineError.invalid` for a type that no column can have.
    public func compareSchema(
        of name: String,
        with columns: [Column],
        for principal: Principal
    ) async throws -> SchemaComparison {
        try await authorise(principal, .reader, "read datasets", on: ["dataset:\(name)"])
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        var columns = columns
        for place in columns.indices {
            columns[place].type = try Self.columnType(columns[place].type, field: "columns[\(place)].type")
        }
        let diff = SchemaDiff(from: dataset.schema, to: Schema(columns: columns))
        return SchemaComparison(dataset: name, version: state.version, diff: diff)
    }

    /// Compares the columns of a file with those of a dataset, as if it were appended; changes nothing.
    ///
    /// - Throws: `EngineError.notFound`, `IngestError` for what is wrong with the file itself.
    public func compareSchema(
        of name: String,
        with upload: Upload,
        _ request: IngestRequest,
        for principal: Principal
    ) async throws -> SchemaComparison {
        do {
            try await authorise(principal, .writer, "compare files", on: ["dataset:\(name)"])
            let staged = await upload.finish()
            let held = try memory.reserve(WorkingMemory.ingest, from: .ingest)
            defer { withExtendedLifetime(held) {} }
            let comparison = try await ingestSlots.with { try await compare(staged, request, with: name) }
            await upload.discard()
            return comparison
        } catch {
            await upload.discard()
            throw error
        }
    }

    private func compare(
        _ staged: StagedFile,
        _ request: IngestRequest,
        with name: String
    ) async throws -> SchemaComparison {
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        let output = workspace.stagingFile(suffix: ".parquet")
        do {
            var (table, refusal) = try await converted(staged, request, dataset, output: output)
            let diff = try await compared(table.ownSchema, in: output, with: dataset)
            if refusal == nil { refusal = try await self.refusal(of: table, in: output, by: dataset, request) }
            await workspace.removeStaged(path: output)
            return SchemaComparison(dataset: name, version: state.version, diff: diff, refusal: refusal)
        } catch {
            await workspace.removeStaged(path: output)
            throw error
        }
    }

    /// A file as a table file with the columns of a dataset; if it cannot have those, with its own, and why.
    private func converted(
        _ staged: StagedFile,
        _ request: IngestRequest,
        _ dataset: Dataset,
        output: String
    ) async throws -> (table: ConvertedTable, refusal: String?) {
        let converter = FileConverter(database: try await trusted.get())
        let fitting = options(request, existing: dataset)
        let fitted: Result<ConvertedTable, IngestError>
        do throws(IngestError) {
            fitted = .success(try await converter.convert(file: staged.path, options: fitting, output: output))
        } catch {
            fitted = .failure(error)
        }
        switch fitted {
        case .success(let table): return (table, nil)
        case .failure(let error) where error.isOfColumns:
            let own = options(request, existing: nil)
            return (try await converter.convert(file: staged.path, options: own, output: output), error.detail)
        case .failure(let error): throw error
        }
    }

    /// Why a table file would not be taken in; nil when it would.
    private func refusal(
        of table: ConvertedTable,
        in path: String,
        by dataset: Dataset,
        _ request: IngestRequest
    ) async throws -> String? {
        do {
            _ = try await evolution(of: dataset, to: table, in: path, request.schemaChanges)
            return nil
        } catch let error as EngineError {
            return error.detail
        }
    }

    /// Changes the columns of a dataset, in one commit; its files stay, and are read through the change.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - rules: The changes, in order.
    ///   - version: The version of the dataset that the rules were made for; nil: whatever it is.
    ///   - isDryRun: Whether the outcome is only told.
    ///   - principal: Who asks.
    /// - Returns: The columns.
    /// - Throws: `EngineError.invalid` naming the rule; `EngineError.columnsNeeded` when an index or a tombstone needs a column
    ///   that is to go; `CatalogError.replacedMeanwhile` when the dataset is at another version.
    public func migrateSchema(
        of name: String,
        rules: [SchemaRule],
        expecting version: Int? = nil,
        isDryRun: Bool = false,
        for principal: Principal
    ) async throws -> SchemaMigration {
        try await observed(.changeSchema) {
            try await authorise(principal, .writer, "change columns", on: ["dataset:\(name)"])
            guard !rules.isEmpty, rules.count <= 1000 else {
                throw EngineError.invalid(field: "rules", reason: "must be 1 to 1,000 rules")
            }
            if isDryRun { return try await migrate(name, rules, version, isDryRun: true, nil, for: principal) }
            let asked = [name, "\(rules)", version.map(String.init) ?? ""]
            return try await once("migrate schema", asked, by: principal) { ticket in
                guard version == nil else {
                    return try await migrate(name, rules, version, isDryRun: false, ticket, for: principal)
                }
                return try await retrying {
                    try await migrate(name, rules, nil, isDryRun: false, ticket, for: principal)
                }
            }
        }
    }

    private func migrate(
        _ name: String,
        _ rules: [SchemaRule],
        _ version: Int?,
        isDryRun: Bool,
        _ ticket: RequestTicket?,
        for principal: Principal
    ) async throws -> SchemaMigration {
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        if let version, version != dataset.version {
            throw CatalogError.replacedMeanwhile(dataset.name, expected: version, found: dataset.version)
        }
        let schema = try Self.schema(of: dataset, after: try await checked(rules))
        var outcome = SchemaMigration(
            dataset: name,
            version: state.version,
            columns: schema.columns,
            dryRun: isDryRun,
            needed: state.uses(of: dataset, without: schema)
        )
        let isLooked = try await checkValues(of: dataset, for: schema)
        if isDryRun || schema == dataset.schema { return outcome }
        guard outcome.needed.isEmpty else { throw EngineError.columnsNeeded(dataset: name, by: outcome.needed) }
        let change = Action.schemaChanged(
            dataset: dataset.id,
            schema: schema,
            expectedSchema: SchemaDigest(dataset.schema),
            expectedVersion: isLooked ? dataset.version : version
        )
        let note = try ticket?.note(outcome)
        outcome.version = try await commit([change], "change columns of \(name)", by: principal, note: note).version
        return outcome
    }

    private static func schema(of dataset: Dataset, after rules: [SchemaRule]) throws -> Schema {
        do {
            return try dataset.schema.applying(rules, nextFieldID: dataset.nextFieldID)
        } catch {
            throw EngineError.invalid(field: "rules[\(error.place)]", reason: error.reason)
        }
    }

    /// The rules with types as the engine spells them; their defaults are of these types.
    private func checked(_ rules: [SchemaRule]) async throws -> [SchemaRule] {
        var checked: [SchemaRule] = []
        for (place, rule) in rules.enumerated() {
            let field = "rules[\(place)]"
            switch rule {
            case .add(let name, let type, let nullable, let fallback):
                if SQLText.placeColumns.contains(name.lowercased()) {
                    throw EngineError.invalid(field: field, reason: "gives a name that the engine needs for its own")
                }
                let type = try Self.columnType(type, field: field)
                checked.append(.add(name: name, type: type, nullable: nullable, fallback: fallback))
            case .rename(_, let name) where SQLText.placeColumns.contains(name.lowercased()):
                throw EngineError.invalid(field: field, reason: "gives a name that the engine needs for its own")
            case .widen(let name, let type):
                checked.append(.widen(name: name, to: try Self.columnType(type, field: field)))
            default: checked.append(rule)
            }
        }
        return checked
    }

    /// That defaults are of their columns, and the rows as the columns want them.
    ///
    /// - Returns: Whether rows were looked at, so that what was found holds for this version only.
    private func checkValues(of dataset: Dataset, for schema: Schema) async throws -> Bool {
        try await trusted.get().withSession { session in
            for column in schema.columns {
                guard let fallback = column.fallback else { continue }
                let value = "TRY_CAST(\(SQLText.quoteLiteral(fallback)) AS \(column.type))"
                let wrong = try await session.rows("SELECT 1 WHERE \(value) IS NULL")
                guard wrong.isEmpty else {
                    throw EngineError.invalid(
                        field: "rules",
                        reason: "give '\(column.name)' a default that is no \(column.type)"
                    )
                }
            }
        }
        var isLooked = try await checkWidening(of: dataset, to: schema)
        for column in schema.columns where !column.nullable {
            guard let old = dataset.schema.column(id: column.fieldID), old.nullable else { continue }
            isLooked = true
            if try await hasRow(where: "\(SQLText.quoteIdentifier(old.name)) IS NULL", in: dataset) {
                throw EngineError.invalid(
                    field: "rules",
                    reason: "want a value of every row in '\(old.name)'; some have none"
                )
            }
        }
        return isLooked
    }

    /// A type as the engine spells it, of those that a column can be given.
    private static func columnType(_ text: String, field: String) throws(EngineError) -> String {
        if let type = ColumnTypeName(text) { return type.spelled }
        throw .invalid(
            field: field,
            reason: "must be one of \(ColumnTypeName.all.joined(separator: ", ")) or DECIMAL(p,s), each also with []"
        )
    }
}

extension ConvertedTable {
    /// The columns that the file has itself, in its order.
    var ownSchema: Schema { Schema(columns: fileColumns.compactMap { schema.column(named: $0) }) }
}

extension IngestError {
    /// Whether the file is a good one, only not for the table.
    fileprivate var isOfColumns: Bool {
        switch self {
        case .columnsDiffer, .valueDoesNotFit: true
        default: false
        }
    }
}

extension LakeState {
    /// What needs columns of a dataset that others would be without.
    func uses(of dataset: Dataset, without schema: Schema) -> [ColumnUse] {
        let gone = dataset.schema.columns.filter { schema.column(id: $0.fieldID) == nil }
        return gone.flatMap { column in
            func isMeant(_ name: String) -> Bool { name.lowercased() == column.name.lowercased() }
            let byIndexes = indexes.values
                .filter {
                    $0.dataset == dataset.id
                        && ($0.textColumns + [$0.idColumn].compactMap(\.self)).contains(where: isMeant)
                }
                .map { ColumnUse(column: column.name, kind: "index", name: $0.name.rawValue) }
            let byTombstones = tombstones.values
                .filter { $0.dataset == dataset.id && $0.columns.contains(where: isMeant) }
                .map { ColumnUse(column: column.name, kind: "tombstone", name: $0.id.rawValue) }
            let byOrder = dataset.clusterBy.filter(isMeant).map { _ in
                ColumnUse(column: column.name, kind: "clustering", name: dataset.name.rawValue)
            }
            return (byIndexes + byTombstones + byOrder).sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
        }
    }
}
