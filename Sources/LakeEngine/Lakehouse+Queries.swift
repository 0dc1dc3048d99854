import LakeCatalog
public import LakeCore
import LakeSQL
import LakeStorage

extension Lakehouse {
    /// Begins a query; its rows are drawn from the answer.
    ///
    /// Every table is read at one version of the lake, said in the answer, but for those the text itself pins with `AT`.
    /// Cancelling the task, closing the answer or reaching the time-out stops the work.
    ///
    /// - Throws: `SQLError` for what is wrong with the text, `EngineError.unknownTable` for a name no dataset has.
    public func query(_ request: QueryRequest, for principal: Principal) async throws -> QueryAnswer {
        try await observed(.query) {
            let asked = try await prepare(request, longest: settings.queryTimeout, for: principal)
            return try await beginInTurn(asked, request, for: principal)
        }
    }

    /// Begins a query when the caller may have one more; the wait counts as time of the query.
    func beginInTurn(_ asked: Asked, _ request: QueryRequest, for principal: Principal) async throws -> QueryAnswer {
        var asked = asked
        let place = try await enter(&asked, for: principal)
        var answer = try await begin(asked, request, id: nil, for: principal)
        answer.place = place
        return answer
    }

    /// Waits until the caller may have one more query.
    func enter(_ asked: inout Asked, for principal: Principal) async throws -> CallerPlace? {
        let timeout = asked.limits.timeout ?? settings.queryTimeout
        let started = ContinuousClock.now
        let place = try await callers.enter(principal.name, patience: timeout)
        if place != nil { asked.limits.timeout = max(.milliseconds(1), timeout - (ContinuousClock.now - started)) }
        return place
    }

    /// Begins a query.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - id: What it is called while it runs; nil: something fresh.
    ///   - longest: How long it may run at the most.
    ///   - principal: Who asks.
    /// - Returns: The answer.
    /// - Throws: As ``query(_:for:)``.
    func begin(
        _ request: QueryRequest,
        id: String? = nil,
        longest: Duration,
        for principal: Principal
    ) async throws -> QueryAnswer {
        let asked = try await prepare(request, longest: longest, for: principal)
        return try await begin(asked, request, id: id, for: principal)
    }

    /// Begins a query that was checked.
    func begin(
        _ asked: Asked,
        _ request: QueryRequest,
        id: String?,
        for principal: Principal
    ) async throws -> QueryAnswer {
        try await withTables(of: asked.query, at: asked.state, for: principal) { tables in
            try await start(asked, tables, request, id, by: principal)
        }
    }

    /// A query that may be asked, and what of the lake it is asked of.
    struct Asked {
        var query: ParsedQuery
        var state: LakeState
        var limits: QueryLimits
        /// The most bytes a door may send.
        var maxBytes: Int
    }

    /// Checks a request, writes down that it was made, and pins a version for it.
    func prepare(_ request: QueryRequest, longest: Duration, for principal: Principal) async throws -> Asked {
        let engine = try await sql.get()
        // Parsing touches nothing of the lake and says what the query is about.
        let parsing: Result<ParsedQuery, any Error>
        do { parsing = .success(try await engine.parse(request.sql)) } catch { parsing = .failure(error) }
        let named = (try? parsing.get().tables) ?? []
        try await authorise(principal, .reader, "query", on: named.map(Self.entity))
        let parsed = try parsing.get()
        let state = try await lake(at: request.version)
        // Journals keep what was compacted for as long as a query may run that somebody waits for.
        let readsJournals = parsed.tables.contains { $0.bucket?.lowercased() == SystemTable.bucket }
        let longest = readsJournals ? min(longest, settings.queryTimeout) : longest
        let timeout = min(request.timeout ?? longest, longest)
        try Self.check(request, timeout)
        let rows = min(request.maxRows ?? settings.maxRows, settings.maxRows)
        return Asked(
            query: parsed,
            state: state,
            limits: QueryLimits(maxRows: rows, timeout: timeout),
            maxBytes: min(request.maxBytes ?? settings.maxResultBytes, settings.maxResultBytes)
        )
    }

