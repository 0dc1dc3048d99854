import LakeCatalog
import LakeCore
import LakeStorage
import Logging
import Synchronization

/// Copies the lake to its rescue bucket as the log grows: every object that the log refers to, then the log itself.
///
/// What was copied is read back and recorded before the log that needs it, so that the rescue bucket is a lake of some version at any
/// time. Copies follow their originals when those are deleted.
actor Replicator {
    private let buckets: BucketRegistry
    private let rescue: BucketStore
    private let log: LakeLog
    private let logger: Logger
    /// The state that was copied last; nil before the first look at the rescue bucket.
    private var copied: LakeState?
    private let progress = Mutex(RescueProgress())

    private static let pause = Duration.seconds(1)
    private static let sweepInterval = Duration.seconds(600)
    /// Objects copied at once.
    private static let width = 4

    init(buckets: BucketRegistry, rescue: BucketStore, log: LakeLog, logger: Logger) {
        self.buckets = buckets
        self.rescue = rescue
        self.log = log
        self.logger = logger
    }

    /// How far the copy is.
    nonisolated var status: RescueProgress { progress.withLock { $0 } }

    /// Follows the log until the task is cancelled.
    func run() async {
        var swept: ContinuousClock.Instant?
        while !Task.isCancelled {
            do {
                try await catchUp()
                if swept.map({ ContinuousClock.now - $0 >= Self.sweepInterval }) ?? true {
                    try await sweep()
                    swept = .now
                }
                progress.withLock { $0.lastError = nil }
            } catch {
                if Task.isCancelled { return }
                let reason = (error as? any LakeFailure)?.detail ?? "it failed for an unforeseen reason"
                progress.withLock { $0.lastError = reason }
                logger.info("Rescue copy delayed", metadata: ["error": "\(reason)"])
            }
            do { try await Task.sleep(for: Self.pause) } catch { return }
        }
    }

    /// Copies what the newest version needs and the rescue bucket does not have.
    func catchUp() async throws {
        // What the rescue bucket itself answers is nothing to copy to it.
        let use = RescueUse()
        let state = try await RescueUse.$current.withValue(use) { try await log.state() }
        guard use.bucket == nil else { throw StorageError.bucketResting(buckets.primary.name) }
        progress.withLock { $0.sees(state.version) }
        if copied == nil { try await checkIdentity() }
        let before = if let copied { copied } else { try await found(newest: state.version) }
        copied = before
        guard state.version > before.version else { return progress.withLock { $0.reached(before.version) } }
        var references = try state.filesAdded(since: before)
        for folder in state.generationsAdded(since: before) {
            for info in try await buckets.primary.list(prefix: folder + "/", after: nil, limit: 1000) {
                references.append(LakeReference(key: info.key))
            }
        }
        try await copy(references)
        try await copyLog(after: before.version, through: state.version)
        let position = RescuePosition(version: state.version, at: WallClock.now())
        _ = try await rescue.put(try RescuePosition.key(), try position.encoded(), condition: .always)
        copied = state
        progress.withLock { $0.reached(state.version) }
    }

    /// Refuses to write over the copy of another lake.
    private func checkIdentity() async throws {
        guard let theirs = try await LakeIdentity.read(from: rescue) else { return }
        guard theirs == (try await LakeIdentity.read(from: buckets.primary)) else {
            throw EngineError.rescueHoldsAnotherLake(name: rescue.name)
        }
    }

    /// The state that the rescue bucket says it has.
    private func found(newest: Int) async throws -> LakeState {
        guard let version = try await RescuePosition.read(from: rescue)?.version, version <= newest else {
            return LakeState()
        }
        do {
            return try await log.state(at: version)
        } catch is CatalogError {
            // A version that is no longer kept: everything is looked at again.
            return LakeState()
        }
    }

    private func copy(_ references: [LakeReference]) async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            var rest = references.makeIterator()
            var running = 0
            while true {
                while running < Self.width, let next = rest.next() {
                    group.addTask { try await self.copy(next) }
                    running += 1
                }
                guard running > 0, let bytes = try await group.next() else { return }
                running -= 1
                progress.withLock { $0.copied(bytes) }
            }
        }
    }

    /// Copies an object, unless there is a copy of it that was checked.
    ///
    /// - Returns: The bytes copied.
    private nonisolated func copy(_ reference: LakeReference) async throws -> Int {
        let key = reference.key
        let named = buckets.bucket(named: reference.bucket)
        let bucket = named ?? buckets.primary
        guard bucket !== rescue else { return 0 }
        // Of a bucket that is not configured the primary one may have the files, as in a restored lake; if not, nobody has.
        if named == nil, try await bucket.head(key) == nil { return 0 }
        let record = try await CopyRecord.read(ofCopyOf: key, in: bucket.name, from: rescue)
        if let record, let info = try await rescue.head(key), info.etag == record.etag, info.size == record.bytes {
            return 0
        }
        let copy = try await rescue.copy(of: key, from: bucket, sha256: reference.sha256)
        let recordKey = try CopyRecord.key(ofCopyOf: key, in: bucket.name)
        _ = try await rescue.put(recordKey, copy.encoded(), condition: .always)
        return copy.bytes
    }

    /// Copies commits in their order, and the newest checkpoint, which saves who reads the copy the way from the first commit.
    private func copyLog(after first: Int, through last: Int) async throws {
        try await copyAsItIs(try ObjectKey(validating: "_lake/format.json"))
        let end = Self.name("_lake/log/", last)
        var after = Self.name("_lake/log/", first)
        while after < end {
            let page = try await buckets.primary.list(prefix: "_lake/log/", after: after, limit: 1000)
            for info in page where info.key.rawValue <= end { try await copyAsItIs(info.key) }
            guard page.count == 1000, let key = page.last?.key.rawValue else { break }
            after = key
        }
        let checkpoints = try await buckets.primary.list(
            prefix: "_lake/checkpoints/",
            after: Self.name("_lake/checkpoints/", first),
            limit: 1000
        )
        let newest = checkpoints.last { $0.key.rawValue <= Self.name("_lake/checkpoints/", last) }
        if let newest { try await copyAsItIs(newest.key) }
    }

    private static func name(_ folder: String, _ version: Int) -> String {
        let digits = String(version)
        return folder + String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ".json"
    }

    private func copyAsItIs(_ key: ObjectKey) async throws {
        try Task.checkCancellation()
        let bytes = try await buckets.primary.get(key)
        if try await rescue.head(key)?.size == bytes.count, try await rescue.get(key) == bytes { return }
        _ = try await rescue.put(key, bytes, condition: .always)
        guard try await rescue.get(key) == bytes else { throw StorageError.damaged(key) }
        progress.withLock { $0.copied(bytes.count) }
    }

    /// Removes the copies of objects that no longer exist, and of commits that are no longer kept.
    ///
    /// Only a bucket that answers can say that an object is gone, and one that the lake still refers to was lost, not deleted: then the
    /// copy is the last there is.
    func sweep() async throws {
        let state = try await log.state()
        try await forEach("_rescue/copies/") { info in
            guard let record = CopyRecord.decode(try await self.rescue.get(info.key)),
                let bucket = self.buckets.bucket(named: record.bucket), try await bucket.head(record.key) == nil,
                !state.refers(to: record.key)
            else { return }
            try await self.rescue.delete(record.key)
            try await self.rescue.delete(info.key)
        }
        for folder in ["_lake/log/", "_lake/checkpoints/"] {
            guard let oldest = try await buckets.primary.list(prefix: folder, after: nil, limit: 1).first else {
                continue
            }
            try await forEach(folder) { info in
                if info.key < oldest.key { try await self.rescue.delete(info.key) }
            }
        }
    }

    private func forEach(_ folder: String, _ body: (ObjectInfo) async throws -> Void) async throws {
        var after: String?
        while true {
            let page = try await rescue.list(prefix: folder, after: after, limit: 1000)
            for info in page {
                try Task.checkCancellation()
                try await body(info)
            }
            guard page.count == 1000, let last = page.last else { return }
            after = last.key.rawValue
        }
    }
}
