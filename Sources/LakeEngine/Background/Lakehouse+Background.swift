import LakeCatalog
public import LakeCore
import LakeSQL
import LakeStorage
import Logging

extension Lakehouse {
    /// Takes a query that is carried out later and whose result is kept for a while, for its owner alone.
    ///
    /// Every table is read at the version the lake has now, or the one that is asked for.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - form: How the result is kept.
    ///   - principal: Who asks.
    /// - Returns: The query, queued.
    /// - Throws: `SQLError` for a text that is no query, or when too many wait.
    public func submit(
        _ request: QueryRequest,
        as form: ResultForm,
        for principal: Principal
    ) async throws -> BackgroundQuery {
        try await observed(.submitQuery) {
            try await authorise(principal, .reader, "submit a query")
            _ = try await sql.get().parse(request.sql)
            try Self.check(request, request.timeout ?? settings.backgroundTimeout)
            var request = request
            let version = try await lake(at: request.version).version
            request.version = version
            return try background.add(request, form, version: version, for: principal)
        }
    }

    /// How far a query has come.
    ///
    /// - Throws: `EngineError.notFound` when there is none, or it is somebody else's.
    public func backgroundQuery(id: String, for principal: Principal) async throws -> BackgroundQuery {
        try await authorise(principal, .reader, "see a submitted query")
        return try background.find(id, of: principal).query
    }

    /// The caller's submitted queries, newest first.
    public func backgroundQueries(for principal: Principal) async throws -> [BackgroundQuery] {
        try await authorise(principal, .reader, "list submitted queries")
        return background.list(of: principal)
    }

    /// Stops a query, and takes its result away.
    public func dropBackgroundQuery(id: String, for principal: Principal) async throws {
        try await authorise(principal, .reader, "drop a submitted query")
        _ = try background.find(id, of: principal)
        if let path = background.drop(id) { await workspace.removeStaged(path: path) }
        _ = queries.cancel(id)
    }

    /// The result of a query, to be read piece by piece.
    ///
    /// - Throws: `EngineError.queryNotDone` when there is none.
    public func result(ofQuery id: String, for principal: Principal) async throws -> ResultReading {
        try await authorise(principal, .reader, "read a submitted query")
        let (query, path) = try background.find(id, of: principal)
        return ResultReading(query: query, chunks: try await open(query, path, from: 0))
    }

    /// Rows of a result that is kept as JSON.
    ///
    /// - Parameters:
    ///   - id: Of the query.
    ///   - cursor: The `nextCursor` of the page before.
    ///   - limit: Rows at the most; fewer come when they are long.
    ///   - principal: Who asks.
    /// - Returns: The page.
    /// - Throws: `EngineError.queryNotDone` when there is no result; `EngineError.invalid` for a cursor that is none.
    public func page(
        ofQuery id: String,
        cursor: String? = nil,
        limit: Int = 1000,
        for principal: Principal
    ) async throws -> ResultPage {
        try await authorise(principal, .reader, "read a submitted query")
        guard (1...10_000).contains(limit) else {
            throw EngineError.invalid(field: "limit", reason: "must be 1 to 10000, not \(limit)")
        }
        let (query, path) = try background.find(id, of: principal)
        guard let start = Self.offset(cursor), start <= query.bytes ?? 0 else { throw Self.badCursor }
        var page = ResultPage(query: query, rows: [], rowCount: 0)
        guard start < query.bytes ?? 0 || path == nil else { return page }
        // A row begins behind a line feed, which JSON has nowhere else.
        let chunks = try await open(query, path, from: max(0, start - 1))
        var reader = RowLines(isInside: start > 0, limit: limit)
        while !reader.isFull, let chunk = try await chunks.next() {
            guard reader.take(chunk) else { throw Self.badCursor }
        }
        page.rows = reader.rows
        page.rowCount = reader.count
        let end = start + reader.consumed
        page.nextCursor = end < query.bytes ?? 0 ? "\(end)" : nil
        return page
    }

    private static let badCursor = EngineError.invalid(
        field: "cursor",
        reason: "must be the next_cursor of a page before"
    )

    private static func offset(_ cursor: String?) -> Int? {
        guard let cursor else { return 0 }
        return Int(cursor).flatMap { $0 >= 0 ? $0 : nil }
    }

    private func open(_ query: BackgroundQuery, _ path: String?, from start: Int) async throws -> ObjectChunks {
        guard query.state == .succeeded, let path else {
            throw EngineError.queryNotDone(id: query.queryID, state: query.state.rawValue, reason: query.error?.detail)
        }
        let key = try workspace.key(ofStaged: path)
        return try await workspace.open(key, range: start == 0 ? .whole : .from(start), ifMatch: nil).chunks
    }

