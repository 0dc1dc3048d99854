internal import Synchronization

/// Cuts a range into the pieces in which it is read.
final class ChunkWalk: Sendable {
    /// What one turn on a thread reads or writes.
    static let chunkBytes = 256 << 10

    private let rest: Mutex<Range<Int>>

    init(_ range: Range<Int>) { rest = Mutex(range) }

    /// The next piece; nil after the last.
    func next() -> Range<Int>? {
        rest.withLock { rest in
            guard !rest.isEmpty else { return nil }
            let end = min(rest.lowerBound + Self.chunkBytes, rest.upperBound)
            defer { rest = end..<rest.upperBound }
            return rest.lowerBound..<end
        }
    }
}