    /// Does `body` with what the tables of a query stand for; once more with their copies when a bucket has gone meanwhile.
    func withTables<Value>(
        of query: ParsedQuery,
        at state: LakeState,
        for principal: Principal,
        _ body: (Tables) async throws -> Value
    ) async throws -> Value {
        var plan = ReadPlan(self)
        let tables = try await self.tables(of: query, at: state, &plan, for: principal)
        do {
            return try await body(tables)
        } catch let error as SQLError where error.kind == .unavailable && buckets.rescue != nil && !plan.usesRescue {
            // A bucket may have gone since it was last asked. Nothing was sent yet, so that the whole query can be run again.
            plan = ReadPlan(self, isSuspicious: true)
            let copies = try await self.tables(of: query, at: state, &plan, for: principal)
            guard plan.usesRescue else { throw error }
            return try await body(copies)
        }
    }

    /// What the tables of a query stand for.
    struct Tables {
        var relations: [TableReference: Relation] = [:]
        /// The oldest version that any of them is read at.
        var oldestVersion: Int
    }

    /// What each table of a query stands for; the SQL engine is told how to reach it.
    func tables(
        of query: ParsedQuery,
        at state: LakeState,
        _ plan: inout ReadPlan,
        for principal: Principal
    ) async throws -> Tables {
        var tables = Tables(oldestVersion: state.version)
        for table in query.tables {
            if let catalog = CatalogTable(table), catalog != .queries || table.isOfNow {
                let at = try await pin(of: table, below: state)
                tables.relations[table] = catalogRelation(catalog, at: at, for: principal)
                continue
            }
            if table.bucket?.lowercased() == SystemTable.bucket {
                tables.relations[table] = try await systemRelation(table, for: principal)
                continue
            }
            if let span = table.changes {
                tables.oldestVersion = min(tables.oldestVersion, span.from)
                tables.relations[table] = try await changedRows(of: table, span, below: state, &plan)
                continue
            }
            let at = try await pin(of: table, below: state)
            tables.oldestVersion = min(tables.oldestVersion, at.version)
            let dataset = try dataset(of: table, in: at)
            try await check(at.version, of: dataset)
            tables.relations[table] = try await hotRelation(dataset, &plan)
        }
        try await sql.get().use(try await plan.accesses())
        return tables
    }

    /// The lake as the text asks for a table of it.
    ///
    /// No time leads past `state`, so that tables at times to come are read at one version, too.
    func pin(of table: TableReference, below state: LakeState) async throws -> LakeState {
        if let version = table.version { return try await lake(at: version) }
        if let tag = table.tag { return try await lake(at: try await version(tagged: tag, of: table, below: state)) }
        guard let time = table.time else { return state }
        return try await lake(at: min(try await log.version(at: time), state.version))
    }

    private func start(
        _ asked: Asked,
        _ tables: Tables,
        _ request: QueryRequest,
        _ id: String?,
        by principal: Principal
    ) async throws -> QueryAnswer {
        let engine = try await sql.get()
        let hasRescue = buckets.rescue != nil
        let held = try memory.reserve(WorkingMemory.query, from: .queries)
        // A task of its own, because a query may compute for long before it has a first row, and whoever knows its name may stop
        // it meanwhile as well as the caller.
        let start = Task {
            try await self.spanned("sql") {
                let running = try await engine.run(
                    asked.query,
                    relations: tables.relations,
                    parameters: request.parameters,
                    limits: asked.limits
                )
                if hasRescue { try await running.prepare() }
                return running
            }
        }
        let id = queries.begin(
            { start.cancel() },
            sql: request.sql,
            principal: principal.name,
            version: asked.state.version,
            oldestVersion: tables.oldestVersion,
            id: id
        )
        let running: RunningQuery
        do {
            running = try await withTaskCancellationHandler {
                try await start.value
            } onCancel: {
                start.cancel()
            }
        } catch {
            queries.end(id)
            throw error
        }
        queries.attach(running, to: id)
        return QueryAnswer(
            version: asked.state.version,
            queryID: id,
            running: running,
            maxBytes: asked.maxBytes,
            memory: held
        )
    }

