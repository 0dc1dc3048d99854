import Foundation

/// A local file that is read from front to back, in pieces.
///
/// Not thread-safe; one stage of a conversion opens, reads and releases it.
final class InputFile {
    let size: Int
    private let descriptor: CInt
    private let name: String
    private var position = 0

    /// Opens the file at `path`, which messages call `name`.
    init(path: String, name: String) throws(IngestError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .fileAccess(file: name, reason: systemReason()) }
        self.name = name
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .fileAccess(file: name, reason: "it is not a plain file")
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// The bytes read so far over those of the file, from 0 to 1.
    var fraction: Double { size == 0 ? 1 : min(1, Double(position) / Double(size)) }

    /// Reads the next bytes to `target`, at most `count` of them; 0 at the end.
    func read(into target: UnsafeMutableRawPointer, _ count: Int) throws(IngestError) -> Int {
        let done = read(into: target, count, at: position)
        guard done >= 0 else { throw .fileAccess(file: name, reason: systemReason()) }
        position += done
        return done
    }

    /// Continues at `offset`.
    func seek(to offset: Int) { position = offset }

    /// Up to `count` bytes from `offset`, without moving.
    func bytes(at offset: Int, _ count: Int) throws(IngestError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let done = read(into: base + filled, count - filled, at: offset + filled)
                failed = done < 0
                if done <= 0 { break }
                filled += done
            }
        }
        if failed { throw .fileAccess(file: name, reason: systemReason()) }
        return bytes
    }

    /// The system's read, again if a signal interrupts it; negative after an error.
    private func read(into target: UnsafeMutableRawPointer, _ count: Int, at offset: Int) -> Int {
        while true {
            let done = pread(descriptor, target, count, off_t(offset))
            if done >= 0 || errno != EINTR { return done }
        }
    }
}

/// What the system says of the call that failed last.
func systemReason() -> String { String(cString: strerror(errno)) }

extension IngestError {
    /// What the last failed system call means for the file `name`.
    static func system(_ name: String) -> IngestError {
        errno == ENOSPC || errno == EDQUOT ? .noSpace : .fileAccess(file: name, reason: systemReason())
    }
}
