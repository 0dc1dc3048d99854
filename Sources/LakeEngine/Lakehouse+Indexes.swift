import LakeCatalog
public import LakeCore
import LakeModels

extension Lakehouse {
    /// Declares a vector index and queues the job that builds its first generation.
    ///
    /// - Returns: The job.
    /// - Throws: `EngineError.invalid` naming the field; `EngineError.nameTaken`; `EngineError.notFound` for the dataset.
    public func createIndex(_ request: IndexRequest, for principal: Principal) async throws -> JobStatus {
        try await observed(.createIndex) { try await declare(request, for: principal) }
    }

    private func declare(_ request: IndexRequest, for principal: Principal) async throws -> JobStatus {
        try await authorise(principal, .writer, "create indexes", on: ["index:\(request.name)", request.dataset])
        return try await once("create index", request, by: principal) { ticket in
            try await declare(request, ticket, by: principal)
        }
    }

    private func declare(
        _ request: IndexRequest,
        _ ticket: RequestTicket?,
        by principal: Principal
    ) async throws -> JobStatus {
        let model = try await embeddingModel()
        let state = try await log.state()
        guard let name = DatasetName(request.name) else {
            let rule = "lowercase letters, digits and underscores, not starting with a digit, at most 63"
            throw EngineError.invalid(field: "name", reason: "must be \(rule)")
        }
        if state.index(named: name) != nil { throw EngineError.nameTaken(kind: "index", name: name.rawValue) }
        if let wanted = request.model, wanted != model.identity.id {
            throw EngineError.invalid(
                field: "model",
                reason: "names no model of this server; there is '\(model.identity.id)'"
            )
        }
        let dataset = try liveDataset(request.dataset, in: state)
        let columns = try Self.textColumns(request.textColumns, of: dataset)
        let idColumn = try request.idColumn.map { try Self.column($0, field: "id_column", of: dataset).name }
        let chunk = request.chunk ?? ChunkSettings(sizeTokens: 200, overlapTokens: 40)
        _ = try Chunker(model: model, sizeTokens: chunk.sizeTokens, overlapTokens: chunk.overlapTokens)
        let now = WallClock.now()
        let index = VectorIndex(
            id: .fresh(),
            name: name,
            dataset: dataset.id,
            textColumns: columns,
            idColumn: idColumn,
            chunk: chunk,
            model: ModelReference(model.identity),
            serving: nil,
            createdAt: now
        )
        // The job is written first: a declared index always has a job that builds it, and a job without an index is seen to be
        // one whose declaration was cut off.
        let job = Self.job(index, dataset, at: state.version, by: principal)
        try await board.save(job)
        let answer = await board.status(of: job)
        do {
            let note = try ticket?.note(answer)
            _ = try await commit([.indexCreated(index)], "create index \(name)", by: principal, note: note)
        } catch {
            // A job whose index may be there stays: it ends by itself when it is not.
            if !error.leavesOutcomeOpen { try await board.remove(job.id) }
            throw error
        }
        runner.wake()
        return answer
    }

    /// Queues a new generation for each index of the dataset that has not seen its newest rows.
    ///
    /// - Returns: The jobs; empty when every index is up to date or has a job already.
    public func refresh(dataset name: String, for principal: Principal) async throws -> [JobStatus] {
        try await observed(.refreshIndexes) { try await refreshStale(of: name, for: principal) }
    }

    private func refreshStale(of name: String, for principal: Principal) async throws -> [JobStatus] {
        try await authorise(principal, .writer, "refresh indexes", on: ["dataset:\(name)"])
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        let busy = Set(try await board.all().filter { !$0.state.isFinal }.map(\.index))
        var jobs: [JobStatus] = []
        for index in state.indexes.values.sorted(by: { $0.id < $1.id })
        where index.dataset == dataset.id && !busy.contains(index.id) && isStale(index, dataset) {
            let job = Self.job(index, dataset, at: state.version, by: principal)
            try await board.save(job)
            jobs.append(await board.status(of: job))
        }
        runner.wake()
        return jobs
    }

    /// The indexes by name.
    ///
    /// - Parameters:
    ///   - source: Only those of this dataset.
    ///   - model: Only those of this model.
    ///   - principal: Who asks.
    /// - Returns: The indexes and the lake version they were read at.
    /// - Throws: `EngineError.notAllowed`.
    public func indexes(
        source: String? = nil,
        model: String? = nil,
        for principal: Principal
    ) async throws -> Versioned<[IndexManifest]> {
        try await authorise(principal, .reader, "list indexes")
        let state = try await log.state()
        let indexes = state.indexes.values
            .filter { model == nil || $0.model.id == model }
            .filter { source == nil || state.datasets[$0.dataset]?.name.rawValue == source }
            .sorted { $0.name < $1.name }
        return Versioned(version: state.version, value: indexes.map { manifest(of: $0, in: state) })
    }

