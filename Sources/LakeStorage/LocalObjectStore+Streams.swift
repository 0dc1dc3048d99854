internal import Glibc

extension LocalObjectStore {
    public func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        let temporary = stagingFile(suffix: ".put")
        let file = try await blocking(.write, key) { try OpenFile(creating: temporary) }
        do {
            var check = ContentCheck(key, announced)
            var rest = chunks.makeAsyncIterator()
            var piece = try await Self.piece(of: &rest)
            while !piece.isEmpty {
                // Written while the next one comes.
                let (present, before) = (piece, check)
                async let written = write(present, to: file, key, before)
                piece = try await Self.piece(of: &rest)
                check = try await written
            }
            try check.finish()
            let info = try await blocking(.write, key) { try name(file, at: temporary, key, condition) }
            await removeStaged(path: temporary)
            return info
        } catch {
            await removeStaged(path: temporary)
            throw error
        }
    }

    /// What is written at once; nothing after the last.
    private static func piece<Rest: AsyncIteratorProtocol>(of rest: inout Rest) async throws -> [UInt8]
    where Rest.Element == [UInt8] {
        var piece: [UInt8] = []
        piece.reserveCapacity(ChunkWalk.chunkBytes * 5 / 4)
        while piece.count < ChunkWalk.chunkBytes, let chunk = try await rest.next(isolation: #isolation) {
            piece += chunk
        }
        return piece
    }

    private func write(
        _ bytes: [UInt8],
        to file: OpenFile,
        _ key: ObjectKey,
        _ check: ContentCheck
    ) async throws(StorageError) -> ContentCheck {
        try await blocking(.write, key) {
            var check = check
            try check.update(bytes)
            try file.write(bytes)
            return check
        }
    }

    public func put(
        _ key: ObjectKey,
        file path: String,
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        let file = try await blocking(.read) { try OpenFile(plainFile: path) }
        let named = try await blocking(.write, key) { () -> ObjectInfo? in
            do {
                return try name(file, at: path, key, condition)
            } catch let error as SystemError where error.code == EXDEV {
                return nil
            }
        }
        let info = if let named { named } else { try await copy(file, as: key, condition) }
        await removeStaged(path: path)
        return info
    }

    /// Puts a file of another file system.
    private func copy(
        _ file: OpenFile,
        as key: ObjectKey,
        _ condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        do {
            let size = try await blocking(.read) { try FileStatus.of(file).size }
            let chunks = file.chunks(0..<size, key)
            return try await put(key, chunks: chunks, announced: AnnouncedContent(size: size), condition: condition)
        } catch let error as StorageError {
            throw error
        } catch {
            throw .unavailable(.write, reason: "the file could not be copied")
        }
    }
}

extension OpenFile {
    /// A part of the file, which is to be or is the object of that key.
    func chunks(_ range: Range<Int>, _ key: ObjectKey) -> ObjectChunks {
        let walk = ChunkWalk(range)
        return ObjectChunks { () async throws(StorageError) in
            guard let part = walk.next() else { return nil }
            let bytes = try await blocking(.read, key) { try self.read(part) }
            guard bytes.count == part.count else {
                throw .unavailable(.read, reason: "\(key) was cut short while it was read")
            }
            return bytes
        }
    }
}
