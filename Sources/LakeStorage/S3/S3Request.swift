internal import NIOCore
internal import NIOHTTP1

/// A request to a bucket before it has an address and a signature.
struct S3Request: Sendable {
    var method: HTTPMethod
    var operation: StorageOperation
    /// Nil for requests to the bucket as such.
    var objectKey: ObjectKey?
    var query: [(String, String)] = []
    /// Lowercase names.
    var headers: [(name: String, value: String)] = []
    var body = S3Body.none

    var isWriting: Bool { [.write, .delete].contains(operation) }
}

/// What a request carries; it can be sent again.
enum S3Body: Sendable {
    case none
    case bytes(ByteBuffer, ContentDigests)
    case file(OpenFile, ContentDigests)

    private static let nothing = ContentDigests([])

    var digests: ContentDigests {
        switch self {
        case .none: Self.nothing
        case .bytes(_, let digests), .file(_, let digests): digests
        }
    }

    /// A body of bytes at hand.
    static func of(_ bytes: [UInt8]) async throws(StorageError) -> S3Body {
        // Digesting much takes milliseconds, which the cooperative pool has not.
        let digests =
            bytes.count < 64 << 10
            ? ContentDigests(bytes) : try await blocking(.write) { ContentDigests(bytes) }
        return .bytes(ByteBuffer(bytes: bytes), digests)
    }
}
