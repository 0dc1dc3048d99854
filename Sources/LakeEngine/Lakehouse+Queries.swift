import LakeCatalog
public import LakeCore
import LakeSQL

extension Lakehouse {
    /// Begins a query; its rows are drawn from the answer.
    ///
    /// Every table is read at one version of the lake, said in the answer, but for those the text itself pins with `AT`.
    /// Cancelling the task, closing the answer or reaching the time-out stops the work.
    ///
    /// - Throws: `SQLError` for what is wrong with the text, `EngineError.unknownTable` for a name no dataset has.
    public func query(_ request: QueryRequest, for principal: Principal) async throws -> QueryAnswer {
        try await observed(.query) { try await begin(request, for: principal) }
    }

    private func begin(_ request: QueryRequest, for principal: Principal) async throws -> QueryAnswer {
        try authorise(principal, .reader, "query")
        let engine = try await sql.get()
        let parsed = try await engine.parse(request.sql)
        let state = try await pinned(request.version)
        var relations: [TableReference: Relation] = [:]
        var oldest = state.version
        for table in parsed.tables {
            let at = if let version = table.version { try await pinned(version) } else { state }
            oldest = min(oldest, at.version)
            relations[table] = try relation(try self.dataset(of: table, in: at))
        }
        let timeout = min(request.timeout ?? settings.queryTimeout, settings.queryTimeout)
        let limits = QueryLimits(
            maxRows: min(request.maxRows ?? settings.maxRows, settings.maxRows),
            timeout: timeout
        )
        try Self.check(request, timeout)
        let held = try memory.reserve(WorkingMemory.query, from: .queries)
        // A task of its own, because a query may compute for long before it has a first row, and whoever knows its name may stop
        // it meanwhile as well as the caller.
        let start = Task { [relations] in
            try await engine.run(parsed, relations: relations, parameters: request.parameters, limits: limits)
        }
        let id = queries.begin(
            start,
            sql: request.sql,
            principal: principal.name,
            version: state.version,
            oldestVersion: oldest
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
            version: state.version,
            queryID: id,
            running: running,
            maxBytes: min(request.maxBytes ?? settings.maxResultBytes, settings.maxResultBytes),
            memory: held
        )
    }

    /// The queries under way: all of them for an administrator, their own for anybody else.
    public func runningQueries(for principal: Principal) throws -> [QueryStatus] {
        try authorise(principal, .reader, "list queries")
        return queries.list().filter { principal.role == .admin || $0.principal == principal.name }
    }

    /// Stops a query.
    ///
    /// - Throws: `EngineError.notFound` when it has ended or is somebody else's.
    public func cancelQuery(id: String, for principal: Principal) throws {
        try authorise(principal, .reader, "cancel queries")
        let mine = queries.list().contains {
            $0.queryID == id && (principal.role == .admin || $0.principal == principal.name)
        }
        guard mine, queries.cancel(id) else {
            throw EngineError.notFound(kind: "running query", name: id, nearest: [])
        }
    }

    /// The lake at `version`, or at its newest.
    func pinned(_ version: Int?) async throws -> LakeState {
        guard let version else { return try await log.state() }
        let oldest = try await log.state().oldestVersion
        guard version >= oldest || version < 0 else {
            throw CatalogError.versionNotKept(version, oldest: oldest)
        }
        return try await log.state(at: version)
    }

    /// What the SQL engine reads for a dataset: its files as they are at this version.
    func relation(_ dataset: Dataset) throws -> Relation {
        Relation(files: try dataset.files.map { try path($0.key) }, schema: dataset.schema)
    }

    private func dataset(of table: TableReference, in state: LakeState) throws -> Dataset {
        // SQL folds the case of names; dataset names are lowercase.
        if table.bucket == nil, let name = DatasetName(table.name.lowercased()), let found = state.dataset(named: name)
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

    private static func check(_ request: QueryRequest, _ timeout: Duration) throws {
        if let rows = request.maxRows, rows < 0 {
            throw EngineError.invalid(field: "max_rows", reason: "must not be negative")
        }
        if let bytes = request.maxBytes, bytes < 1 {
            throw EngineError.invalid(field: "max_bytes", reason: "must be at least 1")
        }
        if timeout <= .zero { throw EngineError.invalid(field: "timeout_ms", reason: "must be at least 1") }
    }
}
