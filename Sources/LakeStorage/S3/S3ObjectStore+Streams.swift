internal import Foundation

extension S3ObjectStore {
    public func put<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        chunks: Chunks,
        announced: AnnouncedContent,
        condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        let check = ContentCheck(key, announced)
        return if condition == .always {
            try await putInParts(key, chunks, announced, check)
        } else {
            try await putInOneRequest(key, chunks, check, condition)
        }
    }

    public func put(
        _ key: ObjectKey,
        file path: String,
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        let file = try await blocking(.read) { try OpenFile(plainFile: path) }
        let digests = try await ContentDigests.of(file)
        let info: ObjectInfo
        if condition == .always, digests.size > settings.partBytes {
            let announced = AnnouncedContent(size: digests.size, sha256: digests.sha256)
            // The digest is known already; that the file is still of its size is worth a look.
            let check = ContentCheck(key, AnnouncedContent(size: digests.size))
            do {
                info = try await putInParts(key, file.chunks(0..<digests.size, key), announced, check)
            } catch {
                throw error as? StorageError ?? .unavailable(.write, reason: "the file could not be sent")
            }
        } else {
            info = try await put(key, .file(file, digests), condition)
        }
        await remove(file: path)
        return info
    }

    /// Puts content as it comes: in one request when there is little, in parts that are joined when there is more.
    private func putInParts<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        _ chunks: Chunks,
        _ announced: AnnouncedContent,
        _ check: ContentCheck
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        try await withThrowingTaskGroup(of: S3Upload.Part.self) { group in
            var upload: S3Upload?
            do {
                var check = check
                var waiting: [UInt8] = []
                var parts: [S3Upload.Part] = []
                var sent = 0
                for try await chunk in chunks {
                    try check.update(chunk)
                    waiting += chunk
                    // The last part may not be empty, so one that is full waits for what comes after it.
                    while waiting.count > S3Upload.partBytes(settings, announced) {
                        let size = S3Upload.partBytes(settings, announced)
                        let begun = if let upload { upload } else { try await S3Upload.begin(self, key, announced) }
                        upload = begun
                        let bytes = Array(waiting.prefix(size))
                        waiting.removeFirst(size)
                        if sent - parts.count >= settings.partsAtOnce, let part = try await group.next() {
                            parts.append(part)
                        }
                        sent += 1
                        group.addTask { [sent] in try await begun.send(bytes, number: sent) }
                    }
                }
                try check.finish()
                guard let upload else { return try await put(key, waiting, condition: .always) }
                for try await part in group { parts.append(part) }
                parts.append(try await upload.send(waiting, number: sent + 1))
                return try await upload.join(parts, size: check.size)
            } catch {
                // What is still under way must have ended, or it would stay behind.
                group.cancelAll()
                while await group.nextResult() != nil {}
                await upload?.abort()
                throw error
            }
        }
    }

    /// Puts content that must come whole: from memory when there is little, from a file without a name when there is more.
    private func putInOneRequest<Chunks: AsyncSequence & Sendable>(
        _ key: ObjectKey,
        _ chunks: Chunks,
        _ check: ContentCheck,
        _ condition: PutCondition
    ) async throws -> ObjectInfo where Chunks.Element == [UInt8] {
        let folder = settings.spoolFolder ?? FileManager.default.temporaryDirectory.path
        var check = check
        var waiting: [UInt8] = []
        var file: OpenFile?
        for try await chunk in chunks {
            try check.update(chunk)
            waiting += chunk
            guard waiting.count > (file == nil ? settings.partBytes : ChunkWalk.chunkBytes) else { continue }
            file = try await spool(waiting, file, folder)
            waiting.removeAll(keepingCapacity: true)
        }
        try check.finish()
        guard let file else { return try await put(key, waiting, condition: condition) }
        let whole = try await spool(waiting, file, folder)
        return try await put(key, .file(whole, .of(whole)), condition)
    }

    private func spool(_ bytes: [UInt8], _ file: OpenFile?, _ folder: String) async throws(StorageError) -> OpenFile {
        try await blocking(.write) {
            let file = try file ?? OpenFile(temporaryIn: folder)
            try file.write(bytes)
            return file
        }
    }
}
