internal import Glibc

/// The right to do something to a folder that only one process may do at a time: `flock(2)` on a file in it.
///
/// The kernel takes the lock away when its holder dies, however it dies, so it is never stale. It guards work, not data: what must
/// be right whatever happens is a conditional put.
public final class FileLock: Sendable {
    private let file: OpenFile

    private init(_ file: OpenFile) { self.file = file }

    /// Takes the lock, and leaves a note in its file for those who find it taken.
    ///
    /// Blocks for as long as a small write takes.
    ///
    /// - Parameters:
    ///   - path: The lock's file, made when absent; its folder must be there.
    ///   - note: Read by `note(of:)` elsewhere.
    /// - Returns: The lock, held until it is released with the value; nil when somebody has it.
    /// - Throws: `StorageError`.
    public static func take(path: String, note: String) throws(StorageError) -> FileLock? {
        do {
            let file = try OpenFile(lockFile: path)
            guard try file.tryLock() else { return nil }
            try system { ftruncate(file.descriptor, 0) }
            try file.write(Array(note.utf8))
            return FileLock(file)
        } catch {
            throw StorageError(error, .write)
        }
    }

    /// The note of whoever holds the lock; nil when nobody does.
    ///
    /// Blocks for as long as a small read takes.
    public static func note(of path: String) -> String? {
        guard let file = try? OpenFile(plainFile: path), (try? file.tryLock()) == false else { return nil }
        guard let bytes = try? file.read(0..<4096) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension OpenFile {
    /// Opens a file to be locked, making it when it is absent.
    fileprivate convenience init(lockFile path: String) throws(SystemError) {
        try self.init(descriptor: system { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }, path: path)
    }

    /// Takes the lock if it is free.
    fileprivate func tryLock() throws(SystemError) -> Bool {
        do {
            try system { flock(descriptor, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            if error.code == EWOULDBLOCK { return false }
            throw error
        }
    }
}
