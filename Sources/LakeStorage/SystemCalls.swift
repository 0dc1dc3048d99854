internal import Glibc
internal import LakeCore
internal import NIOPosix

/// Runs blocking calls on the process's pool for them, never on the cooperative pool.
///
/// The key is that of the object worked on, for the message of an error. Throws what `body` throws, or ``StorageError/cancelled``
/// when the task was cancelled before `body` began.
func blocking<Result: Sendable>(
    _ operation: StorageOperation,
    _ key: ObjectKey? = nil,
    _ body: @escaping @Sendable () throws -> Result
) async throws(StorageError) -> Result {
    do {
        return try await NIOThreadPool.singleton.runIfActive(body)
    } catch let error as StorageError {
        throw error
    } catch let error as SystemError {
        throw StorageError(error, operation, key: key)
    } catch is CancellationError {
        throw .cancelled
    } catch {
        throw .unavailable(operation, reason: "the server is stopping")
    }
}

/// Removes a file on the pool for blocking calls, even when the task is cancelled; nothing happens when it is gone.
func remove(file path: String) async {
    await withCheckedContinuation { continuation in
        NIOThreadPool.singleton.submit { _ in
            unlink(path)
            continuation.resume()
        }
    }
}

/// The `errno` of a system call.
struct SystemError: Error {
    let code: CInt

    /// Nothing is there.
    var isAbsent: Bool { code == ENOENT }
    /// A folder is where a file was meant, or the other way round.
    var isFolderMismatch: Bool { code == ENOTDIR || code == EISDIR }
    var isTaken: Bool { code == EEXIST }
}

extension StorageError {
    /// What the system's error means to a caller; `key` is that of the object worked on, if there was one.
    init(_ error: SystemError, _ operation: StorageOperation, key: ObjectKey? = nil) {
        switch (error.code, key) {
        case (ENOSPC, _), (EDQUOT, _): self = .noSpace
        case (EACCES, _), (EPERM, _), (EROFS, _): self = .notPermitted(operation)
        case (ENOTDIR, let key?), (EISDIR, let key?): self = .keyInTheWay(key)
        case (ENOTDIR, nil): self = .notAFolder
        case (ENOENT, nil), (EISDIR, nil), (ELOOP, nil): self = .noSuchFile
        case (ENOENT, _): self = .notAFolder
        case (ENAMETOOLONG, _): self = .invalidKey(reason: "it is longer than this file system allows")
        default: self = .unavailable(operation, reason: String(cString: strerror(error.code)))
        }
    }
}

/// Makes a system call that answers -1 for an error, again if a signal interrupts it.
@discardableResult
func system<Answer: FixedWidthInteger & SignedInteger>(_ call: () -> Answer) throws(SystemError) -> Answer {
    while true {
        let answer = call()
        if answer != -1 { return answer }
        let code = errno
        guard code == EINTR else { throw SystemError(code: code) }
    }
}

/// What the file system knows of a file.
struct FileStatus: Sendable {
    let size: Int
    let inode: UInt64
    let modifiedNanoseconds: Int64
    let isPlainFile: Bool
    let isFolder: Bool

    private init(_ raw: stat) {
        size = Int(raw.st_size)
        inode = UInt64(raw.st_ino)
        modifiedNanoseconds = Int64(raw.st_mtim.tv_sec) * 1_000_000_000 + Int64(raw.st_mtim.tv_nsec)
        isPlainFile = raw.st_mode & S_IFMT == S_IFREG
        isFolder = raw.st_mode & S_IFMT == S_IFDIR
    }

    /// Nil when nothing is there.
    ///
    /// Symbolic links are not followed.
    static func of(_ path: String) throws(SystemError) -> FileStatus? {
        var raw = stat()
        do {
            try system { lstat(path, &raw) }
        } catch {
            // A file in place of a folder on the way: then the path leads nowhere.
            if error.isAbsent || error.code == ENOTDIR { return nil }
            throw error
        }
        return FileStatus(raw)
    }

