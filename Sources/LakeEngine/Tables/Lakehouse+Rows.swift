import LakeCatalog
public import LakeCore
import LakeIngest
public import LakeSQL
import LakeStorage

extension Lakehouse {
    /// Deletes the rows of a dataset for which a condition holds, in one commit.
    ///
    /// Versions before still have them, until nobody can read those any more.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - condition: A SQL expression over its columns; it may look into other datasets.
    ///   - parameters: The values of its placeholders.
    ///   - isDryRun: Whether the rows are only counted.
    ///   - principal: Who asks.
    /// - Returns: What was deleted.
    /// - Throws: `SQLError` for what is wrong with the condition, `EngineError.notFound` for the dataset.
    public func deleteRows(
        of name: String,
        where condition: String,
        parameters: Parameters = .none,
        isDryRun: Bool = false,
        for principal: Principal
    ) async throws -> RowChange {
        try await observed(.changeRows) {
            let asked = RowRequest(name, condition, [:], parameters)
            return try await change(asked, "delete rows", isDryRun, for: principal)
        }
    }

    /// Gives the rows of a dataset for which a condition holds other values, in one commit.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - values: A SQL expression for each column that changes, over the row as it is.
    ///   - condition: A SQL expression over its columns; it may look into other datasets.
    ///   - parameters: The values of the placeholders of all of them.
    ///   - isDryRun: Whether the rows are only counted.
    ///   - principal: Who asks.
    /// - Returns: What was changed.
    /// - Throws: `SQLError` for what is wrong with an expression, `EngineError.notFound` for the dataset.
    public func updateRows(
        of name: String,
        set values: [String: String],
        where condition: String,
        parameters: Parameters = .none,
        isDryRun: Bool = false,
        for principal: Principal
    ) async throws -> RowChange {
        guard !values.isEmpty else { throw EngineError.invalid(field: "set", reason: "must name at least one column") }
        return try await observed(.changeRows) {
            let asked = RowRequest(name, condition, values, parameters)
            return try await change(asked, "update rows", isDryRun, for: principal)
        }
    }

    private func change(
        _ request: RowRequest,
        _ action: String,
        _ isDryRun: Bool,
        for principal: Principal
    ) async throws -> RowChange {
        // Parsing touches nothing of the lake and says what else the texts look into.
        let named = try? await sql.get().parse(request.probe).tables.map(Self.entity)
        let target = "dataset:\(request.dataset)"
        try await authorise(principal, .writer, action, on: [target] + (named ?? []).filter { $0 != target })
        try request.check()
        if isDryRun { return try await attempt(request, action, isDryRun: true, nil, for: principal) }
        return try await once(action, request.asked, by: principal) { ticket in
            try await retrying { try await attempt(request, action, isDryRun: false, ticket, for: principal) }
        }
    }

    /// Does something again while others change the same files first: what it found has to be found anew then.
    ///
    /// - Parameters:
    ///   - alsoOfColumns: Whether `body` looks at the dataset's columns anew, too.
    ///   - body: What is to be done.
    /// - Returns: What it gives.
    /// - Throws: What it throws.
    func retrying<Result>(
        alsoOfColumns: Bool = true,
        _ body: () async throws -> Result
    ) async throws -> Result {
        for attempt in 1..<Self.rowAttempts {
            do {
                return try await body()
            } catch CatalogError.filesGone, CatalogError.replacedMeanwhile, CatalogError.describedMeanwhile {
            } catch CatalogError.schemaChanged where alsoOfColumns {}
            // Of those who meet, one gets through each time; not all of them need find their rows again at once.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...min(5 * attempt, 100))))
        }
        return try await body()
    }

    private static let rowAttempts = 40

