internal import LakeCore
internal import Synchronization

/// A bucket whose reads are answered from the rescue bucket while it cannot be reached; writes are not.
///
/// That an object is absent is an answer: nothing is looked for elsewhere then. Copies of data and of index files are used only when
/// they are as their records say; commits and checkpoints vouch for themselves.
public struct RescuedStore: Sendable {
    public let bucket: BucketStore
    private let rescue: BucketStore?

    /// - Parameters:
    ///   - bucket: The bucket.
    ///   - rescue: Nil: there is no rescue bucket, and every failure is the bucket's.
    public init(_ bucket: BucketStore, rescue: BucketStore?) {
        self.bucket = bucket
        self.rescue = rescue === bucket ? nil : rescue
    }

    /// The rescue bucket, after it was made sure that its copy of the object can be used.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - size: What the copy's size must be, if that is known.
    /// - Returns: Nil when there is no rescue bucket, it cannot be reached either, or it has no copy that can be used.
    public func holder(ofCopyOf key: ObjectKey, size: Int? = nil) async -> BucketStore? {
        guard let rescue, let copy = try? await rescue.head(key), size == nil || copy.size == size else { return nil }
        switch LakeFolder(of: key.rawValue) {
        case .datasets, .indexes:
            guard let record = try? await CopyRecord.read(ofCopyOf: key, in: bucket.name, from: rescue),
                record.bucket == bucket.name, record.key == key, record.bytes == copy.size, record.etag == copy.etag
            else { return nil }
        case nil, .log: break
        default: return nil
        }
        return rescue
    }

    /// Reads from the bucket or, when that cannot be reached, from the rescue bucket.
    private func read<Value>(
        _ key: ObjectKey?,
        _ body: (BucketStore) async throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        do throws(StorageError) {
            return try await body(bucket)
        } catch {
            guard error.isBucketsFault, let rescue = await substitute(for: key) else { throw error }
            do throws(StorageError) {
                let value = try await body(rescue)
                RescueUse.current?.note(rescue.name)
                return value
            } catch let second {
                // What the rescue bucket says of itself helps nobody; that it has no such object is an answer.
                if case .noSuchObject = second { throw error }
                throw second.isBucketsFault ? error : second
            }
        }
    }

    private func substitute(for key: ObjectKey?) async -> BucketStore? {
        guard let key, LakeFolder(of: key.rawValue) != .log else { return rescue }
        return await holder(ofCopyOf: key)
    }
}

extension RescuedStore: ObjectStore {
    public func put(
        _ key: ObjectKey,
        _ bytes: [UInt8],
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        try await bucket.put(key, bytes, condition: condition)
    }

    public func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        try await bucket.put(key, chunks: chunks, announced: announced, condition: condition)
    }

    public func put(
        _ key: ObjectKey,
        file path: String,
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        try await bucket.put(key, file: path, condition: condition)
    }

    public func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] {
        do throws(StorageError) {
            return try await read(key) { store throws(StorageError) in try await store.get(key) }
        } catch {
            throw await answered(error, key)
        }
    }

    public func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        try await read(key) { store throws(StorageError) in try await store.get(key, range: range) }
    }

    public func open(
        _ key: ObjectKey,
        range: ObjectRange,
        ifMatch etag: String?
    ) async throws(StorageError) -> OpenObject {
        // The start is read here, while the answer can still come from elsewhere.
        try await read(key) { store throws(StorageError) in
            try await store.open(key, range: range, ifMatch: store === bucket ? etag : nil).withStartRead()
        }
    }

    public func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? {
        try await read(key) { store throws(StorageError) in try await store.head(key) }
    }

    public func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        try await read(nil) { store throws(StorageError) in
            try await store.list(prefix: prefix, after: after, limit: limit)
        }
    }

    public func delete(_ key: ObjectKey) async throws(StorageError) { try await bucket.delete(key) }

    /// What a failed read of the log means: the copy of the log ends somewhere, and a version behind its end is not there yet.
    private func answered(_ error: StorageError, _ key: ObjectKey) async -> StorageError {
        guard error.isBucketsFault, let rescue, LakeFolder(of: key.rawValue) == .log else { return error }
        do throws(StorageError) {
            guard try await rescue.head(key) == nil else { return error }
        } catch {
            return error
        }
        RescueUse.current?.note(rescue.name)
        return .noSuchObject(key)
    }
}

extension OpenObject {
    /// What is read before the first piece is handed out.
    private static let startBytes = 256 << 10

    /// The same with its start read, all of a small object.
    fileprivate func withStartRead() async throws(StorageError) -> OpenObject {
        var start: [UInt8] = []
        while start.count < min(range.count, Self.startBytes), let piece = try await chunks.next() { start += piece }
        let (first, rest) = (FirstPiece(start), chunks)
        return OpenObject(
            info: info,
            range: range,
            chunks: ObjectChunks { () async throws(StorageError) in
                if let piece = first.take() { return piece }
                return try await rest.next()
            }
        )
    }
}

/// A piece that was read before it was asked for.
private final class FirstPiece: Sendable {
    private let piece: Mutex<[UInt8]?>

    init(_ piece: [UInt8]) { self.piece = Mutex(piece.isEmpty ? nil : piece) }

    /// The piece, once.
    func take() -> [UInt8]? {
        piece.withLock { piece in
            defer { piece = nil }
            return piece
        }
    }
}
