internal import LakeCore
internal import Synchronization

extension BucketStore {
    /// Copies an object of another bucket under the same key, reads the copy back, and says what it is.
    ///
    /// - Parameters:
    ///   - key: Of both.
    ///   - source: Where the original is.
    ///   - sha256: What its content's SHA-256 must be, if that is known.
    /// - Returns: What can be recorded of the copy.
    /// - Throws: ``StorageError/damaged(_:)`` when the original is not what it should be or the copy not what the original is.
    public func copy(
        of key: ObjectKey,
        from source: BucketStore,
        sha256: String? = nil
    ) async throws(StorageError) -> CopyRecord {
        do {
            let original = try await source.open(key, range: .whole, ifMatch: nil)
            let digests = DigestedChunks(original.chunks)
            do {
                _ = try await put(
                    key,
                    chunks: digests.chunks,
                    announced: AnnouncedContent(size: original.info.size),
                    condition: .ifAbsent
                )
            } catch StorageError.conditionFailed, StorageError.notSupported {
                // There is one already, or the store cannot tell: the check below decides.
                return try await replace(key, from: source, sha256: sha256)
            }
            let content = digests.finish()
            guard sha256 == nil || sha256 == content.sha256, content.size == original.info.size else {
                try await delete(key)
                throw StorageError.damaged(key)
            }
            return try await record(key, source, content)
        } catch let error as StorageError {
            throw error
        } catch {
            throw .unavailable(.write, reason: "the copy was interrupted")
        }
    }

    /// Takes the copy that is there when it is what the original is, else writes another in its place.
    private func replace(_ key: ObjectKey, from source: BucketStore, sha256: String?) async throws -> CopyRecord {
        let original = try await source.digest(of: key)
        guard sha256 == nil || sha256 == original.sha256 else { throw StorageError.damaged(key) }
        if try await head(key)?.size == original.size, try await digest(of: key) == original {
            return try await record(key, source, original)
        }
        let content = try await source.open(key, range: .whole, ifMatch: nil)
        _ = try await put(
            key,
            chunks: content.chunks,
            announced: AnnouncedContent(size: original.size, sha256: original.sha256),
            condition: .always
        )
        return try await record(key, source, original)
    }

    /// Reads the copy back.
    private func record(_ key: ObjectKey, _ source: BucketStore, _ content: FileDigest) async throws -> CopyRecord {
        guard try await digest(of: key) == content, let info = try await head(key) else {
            throw StorageError.damaged(key)
        }
        return CopyRecord(
            bucket: source.name,
            key: key,
            bytes: content.size,
            sha256: content.sha256,
            etag: info.etag,
            at: WallClock.now()
        )
    }
}

/// Passes pieces on and takes their digest.
private final class DigestedChunks: Sendable {
    private let source: ObjectChunks
    private let state = Mutex((hash: ContentHash(), size: 0))

    init(_ source: ObjectChunks) { self.source = source }

    /// The pieces.
    var chunks: ObjectChunks {
        ObjectChunks { () async throws(StorageError) in
            guard let piece = try await self.source.next() else { return nil }
            self.state.withLock { state in
                state.hash.update(piece)
                state.size += piece.count
            }
            return piece
        }
    }

    /// Of the pieces that were passed on.
    func finish() -> FileDigest { state.withLock { FileDigest(sha256: $0.hash.finish(), size: $0.size) } }
}
