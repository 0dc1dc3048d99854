import LakeCatalog
import LakeCore
import LakeStorage

/// An object that the lake refers to.
struct LakeReference: Hashable, Sendable {
    /// Nil for the primary one.
    var bucket: String?
    var key: ObjectKey
    /// Of its content, where the log has it.
    var sha256: String?
}

extension LakeReference {
    fileprivate init(_ vector: DeletionVector) throws(StorageError) {
        self.init(bucket: vector.bucket, key: try ObjectKey(validating: vector.key), sha256: vector.sha256)
    }
}

extension LakeState {
    /// The data files that this state refers to and `before` does not, the dropped datasets' too.
    ///
    /// Cost: O(datasets), and O(files) of those that were changed.
    func filesAdded(since before: LakeState) throws(StorageError) -> [LakeReference] {
        var added: [LakeReference] = []
        for dataset in datasets.values {
            let known = before.datasets[dataset.id]
            if known?.version == dataset.version { continue }
            let old = Set(known?.files.map(\.key) ?? [])
            var vectors = Set(known?.files.compactMap(\.deletions) ?? [])
            for file in dataset.files {
                if !old.contains(file.key) {
                    let key = try ObjectKey(validating: file.key)
                    added.append(LakeReference(bucket: file.bucket, key: key, sha256: file.sha256))
                }
                if let vector = file.deletions, vectors.insert(vector).inserted {
                    added.append(try LakeReference(vector))
                }
            }
        }
        for tombstone in tombstones.values where before.tombstones[tombstone.id] == nil {
            added.append(try LakeReference(tombstone.object))
        }
        return added
    }

    /// Whether an object is a data file of this state or of an index generation that it serves.
    func refers(to key: ObjectKey) -> Bool {
        let parts = key.rawValue.split(separator: "/")
        guard parts.count > 1 else { return false }
        switch LakeFolder(of: key.rawValue) {
        case .datasets:
            let id = DatasetID(rawValue: String(parts[1]))
            let isFile = datasets[id]?.files.contains { $0.key == key.rawValue || $0.deletions?.key == key.rawValue }
            let isMove = datasets[id]?.moves.contains { $0.deletions?.key == key.rawValue }
            return isFile == true || isMove == true || tombstones.values.contains { $0.object.key == key.rawValue }
        case .indexes:
            let serving = indexes[IndexID(rawValue: String(parts[1]))]?.serving
            return serving.map { key.rawValue.hasPrefix($0.prefix + "/") } ?? false
        default: return false
        }
    }

    /// The folders of the index generations that this state serves and `before` does not.
    func generationsAdded(since before: LakeState) -> [String] {
        indexes.values.compactMap(\.serving?.prefix).filter { prefix in
            !before.indexes.values.contains { $0.serving?.prefix == prefix }
        }
    }
}
