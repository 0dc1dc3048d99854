import Foundation

/// Writes one of a conversion's own intermediate files from front to back.
final class ScratchWriter {
    private let descriptor: CInt
    private let name: String
    private var buffer: [UInt8] = []
    private static let bufferBytes = 1 << 20

    /// Creates the file at `path` anew; messages call it by the `name` of the file that it is made from.
    init(path: String, for name: String) throws(IngestError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(name) }
        self.name = name
        buffer.reserveCapacity(Self.bufferBytes + 1 << 16)
    }

    deinit { close(descriptor) }

    /// Adds to the end what `body` appends to the buffer.
    @inline(__always)
    func write(_ body: (inout [UInt8]) -> Void) throws(IngestError) {
        body(&buffer)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Hands the buffered bytes to the system; the last call before the file is read.
    func flush() throws(IngestError) {
        var written = 0
        while written < buffer.count {
            let done = buffer.withUnsafeBytes { [written] bytes in
                Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if done >= 0 {
                written += done
            } else if errno != EINTR {
                throw .system(name)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