    private func attempt(
        _ request: RowRequest,
        _ action: String,
        isDryRun: Bool,
        _ ticket: RequestTicket?,
        for principal: Principal
    ) async throws -> RowChange {
        let state = try await log.state()
        let dataset = try liveDataset(request.dataset, in: state)
        var outcome = RowChange(
            dataset: request.dataset,
            version: state.version,
            rowsDeleted: 0,
            rowsAdded: 0,
            rows: dataset.rows,
            dryRun: isDryRun
        )
        let query = try await sql.get().parse(try request.statement(over: dataset))
        var plan = ReadPlan(self)
        var tables = try await self.tables(of: query, at: state, &plan, for: principal)
        guard
            let target = query.tables.first(where: {
                $0 == TableReference(name: request.dataset)
            })
        else {
            throw EngineError.invalid(field: "where", reason: "hides the dataset itself")
        }
        // Rows in memory do not say where they stand.
        var relation = try await plan.relation(dataset)
        relation.isPlaced = true
        tables.relations[target] = relation
        let found = workspace.stagingFile(suffix: ".rows.parquet")
        do {
            let held = try memory.reserve(WorkingMemory.query, from: .queries)
            defer { withExtendedLifetime(held) {} }
            let limits = QueryLimits(timeout: settings.queryTimeout)
            let count = try await sql.get().write(
                query,
                to: found,
                relations: tables.relations,
                parameters: request.parameters,
                limits: limits
            )
            outcome.rowsDeleted = count
            outcome.rowsAdded = request.values.isEmpty ? 0 : count
            outcome.rows = dataset.rows - outcome.rowsDeleted + outcome.rowsAdded
            if count > 0 { try await checkValues(found, request, dataset) }
            if count > 0, !isDryRun {
                let hider = RowHider(lake: self, dataset: dataset)
                outcome.version = try await commit(
                    request,
                    found,
                    hider,
                    &plan,
                    action,
                    ticket,
                    outcome,
                    for: principal
                )
            }
        } catch {
            await workspace.removeStaged(path: found)
            throw error
        }
        await workspace.removeStaged(path: found)
        return outcome
    }

    /// That no row is without a value that it must have.
    private func checkValues(_ found: String, _ request: RowRequest, _ dataset: Dataset) async throws {
        let changed = Set(request.values.keys.map { $0.lowercased() })
        let needed = dataset.schema.columns.filter { !$0.nullable && changed.contains($0.name.lowercased()) }
        guard !needed.isEmpty else { return }
        try await trusted.get().withSession { session in
            for column in needed {
                let name = SQLText.quoteIdentifier(column.name)
                let file = "read_parquet(\(SQLText.quoteLiteral(found)))"
                let missing = try await session.rows("SELECT 1 FROM \(file) WHERE \(name) IS NULL LIMIT 1")
                guard missing.isEmpty else {
                    throw EngineError.invalid(field: "set.\(column.name)", reason: "must give every row a value")
                }
            }
        }
    }

    private func commit(
        _ request: RowRequest,
        _ found: String,
        _ hider: RowHider,
        _ plan: inout ReadPlan,
        _ action: String,
        _ ticket: RequestTicket?,
        _ outcome: RowChange,
        for principal: Principal
    ) async throws -> Int {
        let dataset = hider.dataset
        guard let (hidden, _) = try await hider.hide(found, &plan) else { return outcome.version }
        var actions = [
            Action.deletionsChanged(dataset: dataset.id, changes: hidden.changes, expectedVersion: nil)
        ]
        var written: DataFile?
        do {
            if !request.values.isEmpty {
                let names = dataset.schema.columns.map { SQLText.quoteIdentifier($0.name) }.joined(separator: ", ")
                let query = "SELECT \(names) FROM read_parquet(\(SQLText.quoteLiteral(found)))"
                let share = dataset.bytes / max(1, dataset.storedRows)
                let file = try await write(query, of: dataset, rows: hidden.rows, bytes: share * hidden.rows)
                written = file
                let digest = SchemaDigest(dataset.schema)
                actions.append(.filesAdded(dataset: dataset.id, files: [file], expectedSchema: digest))
            }
            let reason = "\(action) of \(dataset.name)"
            return try await commit(actions, reason, by: principal, note: try ticket?.note(outcome)).version
        } catch {
            if !error.leavesOutcomeOpen {
                await hider.discard(hidden)
                if let written { await discard(written) }
            }
            throw error
        }
    }

