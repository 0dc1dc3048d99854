internal import LakeCore
internal import LakeStorage

/// The log's objects in a store: where they are, how they are read and written.
struct LogStore: Sendable {
    static let commits = "_lake/log/"
    static let checkpoints = "_lake/checkpoints/"
    static let formatFile = "_lake/format.json"

    let store: any ObjectStore

    // MARK: Format

    /// Reads the format file of a lake, or makes the lake by writing one.
    func openLake() async throws -> FormatFileV1 {
        if let found = try await format() { return found }
        let fresh = FormatFileV1(lakeID: UUIDv7.string())
        do {
            _ = try await store.put(Self.formatKey(), fresh.encoded(), condition: .ifAbsent)
            return fresh
        } catch StorageError.conditionFailed {
            // Another process made the lake at the same time.
            return try FormatFileV1.decode(await store.get(Self.formatKey()))
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
            return try CommitV1.decode(await store.get(Self.commit(version)), version: version)
        } catch StorageError.noSuchObject {
            return nil
        }
    }

    /// Applies the commits after the state's version, up to `last` or all there are.
    func replay(onto state: inout LakeState, through last: Int = .max) async throws {
        // A few at once hide the store's latency; one first, since mostly there is one new commit or none.
        var window = 1
        while state.version < last {
            let wanted = min(window, last - state.version)
            let found = try await commits(after: state.version, count: wanted)
            for commit in found { try state.replay(commit) }
            if found.count < wanted { return }
            window = min(window * 2, 16)
        }
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
    private func commits(after version: Int, count: Int) async throws -> [CommitV1] {
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
    func write(_ checkpoint: CheckpointV1) async throws {
        let key = try Self.key(Self.checkpoints, checkpoint.state.version)
        _ = try await store.put(key, checkpoint.encoded(), condition: .always)
    }

    /// The checkpoint of exactly that version; nil when it is missing or damaged.
    func checkpoint(_ version: Int) async throws -> CheckpointV1? {
        do {
            return CheckpointV1.decode(try await store.get(Self.key(Self.checkpoints, version)), version: version)
        } catch StorageError.noSuchObject {
            return nil
        }
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
            versions += page.compactMap { Self.version(of: $0.key, in: Self.checkpoints) }
            guard page.count == 1000 else { return versions }
            after = page.last?.key.rawValue
        }
    }

    // MARK: Names

    private static func formatKey() throws(StorageError) -> ObjectKey { try ObjectKey(validating: formatFile) }

    static func commit(_ version: Int) throws(StorageError) -> ObjectKey { try key(commits, version) }

    static func key(_ folder: String, _ version: Int) throws(StorageError) -> ObjectKey {
        try ObjectKey(validating: folder + name(version))
    }

    /// Twenty digits, so that the order of names is the order of versions.
    private static func name(_ version: Int) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ".json"
    }

    /// Nil for a file that somebody else put beside the log.
    static func version(of key: ObjectKey, in folder: String) -> Int? {
        let name = key.rawValue.dropFirst(folder.count)
        guard name.utf8.count == 25, name.hasSuffix(".json"), let version = Int(name.dropLast(5)) else { return nil }
        return Self.name(version) == name ? version : nil
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
