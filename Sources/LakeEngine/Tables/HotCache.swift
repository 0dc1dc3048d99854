import LakeCatalog
import LakeCore
import LakeSQL

/// The rows of pinned datasets in the SQL engine's memory.
///
/// A table in memory stands for certain files with certain rows deleted, and is used for exactly these: what is stale is never read. What was
/// appended since is read from its files until it is in memory too.
actor HotCache {
    /// A table in memory, and what it stands for.
    private struct Part {
        var table: HotTable
        var files: [SeenFile]
    }

    private struct Entry {
        var name: String
        var schema: SchemaDigest
        var parts: [Part] = []
        var version = 0
        var hits = 0
        var lastUsed = WallClock.now()
        var problem: String?

        var bytes: Int { parts.reduce(0) { $0 + $1.table.bytes } }
        var rows: Int { parts.reduce(0) { $0 + $1.table.rows } }
    }

    private var entries: [DatasetID: Entry] = [:]
    private var filling: [DatasetID: Task<Void, any Error>] = [:]
    private let budget: Int

    /// More tables than this of one dataset are made one.
    private static let partsMax = 8

    init(budget: Int) { self.budget = budget }

    /// The tables that stand for files of a dataset at some version, and the places of the files that they do not stand for.
    func parts(of dataset: Dataset) -> (tables: [HotTable], rest: [Int])? {
        guard var entry = entries[dataset.id], entry.schema == SchemaDigest(dataset.schema) else { return nil }
        var places = Dictionary(dataset.files.enumerated().map { ($1.seen, $0) }) { first, _ in first }
        var tables: [HotTable] = []
        for part in entry.parts where !part.table.isBroken && part.files.allSatisfy({ places[$0] != nil }) {
            tables.append(part.table)
            for file in part.files { places[file] = nil }
        }
        guard !tables.isEmpty else { return nil }
        entry.hits += 1
        entry.lastUsed = WallClock.now()
        entries[dataset.id] = entry
        return (tables, places.values.sorted())
    }

    /// Has what is pinned in memory as it is at the newest version, and nothing else.
    ///
    /// - Parameters:
    ///   - state: The newest.
    ///   - lake: Reads the files.
    func follow(_ state: LakeState, _ lake: Lakehouse) async {
        let pinned = state.datasets.values.filter { $0.isPinned && $0.droppedAt == nil }
        for id in entries.keys where !pinned.contains(where: { $0.id == id }) { entries[id] = nil }
        for dataset in pinned where entries[dataset.id]?.version != dataset.version || isBroken(dataset.id) {
            // Told by the statistics.
            try? await fill(dataset, lake)
        }
        try? await lake.sql.get().releaseHotTables()
    }

    private func isBroken(_ id: DatasetID) -> Bool { entries[id]?.parts.contains { $0.table.isBroken } ?? false }

    /// Reads what is not in memory yet; a second caller waits for the first.
    func fill(_ dataset: Dataset, _ lake: Lakehouse) async throws {
        if let task = filling[dataset.id] { return try await task.value }
        let task = Task { try await load(dataset, lake) }
        filling[dataset.id] = task
        defer { filling[dataset.id] = nil }
        try await task.value
    }

    private func load(_ dataset: Dataset, _ lake: Lakehouse) async throws {
        let schema = SchemaDigest(dataset.schema)
        var entry = entries[dataset.id] ?? Entry(name: dataset.name.rawValue, schema: schema)
        let current = Set(dataset.files.map(\.seen))
        let kept = entry.parts.filter {
            entry.schema == schema && !$0.table.isBroken && $0.files.allSatisfy(current.contains)
        }
        entry.parts = kept.count < Self.partsMax ? kept : []
        entry.schema = schema
        let covered = Set(entry.parts.flatMap(\.files))
        var missing = dataset
        missing.files = FileList(dataset.files.filter { !covered.contains($0.seen) })
        do {
            if !missing.files.isEmpty {
                var plan = ReadPlan(lake)
                let relation = try await plan.relation(missing)
                let engine = try await lake.sql.get()
                try await engine.use(try await plan.accesses())
                entry.parts.append(Part(table: try await engine.load(relation), files: missing.files.map(\.seen)))
            }
            entry.version = dataset.version
            entry.problem = nil
        } catch {
            entry.problem = (error as? any LakeFailure)?.detail ?? "it could not be read"
            entry.hits = entries[dataset.id]?.hits ?? 0
            entries[dataset.id] = entry
            throw error
        }
        // It may have been let go of meanwhile.
        guard try await lake.log.state().datasets[dataset.id]?.isPinned == true else {
            entries[dataset.id] = nil
            return
        }
        entry.hits = entries[dataset.id]?.hits ?? 0
        entries[dataset.id] = entry
        makeRoom(keeping: dataset.id)
        guard entries[dataset.id]?.parts.isEmpty == false || dataset.files.isEmpty else {
            throw EngineError.cacheTooSmall(dataset: dataset.name.rawValue, needs: entry.bytes, has: budget)
        }
    }

    /// Lets go of what was not used for longest until the rest is within the budget.
    private func makeRoom(keeping newest: DatasetID) {
        func used() -> Int { entries.values.reduce(0) { $0 + $1.bytes } }
        if let entry = entries[newest], entry.bytes > budget {
            entries[newest]?.parts = []
            entries[newest]?.problem = "it is larger than what pinned datasets may take"
        }
        while used() > budget {
            let others = entries.filter { $0.key != newest && !$0.value.parts.isEmpty }
            let oldest = others.min { $0.value.lastUsed < $1.value.lastUsed }?.key ?? newest
            entries[oldest]?.parts = []
            entries[oldest]?.problem = "there is no room for it beside what is used more"
            if oldest == newest { return }
        }
    }

    /// What there is.
    func statistics(with results: ResultCacheStatistics) -> CacheStatistics {
        let items = entries.values.sorted { $0.name < $1.name }.map { entry in
            CachedDataset(
                dataset: entry.name,
                version: entry.version,
                rows: entry.rows,
                bytes: entry.bytes,
                tables: entry.parts.count,
                hits: entry.hits,
                lastUsedAt: entry.lastUsed,
                problem: entry.problem
            )
        }
        return CacheStatistics(
            budgetBytes: budget,
            usedBytes: items.reduce(0) { $0 + $1.bytes },
            items: items,
            results: results
        )
    }
}