    /// Writes the rows of a query as a data file of a dataset, which no commit refers to yet.
    func write(_ query: String, of dataset: Dataset, rows: Int, bytes: Int) async throws -> DataFile {
        let output = workspace.stagingFile(suffix: ".parquet")
        do {
            let written = try await trusted.get().withSession { session in
                let writer = TableWriter(session: session)
                return try await writer.write(query, schema: dataset.schema, bytes: bytes, rows: rows, to: output)
            }
            let digest = try await FileDigest.sha256(ofFile: output).sha256
            let key = try ObjectKey(validating: "datasets/\(dataset.id)/data/\(UUIDv7.string()).parquet")
            let bucket = try dataBucket(named: dataset.bucket)
            let info = try await bucket.put(key, file: output, condition: .always)
            return DataFile(
                key: key.rawValue,
                bucket: bucket === store ? nil : bucket.name,
                rows: written.rows,
                bytes: info.size,
                sha256: digest,
                schema: dataset.newestSchema
            )
        } catch {
            await workspace.removeStaged(path: output)
            throw error
        }
    }

    /// Takes a data file away that no commit can refer to; the sweeper takes what is left.
    func discard(_ file: DataFile) async {
        guard let key = try? ObjectKey(validating: file.key) else { return }
        try? await bucket(named: file.bucket).delete(key)
    }
}

/// Which rows are to be changed, and how.
struct RowRequest: Sendable {
    let dataset: String
    let condition: String
    /// An expression for each column that changes; none: the rows are deleted.
    let values: [String: String]
    let parameters: Parameters

    init(_ dataset: String, _ condition: String, _ values: [String: String], _ parameters: Parameters) {
        self.dataset = dataset
        self.condition = condition
        self.values = values
        self.parameters = parameters
    }

    /// All that makes a difference.
    var asked: [String] {
        [dataset, condition] + values.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] } + ["\(parameters)"]
    }

    /// That each text can only be an expression.
    func check() throws(EngineError) {
        guard !condition.allSatisfy(\.isWhitespace) else {
            throw .invalid(field: "where", reason: "must be a condition; 'true' stands for every row")
        }
        guard SQLText.isEnclosed(condition) else { throw .invalid(field: "where", reason: Self.notAnExpression) }
        for (column, value) in values where !SQLText.isEnclosed(value) || value.allSatisfy(\.isWhitespace) {
            throw .invalid(field: "set.\(column)", reason: Self.notAnExpression)
        }
    }

    private static let notAnExpression = "must be one expression with brackets that match"

    /// A query that names each table that the texts name.
    var probe: String {
        let columns = ["true"] + values.sorted { $0.key < $1.key }.map { "(\($0.value)\n)" }
        let table = SQLText.quoteIdentifier(dataset)
        return "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE (\(condition)\n)"
    }

    /// The query that finds the rows, with their new values.
    func statement(over dataset: Dataset) throws(EngineError) -> String {
        try dataset.checkPlaces()
        var rest = values
        var columns = SQLText.placeColumns
        if !values.isEmpty {
            for column in dataset.schema.columns {
                let name = SQLText.quoteIdentifier(column.name)
                let key = rest.keys.first { $0.lowercased() == column.name.lowercased() }
                guard let key, let value = rest.removeValue(forKey: key) else {
                    columns.append(name)
                    continue
                }
                columns.append("CAST((\(value)\n) AS \(column.type)) AS \(name)")
            }
        }
        if let unknown = rest.keys.min() {
            let nearest = nearestNames(to: unknown, in: dataset.schema.columns.map(\.name))
            let hint = nearest.first.map { "; did you mean '\($0)'?" } ?? ""
            throw .invalid(field: "set", reason: "names no column of '\(dataset.name)': '\(unknown)'\(hint)")
        }
        let table = SQLText.quoteIdentifier(dataset.name.rawValue)
        return "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE (\(condition)\n)"
    }
}
