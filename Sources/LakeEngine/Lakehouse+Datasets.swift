import Foundation
import LakeCatalog
public import LakeCore

extension Lakehouse {
    /// The live datasets by name, one page.
    ///
    /// - Parameters:
    ///   - limit: 1 to 1,000.
    ///   - cursor: The `nextCursor` of the page before.
    ///   - principal: Who asks.
    /// - Returns: The page and the lake version it was read at.
    /// - Throws: `EngineError.invalid` for a limit out of range.
    public func datasets(
        limit: Int = 100,
        cursor: String? = nil,
        for principal: Principal
    ) async throws -> Versioned<Page<DatasetManifest>> {
        try await authorise(principal, .reader, "list datasets")
        let state = try await log.state()
        let live = state.liveDatasets.sorted { $0.name < $1.name }
        let page = try Self.page(live, limit: limit, cursor: cursor) { $0.name.rawValue }
        return Versioned(
            version: state.version,
            value: Page(items: page.items.map { DatasetManifest($0) }, nextCursor: page.nextCursor)
        )
    }

    /// One dataset by its name.
    ///
    /// - Throws: `EngineError.notFound`, naming the nearest names.
    public func dataset(named name: String, for principal: Principal) async throws -> Versioned<DatasetManifest> {
        try await authorise(principal, .reader, "read datasets", on: ["dataset:\(name)"])
        let state = try await log.state()
        return Versioned(version: state.version, value: DatasetManifest(try liveDataset(name, in: state)))
    }

    /// One dataset by its identifier.
    ///
    /// - Throws: `EngineError.notFound`.
    public func dataset(id: String, for principal: Principal) async throws -> Versioned<DatasetManifest> {
        try await authorise(principal, .reader, "read datasets", on: [id])
        let state = try await log.state()
        guard let dataset = state.datasets[DatasetID(rawValue: id)], dataset.droppedAt == nil else {
            throw EngineError.notFound(kind: "dataset", name: id, nearest: [])
        }
        return Versioned(version: state.version, value: DatasetManifest(dataset))
    }

    /// Hides a dataset from every reader of later versions; its files stay for the versions before.
    ///
    /// - Returns: The lake version without it.
    /// - Throws: `EngineError.notFound`.
    public func dropDataset(named name: String, for principal: Principal) async throws -> Int {
        try await observed(.dropDataset) { try await drop(dataset: name, for: principal) }
    }

    private func drop(dataset name: String, for principal: Principal) async throws -> Int {
        try await authorise(principal, .writer, "drop datasets", on: ["dataset:\(name)"])
        return try await once("drop dataset", name, by: principal) { ticket in
            let dataset = try liveDataset(name, in: try await log.state())
            let state = try await commit(
                [.datasetDropped(dataset.id, at: WallClock.now())],
                "drop dataset \(name)",
                by: principal,
                note: try ticket?.note(VersionAnswer())
            )
            return VersionAnswer(version: state.version)
        }
        .version
    }

    /// The live dataset of that name in `state`, or the error that names the nearest ones.
    func liveDataset(_ name: String, in state: LakeState) throws -> Dataset {
        if let valid = DatasetName(name), let dataset = state.dataset(named: valid) { return dataset }
        throw EngineError.notFound(kind: "dataset", name: name, nearest: Self.nearest(name, state.liveDatasets))
    }

    static func nearest(_ name: String, _ datasets: some Sequence<Dataset>) -> [String] {
        nearestNames(to: name, in: datasets.map(\.name.rawValue).sorted())
    }

    /// Cuts one page out of `all`, which is sorted by `name`.
    static func page<Item>(
        _ all: [Item],
        limit: Int,
        cursor: String?,
        name: (Item) -> String
    ) throws -> (items: [Item], nextCursor: String?) {
        guard (1...1000).contains(limit) else {
            throw EngineError.invalid(field: "limit", reason: "must be 1 to 1000, not \(limit)")
        }
        let rest = cursor.map { cursor in all.drop { name($0) <= cursor } } ?? all[...]
        let items = Array(rest.prefix(limit))
        return (items, rest.count > limit ? items.last.map(name) : nil)
    }
}

extension LakeState {
    /// The datasets that were not dropped, in no order.
    var liveDatasets: some Collection<Dataset> { datasets.values.filter { $0.droppedAt == nil } }
}
