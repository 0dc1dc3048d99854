internal import Synchronization

extension ObjectStore {
    /// Makes another object of the same content, here or in another store, in place of what has that key.
    ///
    /// - Returns: The digest and the size of what was copied.
    @discardableResult
    public func copy(
        _ key: ObjectKey,
        to destination: ObjectKey,
        in store: (any ObjectStore)? = nil
    ) async throws(StorageError) -> FileDigest {
        let source = try await open(key, range: .whole, ifMatch: nil)
        let progress = Mutex((hash: ContentHash(), size: 0))
        let chunks = ObjectChunks { () async throws(StorageError) in
            let chunk = try await source.chunks.next()
            if let chunk {
                progress.withLock { progress in
                    progress.hash.update(chunk)
                    progress.size += chunk.count
                }
            }
            return chunk
        }
        let announced = AnnouncedContent(size: source.info.size)
        do {
            _ = try await (store ?? self).put(destination, chunks: chunks, announced: announced, condition: .always)
        } catch let error as StorageError {
            throw error
        } catch {
            // Nothing but a store throws here; what is left is the end of the task.
            throw .cancelled
        }
        return progress.withLock { FileDigest(sha256: $0.hash.finish(), size: $0.size) }
    }

    /// The digest and the size of an object, read piece by piece.
    public func digest(of key: ObjectKey) async throws(StorageError) -> FileDigest {
        let source = try await open(key, range: .whole, ifMatch: nil)
        var hash = ContentHash()
        var size = 0
        while let chunk = try await source.chunks.next() {
            hash.update(chunk)
            size += chunk.count
        }
        return FileDigest(sha256: hash.finish(), size: size)
    }

    public func move(_ key: ObjectKey, to destination: ObjectKey) async throws(StorageError) {
        // An object that has the name already is what an earlier attempt left: objects that are moved never change.
        if try await head(destination) == nil { try await copy(key, to: destination) }
        try await delete(key)
    }
}

extension LocalObjectStore {
    /// Without copying: the file gets its new name and loses the old one.
    public func move(_ key: ObjectKey, to destination: ObjectKey) async throws(StorageError) {
        try await blocking(.write, destination) {
            guard try FileStatus.of(path(of: key))?.isPlainFile == true else { throw StorageError.noSuchObject(key) }
            do { try link(path(of: key), as: destination) } catch StorageError.conditionFailed {}
        }
        try await delete(key)
    }
}