    /// The queries under way: all of them for an administrator, their own for anybody else.
    public func runningQueries(for principal: Principal) async throws -> [QueryStatus] {
        try await authorise(principal, .reader, "list queries")
        return seenQueries(by: principal)
    }

    func seenQueries(by principal: Principal) -> [QueryStatus] {
        queries.list().filter { principal.role == .admin || $0.principal == principal.name }
    }

    /// Stops a query.
    ///
    /// - Throws: `EngineError.notFound` when it has ended or is somebody else's.
    public func cancelQuery(id: String, for principal: Principal) async throws {
        try await authorise(principal, .reader, "cancel queries")
        guard seenQueries(by: principal).contains(where: { $0.queryID == id }), queries.cancel(id) else {
            throw EngineError.notFound(kind: "running query", name: id, nearest: [])
        }
    }

    /// The lake at `version`, or at its newest; whether a dataset can be read there is another question.
    func lake(at version: Int?) async throws -> LakeState {
        let newest = try await log.state()
        guard let version else { return newest }
        let oldest = newest.oldestVersion
        guard
            version >= oldest || version < 0
                || newest.datasets.values.contains(where: { $0.isKept(at: version, oldest: oldest) })
        else { throw CatalogError.versionNotKept(version, oldest: oldest) }
        return try await log.state(at: version)
    }

    /// That a dataset's files are kept for a version.
    func check(_ version: Int, of dataset: Dataset) async throws {
        let newest = try await log.state()
        let (now, oldest) = (newest.datasets[dataset.id], newest.oldestVersion)
        guard now?.isKept(at: version, oldest: oldest) ?? (version >= oldest) else {
            throw CatalogError.versionNotKept(version, oldest: now?.keptFrom ?? oldest)
        }
    }

    private func version(tagged tag: String, of table: TableReference, below state: LakeState) async throws -> Int {
        let dataset = try dataset(of: table, in: state)
        let tags = try await log.state().datasets[dataset.id]?.versionTags ?? [:]
        if let version = tags[tag] { return version }
        let nearest = nearestNames(to: tag, in: tags.keys.sorted())
        throw EngineError.notFound(kind: "version of '\(dataset.name)'", name: tag, nearest: nearest)
    }

    /// The name of what a table stands for, for the audit.
    static func entity(_ table: TableReference) -> String {
        "dataset:\(table.bucket.map { "\($0.lowercased())." } ?? "")\(table.name.lowercased())"
    }

    func dataset(of table: TableReference, in state: LakeState) throws -> Dataset {
        // SQL folds the case of names; dataset names are lowercase.
        if let name = DatasetName(table.name.lowercased()), let found = state.dataset(named: name),
            table.bucket.map({ found.onlyBucket == $0.lowercased() }) ?? true
        {
            return found
        }
        let written = table.bucket.map { "\($0).\(table.name)" } ?? table.name
        throw EngineError.unknownTable(
            name: written,
            nearest: Self.nearest(table.name.lowercased(), state.liveDatasets),
            position: table.position
        )
    }

    static func check(_ request: QueryRequest, _ timeout: Duration) throws {
        if let rows = request.maxRows, rows < 0 {
            throw EngineError.invalid(field: "max_rows", reason: "must not be negative")
        }
        if let bytes = request.maxBytes, bytes < 1 {
            throw EngineError.invalid(field: "max_bytes", reason: "must be at least 1")
        }
        if timeout <= .zero { throw EngineError.invalid(field: "timeout_ms", reason: "must be at least 1") }
    }
}

extension Dataset {
    /// The bucket that every file is in; nil when there are several.
    var onlyBucket: String? {
        let bucket = files.first?.bucket ?? BucketSettings.primaryName
        return files.allSatisfy { ($0.bucket ?? BucketSettings.primaryName) == bucket } ? bucket : nil
    }
}
