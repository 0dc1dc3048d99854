public import LakeStorage

/// What versions of the lake refer to: data files by their keys, generations of indexes by the folder of their objects.
public struct References: Sendable {
    private var keys: Set<String> = []
    private var folders: Set<Substring> = []

    public init() {}

    /// Adds what a reader of that version may come to; what was dropped is none of it.
    public mutating func add(_ state: LakeState) {
        for dataset in state.datasets.values where dataset.droppedAt == nil { add(dataset.files) }
        for index in state.indexes.values {
            if let serving = index.serving { add(serving) }
        }
    }

    /// Adds what a commit brought.
    public mutating func add(_ commit: LoggedCommit) {
        for action in commit.transactions.flatMap(\.actions) {
            switch action {
            case .datasetCreated(let dataset): add(dataset.files)
            case .filesAdded(_, let files, _), .filesReplaced(_, let files, _, _), .filesExchanged(_, _, let files, _):
                add(files)
            case .generationPromoted(_, let generation, _): add(generation)
            case .datasetDropped, .datasetPurged, .ingestRecorded, .indexCreated, .indexDropped, .keyCreated,
                .keyRevoked,
                .historyTrimmed:
                break
            }
        }
    }

    public mutating func add(_ files: [DataFile]) { keys.formUnion(files.lazy.map(\.key)) }

    private mutating func add(_ generation: Generation) {
        folders.insert(generation.prefix.hasSuffix("/") ? generation.prefix.dropLast() : generation.prefix[...])
    }

    /// Whether an object of that key is among them.
    public func contains(_ key: ObjectKey) -> Bool {
        if keys.contains(key.rawValue) { return true }
        var folder = key.rawValue[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if folders.contains(folder) { return true }
        }
        return false
    }
}
