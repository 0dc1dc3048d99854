internal import Glibc
internal import NIOPosix

/// A file in staging, written in full.
public struct StagedFile: Hashable, Sendable {
    public let path: String
    public let bytes: Int
    /// Of the content, 64 lowercase hexadecimal digits.
    public let sha256: String
}

/// Writes one file in staging, piece by piece, and knows its digest when it is done.
///
/// For one task at a time. Nothing is synced: what staging holds is taken in, which syncs it, or thrown away.
public actor StagedFileWriter {
    private let path: String
    private let file: OpenFile
    private var hash = ContentHash()
    private var bytes = 0

    init(path: String, file: OpenFile) {
        self.path = path
        self.file = file
    }

    /// Appends a piece; returns when the system has taken it.
    public func write(_ piece: [UInt8]) async throws(StorageError) {
        let before = hash
        hash = try await blocking(.write) { [file] in
            var hash = before
            hash.update(piece)
            try file.write(piece)
            return hash
        }
        bytes += piece.count
    }

    /// What was written.
    public func finish() -> StagedFile { StagedFile(path: path, bytes: bytes, sha256: hash.finish()) }

    /// Removes the file; nothing happens when it is gone.
    public func discard() async { await remove(file: path) }
}

extension LocalObjectStore {
    /// A fresh file in staging.
    public func stagedFile(suffix: String) async throws(StorageError) -> StagedFileWriter {
        let path = stagingFile(suffix: suffix)
        let file = try await blocking(.write) { try OpenFile(creating: path) }
        return StagedFileWriter(path: path, file: file)
    }

    /// Removes a file of staging; nothing happens when it is gone.
    public func removeStaged(path: String) async { await remove(file: path) }

    /// Removes a file of staging some time soon, for those who cannot wait.
    public func removeStagedSoon(path: String) {
        NIOThreadPool.singleton.submit { _ in _ = unlink(path) }
    }

    /// Puts a finished file of staging in the place of another.
    public func replaceStaged(path: String, with other: String) async throws(StorageError) {
        _ = try await blocking(.write) { try system { rename(other, path) } }
    }

    /// The key by which a file of staging can be read.
    public func key(ofStaged path: String) throws(StorageError) -> ObjectKey {
        try ObjectKey(validating: String(path.dropFirst(root.count + 1)))
    }

    /// Removes an empty folder of staging; nothing happens when it is gone.
    public func removeStaged(folder: String) async { _ = try? await blocking(.delete) { rmdir(folder) } }

    /// Finds out whether the store takes writes by making one in staging.
    public func probe() async throws(StorageError) {
        let file = try await stagedFile(suffix: ".probe")
        do throws(StorageError) {
            try await file.write([0])
        } catch {
            await file.discard()
            throw error
        }
        await file.discard()
    }
}
