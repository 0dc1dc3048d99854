public import LakeCore
import LakeStorage

extension Lakehouse {
    /// The objects of a bucket in the order of their keys, one page.
    ///
    /// - Parameters:
    ///   - bucket: Its name; nil: the primary one.
    ///   - prefix: What their keys begin with.
    ///   - limit: 1 to 1,000.
    ///   - cursor: The `nextCursor` of the page before.
    ///   - principal: Who asks.
    /// - Returns: The page.
    /// - Throws: `EngineError.notFound` for the bucket; `EngineError.invalid`; `StorageError` when it cannot be reached.
    public func objects(
        in bucket: String? = nil,
        prefix: String = "",
        limit: Int = 100,
        cursor: String? = nil,
        for principal: Principal
    ) async throws -> Page<ObjectManifest> {
        try await observed(.listObjects) {
            try await authorise(principal, .admin, "list objects", reading: true)
            guard (1...1000).contains(limit) else {
                throw EngineError.invalid(field: "limit", reason: "must be 1 to 1000, not \(limit)")
            }
            let store = try readable(bucket)
            let found = try await store.list(prefix: prefix, after: cursor, limit: limit)
            return Page(
                items: found.map { ObjectManifest($0, in: store.bucket.name) },
                nextCursor: found.count == limit ? found.last?.key.rawValue : nil
            )
        }
    }

    /// What is known of an object.
    ///
    /// - Throws: `StorageError.noSuchObject`; `EngineError.preconditionFailed`; `EngineError.notFound` for the bucket.
    public func object(
        _ key: String,
        in bucket: String? = nil,
        if condition: ObjectCondition = .none,
        for principal: Principal
    ) async throws -> ObjectManifest {
        try await observed(.headObject) {
            try await authorise(principal, .admin, "read objects", reading: true)
            let (store, key) = (try readable(bucket), try ObjectKey(validating: key))
            guard let info = try await store.head(key) else { throw StorageError.noSuchObject(key) }
            try Self.check(condition, info, key)
            return ObjectManifest(info, in: store.bucket.name)
        }
    }

    /// Opens an object, or a part of it, to be read piece by piece.
    ///
    /// - Throws: As ``object(_:in:if:for:)``; `EngineError.rangeNotSatisfiable` when it has none of the bytes.
    public func readObject(
        _ key: String,
        in bucket: String? = nil,
        part: ObjectPart = .whole,
        if condition: ObjectCondition = .none,
        for principal: Principal
    ) async throws -> ObjectReading {
        try await observed(.readObject) {
            try await authorise(principal, .admin, "read objects", reading: true)
            let (store, key) = (try readable(bucket), try ObjectKey(validating: key))
            do {
                let opened = try await store.open(key, range: ObjectRange(part), ifMatch: nil)
                try Self.check(condition, opened.info, key)
                return ObjectReading(
                    manifest: ObjectManifest(opened.info, in: store.bucket.name),
                    range: opened.range,
                    chunks: opened.chunks
                )
            } catch StorageError.rangeOutside(let key, let size) {
                throw EngineError.rangeNotSatisfiable(key: key.rawValue, size: size)
            }
        }
    }

    /// Writes an object from pieces as they come, holding a few of them at a time.
    ///
    /// - Parameters:
    ///   - key: Its key; not one the lake keeps for itself.
    ///   - bucket: The bucket's name; nil: the primary one.
    ///   - chunks: The content.
    ///   - size: How long the content is said to be.
    ///   - condition: What must be there, or must not.
    ///   - principal: Who asks.
    /// - Returns: The object, and whether it is new.
    /// - Throws: `EngineError.reservedKey`, `EngineError.preconditionFailed`, `EngineError.uploadTooLarge`; what `chunks` throws.
    public func writeObject<Chunks: AsyncSequence & Sendable>(
        _ key: String,
        in bucket: String? = nil,
        chunks: Chunks,
        size: Int? = nil,
        if condition: ObjectCondition = .none,
        for principal: Principal
    ) async throws -> ObjectManifest where Chunks.Element == [UInt8] {
        try await observed(.writeObject) {
            let (store, key) = try await writable(key, in: bucket, principal)
            let limit = settings.maxUploadBytes
            if let size, size > limit { throw EngineError.uploadTooLarge(limit: limit) }
            do {
                let info = try await store.put(
                    key,
                    chunks: LimitedChunks(base: chunks, limit: limit),
                    announced: AnnouncedContent(size: size),
                    condition: try await Self.putCondition(condition, key, store)
                )
                return ObjectManifest(info, in: store.name)
            } catch StorageError.conditionFailed {
                throw EngineError.preconditionFailed(key: key.rawValue)
            }
        }
    }