    // MARK: The work

    /// Carries submitted queries out, a few at once, until the task is cancelled.
    func keepBackgroundQueries() async {
        let ids = background.listen()
        let slots = Slots(settings.backgroundQueries)
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    for path in self.background.expire() { await self.workspace.removeStaged(path: path) }
                    do { try await Task.sleep(for: .seconds(1)) } catch { return }
                }
            }
            for await id in ids {
                group.addTask { _ = try? await slots.with { await self.carryOut(id) } }
            }
            group.cancelAll()
        }
    }

    /// Takes every result away.
    func dropBackgroundQueries() async {
        for path in background.clear() { await workspace.removeStaged(path: path) }
    }

    private func carryOut(_ id: String) async {
        guard let work = background.begin(id) else { return }
        let useless: [String]
        do {
            let result = try await write(work)
            useless = background.end(id, path: result.path) { query in
                query.state = .succeeded
                query.columns = result.columns
                query.rowCount = result.rows
                query.bytes = result.bytes
                query.hasMore = result.hasMore
            }
        } catch {
            useless = background.end(id, path: nil) { query in
                let failure = error as? any LakeFailure
                query.state = failure?.kind == .cancelled || error is CancellationError ? .cancelled : .failed
                guard query.state == .failed else { return }
                query.error = BackgroundQuery.Failure(
                    code: failure?.code ?? "internal",
                    detail: failure?.detail ?? "The query failed for a reason that is in the server's log."
                )
            }
            if !(error is any LakeFailure), !(error is CancellationError) {
                logger.error("submitted query failed", metadata: ["query.id": "\(id)", "error": "\(error)"])
            }
        }
        for path in useless { await workspace.removeStaged(path: path) }
    }

    /// What a query has left on the disk.
    private struct Written {
        var path: String
        var bytes: Int
        var rows: Int
        var columns: [ResultColumn]
        var hasMore: Bool
    }

    private func writeParquet(_ work: BackgroundQueries.Work) async throws -> Written {
        let longest = settings.backgroundTimeout
        let answer = try await observed(.query) {
            try await export(work.request, id: work.id, longest: longest, for: work.principal)
        }
        for path in try background.grow(work.id, by: answer.bytes) { await workspace.removeStaged(path: path) }
        return Written(
            path: answer.file.keep(),
            bytes: answer.bytes,
            rows: answer.rowCount,
            columns: answer.columns,
            hasMore: answer.hasMore
        )
    }

    private func write(_ work: BackgroundQueries.Work) async throws -> Written {
        guard let encoding = work.form.encoding else { return try await writeParquet(work) }
        let answer = try await observed(.query) {
            try await begin(work.request, id: work.id, longest: settings.backgroundTimeout, for: work.principal)
        }
        var encoder = ResultEncoder(encoding, answer.running, maxBytes: answer.maxBytes)
        try answer.memory.grow(to: max(WorkingMemory.query, encoder.memoryBytes))
        let file = try await workspace.stagedFile(suffix: ".result")
        do {
            var bytes: [UInt8] = []
            try encoder.appendHeader(to: &bytes)
            while !encoder.isCut, let batch = try await answer.running.next() {
                var row = 0
                while row < batch.rowCount, !encoder.isCut {
                    row = try encoder.append(batch, from: row, to: &bytes, enough: Self.pieceBytes)
                    if bytes.count >= Self.pieceBytes { try await write(&bytes, of: work.id, to: file) }
                }
            }
            let hasMore = answer.running.hasMore || encoder.isCut
            await answer.running.close()
            encoder.appendEnd(to: &bytes)
            try await write(&bytes, of: work.id, to: file)
            let staged = await file.finish()
            return Written(
                path: staged.path,
                bytes: staged.bytes,
                rows: encoder.rowCount,
                columns: answer.running.columns,
                hasMore: hasMore
            )
        } catch {
            await answer.running.close()
            await file.discard()
            throw error
        }
    }

    private static let pieceBytes = 256 << 10

    private func write(_ bytes: inout [UInt8], of id: String, to file: StagedFileWriter) async throws {
        for path in try background.grow(id, by: bytes.count) { await workspace.removeStaged(path: path) }
        try await file.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}

extension ResultForm {
    /// How it is encoded; nil for what the engine writes itself.
    fileprivate var encoding: ResultEncoder.Form? {
        switch self {
        case .json: .rows(.lines)
        case .ndjson: .rows(.ndjson)
        case .csv: .rows(.csv)
        case .arrow: .arrow
        case .parquet: nil
        }
    }
}
