internal import LakeCore
internal import LakeStorage

/// The log's objects in a store: where they are, how they are read and written.
struct LogStore: Sendable {
    static let commits = "_lake/log/"
    static let checkpoints = "_lake/checkpoints/"
    static let formatFile = "_lake/format.json"
    /// What names of commits, and of checkpoints of format 1, end in.
    static let text = ".json"
    /// What names of checkpoints end in.
    static let binary = ".bin"

    let store: any ObjectStore

    // MARK: Format

    /// Reads the format file of a lake, or makes the lake by writing one.
    func openLake() async throws -> FormatFileV1 {
        if let found = try await format() { return found }
        let fresh = FormatFileV1(lakeID: UUIDv7.string())
        do {
            _ = try await store.put(Self.formatKey(), fresh.encoded(), condition: .ifAbsent)
            return fresh
        } catch let error as StorageError {
            // Another process made the lake at the same time; or this one did, and was not told so.
            guard let found = try await format() else { throw error }
            return found
        }
    }

    /// Nil when there is no lake.
    func format() async throws -> FormatFileV1? {
        do {
            return try FormatFileV1.decode(await store.get(Self.formatKey()))
        } catch StorageError.noSuchObject {
            guard try await store.list(prefix: Self.commits, after: nil, limit: 1).isEmpty else {
                throw CatalogError.corruptFormatFile(reason: "there is a log and no \(Self.formatFile)")
            }
            return nil
        }
    }

    /// Says in the format file that this Lakehouse writes to the lake; what older ones do not understand may follow.
    func raiseFormat() async throws -> FormatFileV1 {
        let key = try Self.formatKey()
        while true {
            guard let info = try await store.head(key) else {
                throw CatalogError.corruptFormatFile(reason: "it is gone")
            }
            let found = try FormatFileV1.decode(await store.get(key))
            guard found.isWritable, found.format < FormatFileV1.known else { return found }
            do {
                _ = try await store.put(key, found.raised.encoded(), condition: .ifMatch(etag: info.etag))
                return found.raised
            } catch StorageError.conditionFailed {
                // Another process raised it at the same time.
            }
        }
    }

    // MARK: Commits

    /// - Throws: ``StorageError/conditionFailed(_:)`` when the version is taken.
    func write(_ commit: CommitV1) async throws {
        _ = try await store.put(Self.commit(commit.version), commit.encoded(), condition: .ifAbsent)
    }

    func hasCommit(_ version: Int) async throws -> Bool {
        try await store.head(Self.commit(version)) != nil
    }

    /// Nil when there is no such version yet.
    func commit(_ version: Int) async throws -> CommitV1? {
        do {
            let commit = try CommitV1.decode(await store.get(Self.commit(version)), version: version)
            // Who knows more than this reader has said in the format file what it takes to read on.
            if let format = commit.format, format > FormatFileV1.known { _ = try await self.format() }
            return commit
        } catch StorageError.noSuchObject {
            return nil
        } catch CatalogError.unknownAction(let kind, let version) {
            _ = try await format()
            throw CatalogError.unknownAction(kind: kind, version: version)
        }
    }

    /// Applies the commits after the state's version, up to `last` or all there are.
    ///
    /// - Returns: The newest format that a writer of these commits knows.
    @discardableResult
    func replay(onto state: inout LakeState, through last: Int = .max) async throws -> Int {
        var format = 1
        // A few at once hide the store's latency; one first, since mostly there is one new commit or none.
        var window = 1
        while state.version < last {
            let wanted = min(window, last - state.version)
            let found = try await commits(after: state.version, count: wanted)
            for commit in found {
                try state.replay(commit)
                format = max(format, commit.format ?? 1)
            }
            if found.count < wanted { break }
            window = min(window * 2, 16)
        }
        return format
    }

    /// The version of the first commit that a listing shows after `version`.
    ///
    /// Cost: a listing of the whole log on some stores.
    func listedVersion(after version: Int) async throws -> Int? {
        var after = Self.name(version)
        while let info = try await store.list(prefix: Self.commits, after: Self.commits + after, limit: 1).first {
            if let version = Self.version(of: info.key, in: Self.commits) { return version }
            after = String(info.key.rawValue.dropFirst(Self.commits.count))
        }
        return nil
    }

