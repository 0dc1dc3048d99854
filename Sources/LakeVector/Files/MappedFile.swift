internal import Glibc
internal import LakeStorage

/// A file mapped into memory, read-only, for as long as somebody holds this.
///
/// Pages are read when they are first touched. The files are never changed once they have their name; one that is cut short
/// while it is mapped ends the process, as with every mapping.
// Unchecked: the mapping is made in `init`, is never written to, and goes away in `deinit`, when no reader is left.
final class MappedFile: @unchecked Sendable {
    /// What errors call it.
    let name: String
    /// In bytes, as it was when it was opened.
    let size: Int
    private let address: UnsafeRawPointer

    /// - Throws: ``VectorError/corrupt(file:reason:)`` when it is missing, empty or not a plain file.
    init(path: String, name: String) throws(VectorError) {
        self.name = name
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .system(errno, .read) }
            throw .corrupt(file: name, reason: "it is missing")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno, .read) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            throw .corrupt(file: name, reason: "it is empty or not a plain file")
        }
        size = Int(status.st_size)
        let address = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw .system(errno, .read) }
        self.address = UnsafeRawPointer(address)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: address), size) }

    /// Hands out the file's bytes; they are valid inside `body` only.
    func read<Answer, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        // Without this the last reference could go, and the mapping with it, before `body` is done with the pointer.
        try withExtendedLifetime(self) { () throws(Failure) in
            try body(UnsafeRawBufferPointer(start: address, count: size))
        }
    }

    /// Hands out the address of the first byte, which is that of a page; valid inside `body` only.
    func withAddress<Answer, Failure: Error>(
        _ body: (UnsafeRawPointer) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        // As in `read`.
        try withExtendedLifetime(self) { () throws(Failure) in try body(address) }
    }
}

extension VectorError {
    /// What the system's error means to a caller.
    static func system(_ code: CInt, _ operation: StorageOperation) -> VectorError {
        switch code {
        case ENOSPC, EDQUOT: .storage(.noSpace)
        case EACCES, EPERM, EROFS: .storage(.notPermitted(operation))
        default: .storage(.unavailable(operation, reason: String(cString: strerror(code))))
        }
    }
}
