import Foundation

/// A file's bytes, mapped to memory for as long as the object lives.
///
/// The file must be replaced by renaming another over it, never be rewritten in place.
final class MappedFile: @unchecked Sendable {
    // Sendable: the mapping is read-only and private, and nothing changes after init.
    let bytes: UnsafeRawBufferPointer
    /// Base name, for errors.
    let name: String

    /// Maps a file; blocks on the disk.
    ///
    /// - Throws: `ModelError.missingFile`, or `.damagedFile` when it is empty.
    init(path: String) throws(ModelError) {
        name = (path as NSString).lastPathComponent
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .missingFile(name) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .missingFile(name) }
        guard status.st_size > 0 else { throw .damagedFile(name, problem: "is empty") }
        let size = Int(status.st_size)
        let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard start != MAP_FAILED, let start else { throw .missingFile(name) }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}