    /// One index by its name.
    ///
    /// - Throws: `EngineError.notFound`, naming the nearest names.
    public func index(named name: String, for principal: Principal) async throws -> Versioned<IndexManifest> {
        try await authorise(principal, .reader, "read indexes", on: ["index:\(name)"])
        let state = try await log.state()
        return Versioned(version: state.version, value: manifest(of: try index(name, in: state), in: state))
    }

    /// Drops an index and stops its jobs.
    ///
    /// - Returns: The lake version without it.
    public func dropIndex(named name: String, for principal: Principal) async throws -> Int {
        try await observed(.dropIndex) { try await drop(index: name, for: principal) }
    }

    private func drop(index name: String, for principal: Principal) async throws -> Int {
        try await authorise(principal, .writer, "drop indexes", on: ["index:\(name)"])
        return try await once("drop index", name, by: principal) { ticket in
            let index = try index(name, in: try await log.state())
            let note = try ticket?.note(VersionAnswer())
            let state = try await commit([.indexDropped(index.id)], "drop index \(name)", by: principal, note: note)
            for job in try await board.all() where job.index == index.id {
                if !job.state.isFinal { try await cancel(job, because: "the index was dropped") }
                try await board.removeSegments(of: job.id)
            }
            return VersionAnswer(version: state.version)
        }
        .version
    }

    /// The index of that name in `state`.
    func index(_ name: String, in state: LakeState) throws -> VectorIndex {
        if let valid = DatasetName(name), let index = state.index(named: valid) { return index }
        let nearest = nearestNames(to: name, in: state.indexes.values.map(\.name.rawValue).sorted())
        throw EngineError.notFound(kind: "index", name: name, nearest: nearest)
    }

    func isStale(_ index: VectorIndex, _ dataset: Dataset) -> Bool {
        guard let serving = index.serving else { return true }
        return serving.sourceVersion < dataset.rowsVersion
    }

    private func manifest(of index: VectorIndex, in state: LakeState) -> IndexManifest {
        let dataset = state.datasets[index.dataset]
        let serving = index.serving
        return IndexManifest(
            id: index.id.rawValue,
            name: index.name.rawValue,
            dataset: dataset?.name.rawValue ?? "",
            textColumns: index.textColumns,
            idColumn: index.idColumn,
            chunk: index.chunk,
            model: index.model,
            generation: serving?.number,
            dimensions: serving?.dimensions,
            rows: serving?.rows ?? 0,
            chunks: serving?.chunks ?? 0,
            bytes: serving?.bytes ?? 0,
            sourceVersion: serving?.sourceVersion,
            lagRows: (dataset?.rows ?? 0) - (serving?.rows ?? 0),
            stale: dataset.map { isStale(index, $0) } ?? true,
            createdAt: index.createdAt,
            updatedAt: serving?.createdAt
        )
    }

    /// A job that builds the next generation of an index.
    static func job(
        _ index: VectorIndex,
        _ dataset: Dataset,
        at version: Int,
        by principal: Principal
    ) -> JobRecordV1 {
        JobRecordV1(
            id: .fresh(),
            index: index.id,
            indexName: index.name.rawValue,
            generation: (index.serving?.number ?? 0) + 1,
            sourceVersion: version,
            rowsTotal: dataset.storedRows,
            createdBy: principal.name,
            createdAt: WallClock.now(),
            updatedAt: WallClock.now()
        )
    }

    private static func textColumns(_ names: [String], of dataset: Dataset) throws -> [String] {
        guard !names.isEmpty else {
            throw EngineError.invalid(field: "text_columns", reason: "must name at least one column")
        }
        let columns = try names.map { try column($0, field: "text_columns", of: dataset) }
        if let other = columns.first(where: { $0.type != "VARCHAR" }) {
            throw EngineError.invalid(
                field: "text_columns",
                reason: "must name text; '\(other.name)' is \(other.type)"
            )
        }
        guard Set(columns.map(\.fieldID)).count == columns.count else {
            throw EngineError.invalid(field: "text_columns", reason: "names a column twice")
        }
        return columns.map(\.name)
    }

    static func column(_ name: String, field: String, of dataset: Dataset) throws -> Column {
        if let column = dataset.schema.column(named: name) { return column }
        let nearest = nearestNames(to: name, in: dataset.schema.columns.map(\.name))
        let hint = nearest.isEmpty ? "" : "; did you mean '\(nearest[0])'?"
        throw EngineError.invalid(field: field, reason: "names no column of '\(dataset.name)': '\(name)'\(hint)")
    }
}

extension ModelReference {
    init(_ identity: ModelIdentity) {
        self.init(id: identity.id, digest: identity.digest, precision: identity.precision)
    }

    /// For messages.
    var shortName: String { "\(id) \(digest.prefix(12)) \(precision)" }
}
