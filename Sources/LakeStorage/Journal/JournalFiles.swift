/// The objects of a journal: where they are and which of them count.
///
/// An entry is in a segment until a manifest names a compacted file with its line; from then on the segment does not count, whether
/// it is removed yet or not. So a reader finds every entry once, whatever a compaction is doing.
public struct JournalFiles: Sendable {
    public let journal: String
    public let store: any ObjectStore

    public init(journal: String, store: any ObjectStore) {
        self.journal = journal
        self.store = store
    }

    /// What a reader sees.
    public struct Snapshot: Hashable, Sendable {
        /// In order; none of them is in a compacted file.
        public var segments: [JournalSegmentName]
        /// Nil before the first compaction.
        public var manifest: JournalManifestV1?
    }

    /// The objects that count now.
    ///
    /// A segment of it is there for as long as compaction leaves what it has compacted.
    ///
    /// Cost: a listing of the segments.
    public func snapshot() async throws(StorageError) -> Snapshot {
        while true {
            let manifest = try await manifest()
            let names = try await listSegments()
            // What is removed meanwhile is named by a newer manifest.
            guard try await manifestKeys().last == manifest?.key else { continue }
            let removing = Set(manifest?.value.removing ?? [])
            var segments: [JournalSegmentName] = []
            for name in names where try !removing.contains(key(of: name)) { segments.append(name) }
            return Snapshot(segments: segments, manifest: manifest?.value)
        }
    }

    /// A segment's bytes.
    public func bytes(of segment: JournalSegmentName) async throws(StorageError) -> [UInt8] {
        try await store.get(key(ofSegment: segment.rawValue))
    }

    public func key(of segment: JournalSegmentName) throws(StorageError) -> ObjectKey {
        try key(ofSegment: segment.rawValue)
    }

    /// A key for a compacted file.
    public func compactedKey(_ identifier: String) throws(StorageError) -> ObjectKey {
        try ObjectKey(validating: prefix + "compacted/\(identifier).parquet")
    }

    /// Of an object that is no part of the journal.
    func probeKey() throws(StorageError) -> ObjectKey { try ObjectKey(validating: prefix + "probe") }

    var prefix: String { "journals/\(journal)/" }

    func key(ofSegment name: String) throws(StorageError) -> ObjectKey {
        try ObjectKey(validating: prefix + name + JournalSegmentName.suffix)
    }

    // MARK: Segments

    /// The newest segment that can be read and the digest of its last line; nil for an empty journal.
    func newestDigest() async throws(StorageError) -> (segment: JournalSegmentName, digest: String)? {
        // Damage is for the verification to find; a new writer goes on after the newest that is whole.
        for name in try await listSegments().suffix(16).reversed() {
            do throws(StorageError) {
                let last = JournalLineV1.split(try await bytes(of: name)).last
                if let last, let digest = SealedJSON.digest(of: last.bytes) { return (name, digest) }
            } catch {
                // Compacted since it was listed.
                guard case .noSuchObject = error else { throw error }
            }
        }
        let newest = try await manifest()?.value.files.max { $0.lastSegment < $1.lastSegment }
        guard let newest, let name = JournalSegmentName(newest.lastSegment) else { return nil }
        return (name, newest.lastDigest)
    }

    /// In order.
    func listSegments() async throws(StorageError) -> [JournalSegmentName] {
        var names: [JournalSegmentName] = []
        var after: String?
        while true {
            // Days begin with the millennium, which nothing else in the journal's folder does.
            let page = try await store.list(prefix: prefix + "2", after: after, limit: 1000)
            names += page.compactMap { JournalSegmentName($0.key, prefix: prefix) }
            guard page.count == 1000 else { return names }
            after = page.last?.key.rawValue
        }
    }

    // MARK: Manifests

    /// The newest manifest; nil before the first compaction.
    func manifest() async throws(StorageError) -> (key: ObjectKey, value: JournalManifestV1)? {
        while let key = try await manifestKeys().last {
            do throws(StorageError) {
                return (key, try JournalManifestV1.decode(try await store.get(key), key: key))
            } catch {
                // A newer one has taken its place.
                guard case .noSuchObject = error else { throw error }
            }
        }
        return nil
    }

    /// In order; there are never more than a few.
    func manifestKeys() async throws(StorageError) -> [ObjectKey] {
        let found = try await store.list(prefix: manifestPrefix, after: nil, limit: 1000).map(\.key)
        return found.filter {
            $0.rawValue.utf8.count == manifestPrefix.utf8.count + 25 && $0.rawValue.hasSuffix(".json")
        }
    }

    func manifestKey(_ number: Int) throws(StorageError) -> ObjectKey {
        let digits = String(number)
        let name = String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        return try ObjectKey(validating: manifestPrefix + name + ".json")
    }

    private var manifestPrefix: String { prefix + "manifests/" }
}