    static func of(_ file: OpenFile) throws(SystemError) -> FileStatus {
        var raw = stat()
        try system { fstat(file.descriptor, &raw) }
        return FileStatus(raw)
    }

    func info(_ key: ObjectKey) -> ObjectInfo {
        let etag = [inode, UInt64(bitPattern: modifiedNanoseconds), UInt64(size)].map { String($0, radix: 16) }
        return ObjectInfo(
            key: key,
            size: size,
            etag: etag.joined(separator: "-"),
            modifiedAt: modifiedNanoseconds / 1_000_000
        )
    }
}

/// The changes of names, each a step of the process's ``FaultPlan``.
enum FileNames {
    /// Gives a file a second name, which must be free.
    static func link(_ path: String, as name: String) throws(SystemError) {
        try FaultPlan.step(.link(from: path, to: name)) { () throws(SystemError) in
            try system { Glibc.link(path, name) }
        }
    }

    /// Gives a file another name, and takes that from whatever has it.
    static func rename(_ path: String, to name: String) throws(SystemError) {
        try FaultPlan.step(.rename(from: path, to: name)) { () throws(SystemError) in
            try system { Glibc.rename(path, name) }
        }
    }

    /// Takes a name away.
    static func remove(_ path: String) throws(SystemError) {
        try FaultPlan.step(.unlink(path)) { () throws(SystemError) in try system { unlink(path) } }
    }
}

/// An open file or folder; closed when nobody holds it any more.
final class OpenFile: Sendable {
    let descriptor: CInt
    private let path: String

    /// Takes over an open descriptor.
    init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens a plain file for reading.
    init(plainFile path: String) throws(SystemError) {
        self.path = path
        descriptor = try system { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard try FileStatus.of(self).isPlainFile else { throw SystemError(code: EISDIR) }
    }

    /// Creates a file that must not exist, for writing.
    init(creating path: String) throws(SystemError) {
        self.path = path
        try FaultPlan.step(.create(path)) {}
        descriptor = try system { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    }

    /// Creates a file that has no name and goes when it is closed, for writing and reading.
    init(temporaryIn folder: String) throws(SystemError) {
        let path = folder + "/lake-" + UUIDv7.string()
        self.path = path
        descriptor = try system { open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        unlink(path)
    }

    /// Opens a folder.
    init(folder path: String) throws(SystemError) {
        self.path = path
        descriptor = try system { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    }

    deinit { close(descriptor) }

    /// The bytes of `range`, fewer where the file ends.
    func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            do {
                while filled < range.count {
                    let place = buffer.baseAddress?.advanced(by: filled)
                    let rest = range.count - filled
                    let count = try system { pread(descriptor, place, rest, range.lowerBound + filled) }
                    if count == 0 { return }
                    filled += count
                }
            } catch let error as SystemError { failure = error } catch {}
        }
        if let failure { throw failure }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        try FaultPlan.step(.write(path)) {}
        var written = 0
        while written < bytes.count {
            written += try system {
                bytes.withUnsafeBytes { buffer in
                    Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                }
            }
        }
    }

    /// Sets the time of the last change to the clock's full resolution.
    ///
    /// The kernel's own stamps step by milliseconds and inode numbers come back, so that two puts could share an etag.
    func stamp() throws(SystemError) {
        var now = timespec()
        try system { clock_gettime(CLOCK_REALTIME, &now) }
        try system { futimens(descriptor, [now, now]) }
    }

    /// Returns when the content, or a folder's entries, would survive a loss of power.
    func sync() throws(SystemError) {
        try FaultPlan.step(.sync(path)) { () throws(SystemError) in try system { fsync(descriptor) } }
    }

    /// Waits until nobody else holds the lock of this file; it is released with the file.
    func lock() throws(SystemError) {
        try system { flock(descriptor, LOCK_EX) }
    }

    func unlock() throws(SystemError) {
        try system { flock(descriptor, LOCK_UN) }
    }
}
