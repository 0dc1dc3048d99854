import LakeCore
import LakeStorage
import Synchronization

/// A file on its way in: written piece by piece to staging, then handed to `Lakehouse.ingest`.
///
/// One writer at a time. What is neither ingested nor discarded is swept with the rest of staging.
public final class Upload: Sendable {
    private let writer: StagedFileWriter
    private let limit: Int
    private let memory: MemoryReservation
    private let written = Mutex(0)

    init(writer: StagedFileWriter, limit: Int, memory: MemoryReservation) {
        self.writer = writer
        self.limit = limit
        self.memory = memory
    }

    /// Appends a piece; returns when it is handed to the disk, so that a fast sender waits.
    ///
    /// - Throws: `EngineError.uploadTooLarge`, `StorageError`.
    public func write(_ bytes: [UInt8]) async throws {
        let total = written.withLock { written in
            written += bytes.count
            return written
        }
        guard total <= limit else {
            await discard()
            throw EngineError.uploadTooLarge(limit: limit)
        }
        try await writer.write(bytes)
    }

    /// Removes what was written.
    public func discard() async { await writer.discard() }

    func finish() async -> StagedFile { await writer.finish() }
}
