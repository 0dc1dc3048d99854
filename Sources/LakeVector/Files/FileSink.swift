internal import Glibc
internal import LakeStorage

/// Writes one new file from front to back, and takes its digest on the way.
final class FileSink {
    let name: String
    private(set) var size = 0
    private let descriptor: CInt
    private var hash = ContentHash()
    private var pending = ByteWriter()

    /// What is gathered before it is written.
    private static let pieceSize = 1 << 20

    /// Creates the file, which must not exist.
    init(folder: String, name: String) throws(VectorError) {
        self.name = name
        descriptor = open(folder + "/" + name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno, .write) }
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(VectorError) {
        size += bytes.count
        pending.append(bytes)
        if pending.bytes.count >= Self.pieceSize { try flush() }
    }

    /// Appends values as little-endian f32.
    func append(_ values: [Float]) throws(VectorError) {
        size += values.count * MemoryLayout<Float>.size
        pending.append(values)
        if pending.bytes.count >= Self.pieceSize { try flush() }
    }

    /// Appends zeros up to a multiple of `unit`.
    func pad(to unit: Int) throws(VectorError) {
        try append([UInt8](repeating: 0, count: (unit - size % unit) % unit))
    }

    /// Returns when everything is on disk.
    func finish() throws(VectorError) -> GenerationManifest.File {
        try flush()
        guard fsync(descriptor) == 0 else { throw .system(errno, .write) }
        return GenerationManifest.File(name: name, size: size, sha256: hash.finish())
    }

    private func flush() throws(VectorError) {
        let bytes = pending.bytes
        hash.update(bytes)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0 {
                guard errno == EINTR else { throw .system(errno, .write) }
            } else {
                written += count
            }
        }
        pending.removeAll()
    }
}
