/// A window over a file: what is being read, and at least eight zero bytes behind it.
///
/// It slides in pieces of 1 MiB and grows while one record does not fit.
/// Pointers into it live until the next ``fill()``.
final class PieceBuffer {
    /// The first byte that is still wanted, as an index of `bytes`.
    private(set) var start = 0
    /// Behind the last byte read.
    private(set) var end = 0
    /// Whether the file has nothing more.
    private(set) var isFinal = false
    private(set) var bytes: UnsafeMutablePointer<UInt8>
    /// Where in the file `start` is.
    private(set) var offset: Int
    let file: InputFile
    private var capacity = 2 * pieceBytes
    private static let pieceBytes = 1 << 20
    private static let padding = 8

    /// Starts behind a byte order mark, if there is one.
    init(_ file: InputFile) throws(IngestError) {
        self.file = file
        offset = try file.bytes(at: 0, 3) == [0xEF, 0xBB, 0xBF] ? 3 : 0
        file.seek(to: offset)
        bytes = .allocate(capacity: capacity + Self.padding)
        bytes.initialize(repeating: 0, count: capacity + Self.padding)
    }

    deinit { bytes.deallocate() }

    /// How many bytes can be looked at.
    var count: Int { end - start }

    /// The bytes before `position` are no longer wanted.
    func consume(to position: Int) {
        offset += position - start
        start = position
    }

    /// Reads one more piece behind what is still wanted.
    func fill() throws(IngestError) {
        if start > 0 {
            bytes.update(from: bytes + start, count: count)
            end -= start
            start = 0
        }
        if end + Self.pieceBytes > capacity {
            capacity *= 2
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.padding)
            larger.initialize(repeating: 0, count: capacity + Self.padding)
            larger.update(from: bytes, count: end)
            bytes.deallocate()
            bytes = larger
        }
        let done = try file.read(into: bytes + end, Self.pieceBytes)
        isFinal = done == 0
        end += done
        (bytes + end).update(repeating: 0, count: Self.padding)
    }
}
