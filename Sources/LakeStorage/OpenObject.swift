/// An object that is being read.
public struct OpenObject: Sendable {
    /// Of the whole object, whatever part is read.
    public let info: ObjectInfo
    /// The bytes that are read.
    public let range: Range<Int>
    public let chunks: ObjectChunks

    public init(info: ObjectInfo, range: Range<Int>, chunks: ObjectChunks) {
        self.info = info
        self.range = range
        self.chunks = chunks
    }

    /// The rest of the bytes at once.
    public func bytes() async throws(StorageError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        while let chunk = try await chunks.next() { bytes += chunk }
        return bytes
    }
}

/// The bytes of an object in pieces, each read when it is asked for.
///
/// They can be read once, by one task; another iterator goes on where the first one stopped. Ends early only by throwing.
public struct ObjectChunks: AsyncSequence, Sendable {
    private let read: @Sendable () async throws(StorageError) -> [UInt8]?

    /// - Parameter read: Gives the next piece, which is not empty; nil after the last.
    public init(_ read: @escaping @Sendable () async throws(StorageError) -> [UInt8]?) { self.read = read }

    /// The next piece; nil after the last.
    public func next() async throws(StorageError) -> [UInt8]? { try await read() }

    public func makeAsyncIterator() -> Iterator { Iterator(chunks: self) }

    /// Asks for piece after piece.
    public struct Iterator: AsyncIteratorProtocol {
        let chunks: ObjectChunks

        public func next() async throws(StorageError) -> [UInt8]? { try await chunks.next() }

        public func next(isolation actor: isolated (any Actor)?) async throws(StorageError) -> [UInt8]? {
            try await chunks.next()
        }
    }
}