    /// Removes an object; nothing happens when it is absent.
    ///
    /// - Throws: `EngineError.reservedKey`, `EngineError.preconditionFailed`.
    public func deleteObject(
        _ key: String,
        in bucket: String? = nil,
        if condition: ObjectCondition = .none,
        for principal: Principal
    ) async throws -> ObjectRemoved {
        try await observed(.deleteObject) {
            let (store, key) = try await writable(key, in: bucket, principal)
            if condition != .none { try Self.check(condition, try await store.head(key), key) }
            try await store.delete(key)
            return ObjectRemoved(bucket: store.name, key: key.rawValue)
        }
    }

    /// A bucket to read from, with the rescue bucket behind it.
    private func readable(_ bucket: String?) throws(EngineError) -> RescuedStore {
        RescuedStore(try self.bucket(named: bucket), rescue: buckets.rescue)
    }

    private func writable(
        _ key: String,
        in bucket: String?,
        _ principal: Principal
    ) async throws -> (BucketStore, ObjectKey) {
        try await authorise(principal, .admin, "write objects")
        let (store, key) = (try self.bucket(named: bucket), try ObjectKey(validating: key))
        if let folder = LakeFolder(of: key.rawValue) {
            throw EngineError.reservedKey(key: key.rawValue, folder: folder.rawValue)
        }
        return (store, key)
    }

    private static func check(
        _ condition: ObjectCondition,
        _ info: ObjectInfo?,
        _ key: ObjectKey
    ) throws(EngineError) {
        let holds =
            switch condition {
            case .none: true
            case .isAbsent: info == nil
            case .isPresent: info != nil
            case .hasOne(let etags): info.map { etags.contains($0.etag) } ?? false
            }
        guard holds else { throw .preconditionFailed(key: key.rawValue) }
    }

    private static func putCondition(
        _ condition: ObjectCondition,
        _ key: ObjectKey,
        _ store: BucketStore
    ) async throws -> PutCondition {
        switch condition {
        case .none: return .always
        case .isAbsent: return .ifAbsent
        case .hasOne(let etags) where etags.count == 1: return .ifMatch(etag: etags[0])
        case .isPresent, .hasOne:
            let info = try await store.head(key)
            try check(condition, info, key)
            return info.map { .ifMatch(etag: $0.etag) } ?? .ifAbsent
        }
    }
}

/// Pieces of an upload, as many as are accepted.
private struct LimitedChunks<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == [UInt8] {
    let base: Base
    let limit: Int

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), limit: limit, left: limit) }

    /// Counts down.
    struct Iterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        let limit: Int
        var left: Int

        mutating func next() async throws -> [UInt8]? { try await next(isolation: nil) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? {
            guard let chunk = try await base.next(isolation: actor) else { return nil }
            left -= chunk.count
            guard left >= 0 else { throw EngineError.uploadTooLarge(limit: limit) }
            return chunk
        }
    }
}

extension ObjectRange {
    fileprivate init(_ part: ObjectPart) {
        self =
            switch part {
            case .whole: .whole
            case .bounds(let range): .bounds(range)
            case .from(let start): .from(start)
            case .last(let count): .last(count)
            }
    }
}

extension ObjectManifest {
    fileprivate init(_ info: ObjectInfo, in bucket: String) {
        self.init(
            bucket: bucket,
            key: info.key.rawValue,
            size: info.size,
            etag: info.etag,
            modifiedAt: WallClock.rfc3339(milliseconds: info.modifiedAt),
            sha256: info.sha256
        )
    }
}
