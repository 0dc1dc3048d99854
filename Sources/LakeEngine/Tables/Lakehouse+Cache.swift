import LakeCatalog
public import LakeCore
import LakeSQL

extension Lakehouse {
    /// Has every server keep the rows of a dataset in memory from now on, also after a restart, and waits until this one does.
    ///
    /// - Returns: What is in memory.
    /// - Throws: `EngineError.cacheTooSmall` when the rows do not fit.
    public func pin(dataset name: String, for principal: Principal) async throws -> CachedDataset {
        try await observed(.pin) {
            try await authorise(principal, .writer, "pin datasets", on: ["dataset:\(name)"])
            let dataset = try await pinned(name, true, for: principal)
            try await hot.fill(dataset, self)
            let found = await hot.statistics(with: results.statistics()).items.first { $0.dataset == name }
            guard let found else { throw EngineError.notFound(kind: "pinned dataset", name: name, nearest: []) }
            return found
        }
    }

    /// Has servers let go of the rows of a dataset.
    public func evict(dataset name: String, for principal: Principal) async throws -> Int {
        try await observed(.pin) {
            try await authorise(principal, .writer, "evict datasets", on: ["dataset:\(name)"])
            _ = try await pinned(name, false, for: principal)
            let state = try await log.state()
            await hot.follow(state, self)
            return state.version
        }
    }

    private func pinned(_ name: String, _ isPinned: Bool, for principal: Principal) async throws -> Dataset {
        let dataset = try liveDataset(name, in: try await log.state())
        if dataset.isPinned == isPinned { return dataset }
        let reason = "\(isPinned ? "pin" : "evict") dataset \(name)"
        let state = try await commit([.datasetPinned(dataset.id, isPinned: isPinned)], reason, by: principal)
        return state.datasets[dataset.id] ?? dataset
    }

    /// What this server keeps in memory for queries.
    public func cacheStatistics(for principal: Principal) async throws -> CacheStatistics {
        try await authorise(principal, .reader, "see what is in memory")
        return await hot.statistics(with: results.statistics())
    }

    /// Follows the log and keeps what is pinned in memory, until the task is cancelled.
    func keepHot() async {
        for await _ in await log.versions() {
            guard let state = try? await log.state() else { continue }
            await hot.follow(state, self)
        }
    }

    /// A relation of a dataset for a query: what is in memory from there, the rest from its files.
    func hotRelation(_ dataset: Dataset, _ plan: inout ReadPlan) async throws -> Relation {
        guard let (tables, rest) = await hot.parts(of: dataset) else { return try await plan.relation(dataset) }
        var cold = dataset
        cold.files = FileList(rest.map { dataset.files[$0] })
        var relation = try await plan.relation(cold)
        relation.hot = tables
        return relation
    }
}
