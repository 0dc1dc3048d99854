import LakeCatalog
public import LakeCore
import LakeModels
import LakeSQL
import LakeVector

extension Lakehouse {
    /// The chunks nearest in meaning to a text or to a vector, each with the row behind it.
    ///
    /// - Throws: `EngineError.indexNotReady` before the first generation; `EngineError.invalid` naming the field.
    public func search(_ request: SearchRequest, for principal: Principal) async throws -> SearchAnswer {
        try await observed(.search) { try await nearest(request, for: principal) }
    }

    private func nearest(_ request: SearchRequest, for principal: Principal) async throws -> SearchAnswer {
        try await authorise(principal, .reader, "search", on: ["index:\(request.index)"])
        let started = ContinuousClock.now
        let k = request.k ?? 10
        guard (1...1000).contains(k) else {
            throw EngineError.invalid(field: "k", reason: "must be 1 to 1000, not \(k)")
        }
        let held = try memory.reserve(k * WorkingMemory.hit, from: .vectors)
        defer { withExtendedLifetime(held) {} }
        let state = try await log.state()
        let index = try index(request.index, in: state)
        let query = try await queryVector(request, for: index)
        let found = try await hits(for: query, k: k, index: index, in: state)
        let rows = try await rows(behind: found.hits.map(\.record), index: index, at: found.generation.sourceVersion)
        let results = zip(found.hits, rows).map { hit, row in
            SearchResult(
                id: hit.record.id,
                score: hit.score,
                text: hit.record.text,
                column: index.textColumns[hit.record.column],
                start: hit.record.start,
                end: hit.record.end,
                row: row
            )
        }
        return SearchAnswer(
            version: state.version,
            generation: found.generation.number,
            sourceVersion: found.generation.sourceVersion,
            stale: state.datasets[index.dataset].map { isStale(index, $0) } ?? true,
            results: results,
            elapsedUs: Int((ContinuousClock.now - started) / .microseconds(1)),
            exact: true
        )
    }

    /// A chunk and how near it is.
    struct Hit: Sendable {
        var record: ChunkRecord
        var score: Float
    }

    /// The `k` chunks of the serving generation nearest to `query`.
    func hits(
        for query: [Float],
        k: Int,
        index: VectorIndex,
        in state: LakeState
    ) async throws -> (hits: [Hit], generation: Generation) {
        guard let dataset = state.datasets[index.dataset], dataset.droppedAt == nil else {
            throw EngineError.notFound(kind: "dataset behind the index", name: index.name.rawValue, nearest: [])
        }
        guard let serving = index.serving else { throw EngineError.indexNotReady(name: index.name.rawValue) }
        let generation = try await open(serving, of: index)
        let isNewer = dataset.rowsVersion > serving.sourceVersion
        let hidden = isNewer ? try await hiddenHits.hidden(since: serving.sourceVersion, dataset, self) : nil
        var wanted = k
        while true {
            let found = try await generation.search(query, k: wanted)
            let records = try await generation.records(found.map(\.ordinal))
            var hits = zip(records, found).map { Hit(record: $0, score: $1.score) }
            if let hidden {
                hits.removeAll { hidden.contains(RowPosition(file: $0.record.fileIndex, row: $0.record.row)) }
            }
            // Rows that are deleted may stand before those that are asked for.
            if hits.count >= k || found.count < wanted { return (Array(hits.prefix(k)), serving) }
            wanted *= 4
        }
    }

    private func open(_ serving: Generation, of index: VectorIndex) async throws -> VectorGeneration {
        try await generations.generation(
            GenerationCache.Key(index: index.id, number: serving.number),
            folder: try await generationFolders.folder(of: serving),
            expecting: serving.manifestSHA256
        )
    }

    private func queryVector(_ request: SearchRequest, for index: VectorIndex) async throws -> [Float] {
        switch (request.query, request.vector) {
        case (let text?, nil):
            guard !text.allSatisfy(\.isWhitespace) else {
                throw EngineError.invalid(field: "query", reason: "must not be empty")
            }
            return try await embed(question: text, for: index)
        case (nil, let vector?):
            return vector
        default:
            throw EngineError.invalid(field: "query", reason: "or 'vector' must be given, and not both")
        }
    }

    /// The vector of a question, made by the model the index was built with.
    func embed(question: String, for index: VectorIndex) async throws -> [Float] {
        let model = try await embeddingModel()
        try check(model, fits: index)
        return try await model.embed([question], as: .query).vectors
    }

    /// Vectors of two models are never compared.
    func check(_ model: LocalEmbeddingModel, fits index: VectorIndex) throws(EngineError) {
        let serving = ModelReference(model.identity)
        guard serving == index.model else {
            throw .modelMismatch(index: index.name.rawValue, built: index.model.shortName, serving: serving.shortName)
        }
    }

    /// The rows the chunks were cut from, as they are in the lake version the generation was built from, in the columns of today.
    private func rows(
        behind records: [ChunkRecord],
        index: VectorIndex,
        at version: Int
    ) async throws -> [[(name: String, value: SQLValue)]] {
        guard !records.isEmpty else { return [] }
        let state = try await log.state(at: version)
        guard let dataset = state.datasets[index.dataset] else { return records.map { _ in [] } }
        let wanted = Dictionary(grouping: records, by: \.fileIndex).mapValues { Set($0.map(\.row)) }
        // Only the files with rows that are wanted are asked for.
        var plan = ReadPlan(self)
        var files = [String](repeating: "", count: dataset.files.count)
        for file in wanted.keys where files.indices.contains(file) {
            files[file] = try await plan.address(of: dataset.files[file])
        }
        try await trusted.get().use(try await plan.accesses())
        let newest = try await log.state().datasets[index.dataset]?.schema ?? dataset.schema
        var relation = Relation(files: files, schema: newest)
        relation.spans = dataset.spans(through: newest)
        let fetched = try await lookup.get().rows(wanted, of: relation)
        return records.map { fetched[RowPosition(file: $0.fileIndex, row: $0.row)] ?? [] }
    }
}