    /// The commits that follow `version` without a gap, at most `count`.
    func commits(after version: Int, count: Int) async throws -> [CommitV1] {
        try await withThrowingTaskGroup(of: (Int, CommitV1?).self) { group in
            for next in version + 1...version + count {
                group.addTask { (next, try await commit(next)) }
            }
            var found: [Int: CommitV1] = [:]
            for try await (next, commit) in group { found[next] = commit }
            var inOrder: [CommitV1] = []
            while let commit = found[version + 1 + inOrder.count] { inOrder.append(commit) }
            return inOrder
        }
    }

    // MARK: Checkpoints

    /// Overwrites: should the one that is there be damaged, this mends it.
    ///
    /// - Returns: Its bytes.
    @discardableResult
    func write(_ checkpoint: CheckpointV1) async throws -> Int {
        let bytes = try await CheckpointV2.encode(checkpoint)
        let key = try Self.key(Self.checkpoints, checkpoint.state.version, ending: Self.binary)
        _ = try await store.put(key, bytes, condition: .always)
        return bytes.count
    }

    /// The checkpoint of exactly that version; nil when it is missing or damaged.
    func checkpoint(_ version: Int) async throws -> CheckpointV1? {
        if let bytes = try await found(Self.key(Self.checkpoints, version, ending: Self.binary)),
            let checkpoint = await CheckpointV2.decode(bytes, version: version)
        {
            return checkpoint
        }
        guard let bytes = try await found(Self.key(Self.checkpoints, version)) else { return nil }
        return CheckpointV1.decode(bytes, version: version)
    }

    /// Of either form; nothing happens when there is none.
    func deleteCheckpoint(_ version: Int) async throws {
        for ending in [Self.binary, Self.text] {
            try await store.delete(Self.key(Self.checkpoints, version, ending: ending))
        }
    }

    private func found(_ key: ObjectKey) async throws(StorageError) -> [UInt8]? {
        do { return try await store.get(key) } catch StorageError.noSuchObject { return nil }
    }

    /// The newest readable checkpoint that is not after `version`.
    func newestCheckpoint(notAfter version: Int = .max) async throws -> CheckpointV1? {
        for candidate in try await checkpointVersions().reversed() where candidate <= version {
            if let checkpoint = try await checkpoint(candidate) { return checkpoint }
        }
        return nil
    }

    /// In ascending order.
    func checkpointVersions() async throws -> [Int] {
        var versions: [Int] = []
        var after: String?
        while true {
            let page = try await store.list(prefix: Self.checkpoints, after: after, limit: 1000)
            for info in page {
                // The two forms of one version follow each other.
                let version = [Self.binary, Self.text].lazy.compactMap {
                    Self.version(of: info.key, in: Self.checkpoints, ending: $0)
                }.first
                if let version, version != versions.last { versions.append(version) }
            }
            guard page.count == 1000 else { return versions }
            after = page.last?.key.rawValue
        }
    }

    // MARK: Names

    private static func formatKey() throws(StorageError) -> ObjectKey { try ObjectKey(validating: formatFile) }

    static func commit(_ version: Int) throws(StorageError) -> ObjectKey { try key(commits, version) }

    static func key(
        _ folder: String,
        _ version: Int,
        ending: String = text
    ) throws(StorageError) -> ObjectKey {
        try ObjectKey(validating: folder + name(version, ending))
    }

    /// Twenty digits, so that the order of names is the order of versions.
    private static func name(_ version: Int, _ ending: String = text) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ending
    }

    /// Nil for a file that somebody else put beside the log.
    static func version(of key: ObjectKey, in folder: String, ending: String = text) -> Int? {
        let name = key.rawValue.dropFirst(folder.count)
        guard name.utf8.count == 20 + ending.utf8.count, let version = Int(name.prefix(20)) else { return nil }
        return Self.name(version, ending) == name ? version : nil
    }
}

extension LakeState {
    /// Applies a commit that was read from the log.
    ///
    /// - Throws: ``CatalogError/corruptCommit(version:reason:)`` when it does not apply: it was checked before it was written.
    mutating func replay(_ commit: CommitV1) throws(CatalogError) {
        do {
            for transaction in commit.transactions { try apply(transaction, version: commit.version) }
        } catch {
            throw .corruptCommit(version: commit.version, reason: "it does not apply to the version before it")
        }
    }
}
