public import LakeCore
public import LakeStorage

/// What versions of the lake refer to: data files by their keys, generations of indexes by the folder of their objects.
public struct References: Sendable {
    /// By bucket; those of the primary one under the empty name.
    private var keys: [String: Set<String>] = [:]
    private var folders: Set<Substring> = []
    private let buckets: Set<String>

    /// - Parameter buckets: Further ones that there are; what is in no other is in the primary one.
    public init(buckets: Set<String> = []) { self.buckets = buckets }

    /// Adds what a reader of that version may come to, but for the files of some datasets; what was dropped is none of it.
    public mutating func add(_ state: LakeState, without others: Set<DatasetID> = []) {
        for dataset in state.datasets.values where dataset.droppedAt == nil && !others.contains(dataset.id) {
            add(dataset.files)
        }
        for tombstone in state.tombstones.values { add(tombstone.object) }
        for case let vector? in state.datasets.values.lazy.flatMap(\.moves).map(\.deletions) { add(vector) }
        for index in state.indexes.values {
            if let serving = index.serving { add(serving) }
        }
    }

    /// Adds what a commit brought, of the datasets that are wanted.
    public mutating func add(_ commit: LoggedCommit, where isWanted: (DatasetID) -> Bool = { _ in true }) {
        for action in commit.transactions.flatMap(\.actions) where action.dataset.map(isWanted) ?? true {
            switch action {
            case .datasetCreated(let dataset): add(dataset.files)
            case .filesAdded(_, let files, _), .filesReplaced(_, let files, _, _, _),
                .filesExchanged(_, _, let files, _):
                add(files)
            case .deletionsChanged(_, let changes, _): for case let vector? in changes.map(\.deletions) { add(vector) }
            case .tombstoneAdded(let tombstone): add(tombstone.object)
            case .generationPromoted(_, let generation, _): add(generation)
            case .schemaChanged, .versionTagged, .retentionSet, .versionsTrimmed, .clusteringSet, .rowsMoved,
                .datasetRestored, .datasetPinned, .datasetDescribed, .datasetProfiled,
                .tombstoneRemoved, .datasetDropped, .datasetPurged,
                .ingestRecorded,
                .indexCreated, .indexDropped, .keyCreated, .keyRevoked, .historyTrimmed:
                break
            }
        }
    }

    public mutating func add(_ files: some Sequence<DataFile>) {
        for file in files {
            add(file.key, in: file.bucket)
            if let deletions = file.deletions { add(deletions) }
        }
    }

    private mutating func add(_ vector: DeletionVector) { add(vector.key, in: vector.bucket) }

    private mutating func add(_ key: String, in bucket: String?) {
        keys[bucket.flatMap { buckets.contains($0) ? $0 : nil } ?? "", default: []].insert(key)
    }

    private mutating func add(_ generation: Generation) {
        folders.insert(generation.prefix.hasSuffix("/") ? generation.prefix.dropLast() : generation.prefix[...])
    }

    /// Whether an object is among them.
    ///
    /// - Parameters:
    ///   - key: The object's.
    ///   - bucket: Where it is; nil for the primary one.
    /// - Returns: True for a data file, and for any object in the folder of a generation.
    public func contains(_ key: ObjectKey, in bucket: String? = nil) -> Bool {
        if keys[bucket ?? ""]?.contains(key.rawValue) == true { return true }
        guard bucket == nil else { return false }
        var folder = key.rawValue[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if folders.contains(folder) { return true }
        }
        return false
    }
}
