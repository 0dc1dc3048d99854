internal import LakeCore

/// A store that now and then says of what it did what is not so, as the plan of the process wants it.
struct LyingStore: ObjectStore {
    private let base: any ObjectStore
    private let plan: FaultPlan

    /// How new an object is that a stale listing misses, in milliseconds.
    private static let unlisted: Int64 = 5000

    init(_ base: any ObjectStore, _ plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    /// The store itself unless this process has a plan.
    static func around(_ store: any ObjectStore) -> any ObjectStore {
        FaultPlan.current.map { LyingStore(store, $0) } ?? store
    }

    func put(_ key: ObjectKey, _ bytes: [UInt8], condition: PutCondition) async throws(StorageError) -> ObjectInfo {
        do throws(StorageError) {
            return try await report(base.put(key, bytes, condition: condition), condition)
        } catch {
            guard case .conditionFailed = error, condition == .ifAbsent, plan.ignoresConflict(key) else { throw error }
            return try await base.put(key, bytes, condition: .always)
        }
    }

    func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        try await report(base.put(key, chunks: chunks, announced: announced, condition: condition), condition)
    }

    func put(_ key: ObjectKey, file path: String, condition: PutCondition) async throws(StorageError) -> ObjectInfo {
        try await report(base.put(key, file: path, condition: condition), condition)
    }

    /// What the caller is told of a put that was done.
    private func report(_ info: ObjectInfo, _ condition: PutCondition) async throws(StorageError) -> ObjectInfo {
        switch plan.report(ofPut: info.key) {
        case .truth: return info
        case .failure: throw .unavailable(.write, reason: "it answered 500, as was asked of it")
        case .second:
            let object = try await base.open(info.key, range: .whole, ifMatch: nil)
            let announced = AnnouncedContent(size: object.info.size)
            do {
                return try await base.put(info.key, chunks: object.chunks, announced: announced, condition: condition)
            } catch let error as StorageError {
                throw error
            } catch {
                throw .cancelled
            }
        }
    }

    func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        guard plan.isStale(listing: prefix) else {
            return try await base.list(prefix: prefix, after: after, limit: limit)
        }
        let horizon = WallClock.nowMilliseconds() - Self.unlisted
        var found: [ObjectInfo] = []
        var after = after
        // A page is full unless it is the last.
        while found.count < limit {
            let page = try await base.list(prefix: prefix, after: after, limit: limit)
            found += page.filter { $0.modifiedAt < horizon }
            guard page.count == limit, let last = page.last else { break }
            after = last.key.rawValue
        }
        return Array(found.prefix(limit))
    }

    func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] { try await base.get(key) }

    func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        try await base.get(key, range: range)
    }

    func open(_ key: ObjectKey, range: ObjectRange, ifMatch etag: String?) async throws(StorageError) -> OpenObject {
        try await base.open(key, range: range, ifMatch: etag)
    }

    func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? { try await base.head(key) }

    func move(_ key: ObjectKey, to destination: ObjectKey) async throws(StorageError) {
        try await base.move(key, to: destination)
    }

    func delete(_ key: ObjectKey) async throws(StorageError) { try await base.delete(key) }

    func sweepLeftovers(olderThan age: Duration, dryRun: Bool) async throws(StorageError) -> Int {
        try await base.sweepLeftovers(olderThan: age, dryRun: dryRun)
    }
}
