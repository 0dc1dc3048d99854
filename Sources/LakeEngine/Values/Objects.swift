import LakeStorage

/// A bucket as it is listed.
public struct BucketManifest: Sendable, Codable, Equatable {
    public var name: String
    /// `local` or `s3`.
    public var kind: String
    public var primary: Bool
    public var rescue: Bool
    public var reachable: Bool
    /// Of recent calls; nil before the first that went well.
    public var latencyMs: Double?
}

/// How all buckets are doing.
public struct BucketHealth: Sendable, Codable, Equatable {
    /// Whether each can be reached.
    public var healthy: Bool
    public var buckets: [Entry]
    /// How far the copy in the rescue bucket is; nil when there is no such bucket.
    public var rescue: RescueHealth?

    /// How one bucket is doing.
    public struct Entry: Sendable, Codable, Equatable {
        public var name: String
        public var reachable: Bool
        /// What its circuit breaker lets through: `closed` is everything, `open` nothing.
        public var circuit: String
        public var latencyMs: Double?
        /// Calls that failed by the bucket's fault since the server started.
        public var errors: Int
        /// The same by what was asked: `read`, `write`, `list`, `delete`.
        public var errorsByOperation: [String: Int]
        public var lastError: BucketProblem?
        public var lastSuccessAt: String?
    }
}

/// How far the copy of the lake in the rescue bucket is.
public struct RescueHealth: Sendable, Codable, Equatable {
    public var bucket: String
    /// The version of the lake that the copy is of.
    public var version: Int
    /// How many versions it is behind.
    public var lagVersions: Int
    /// For how long it has been behind.
    public var lagSeconds: Double
    /// Objects and bytes copied since the server started.
    public var objects: Int
    public var bytes: Int
    /// Why it does not go on.
    public var lastError: String?
}

/// One failure of a bucket.
public struct BucketProblem: Sendable, Codable, Equatable {
    public var at: String
    public var bucket: String
    public var operation: String
    public var key: String?
    public var code: String
    public var detail: String
}

/// An object as it is listed.
public struct ObjectManifest: Sendable, Codable, Equatable {
    public var bucket: String
    public var key: String
    /// In bytes.
    public var size: Int
    /// Without quotation marks.
    public var etag: String
    public var modifiedAt: String
    /// Where the bucket keeps it; never in listings.
    public var sha256: String?
}

/// An object that was removed, or was not there.
public struct ObjectRemoved: Sendable, Codable, Equatable {
    public var bucket: String
    public var key: String
}

/// Which bytes of an object are wanted.
public enum ObjectPart: Hashable, Sendable {
    case whole
    /// From an offset up to but not including another.
    case bounds(Range<Int>)
    /// From an offset to the end.
    case from(Int)
    /// So many bytes at the end.
    case last(Int)
}

/// What an object must be like for something to be done with it.
public enum ObjectCondition: Hashable, Sendable {
    case none
    /// Nothing is there.
    case isAbsent
    /// Something is there.
    case isPresent
    /// It has one of these etags.
    case hasOne(of: [String])
}

/// An object, or a part of it, that is being read.
public struct ObjectReading: Sendable {
    /// Of the whole object.
    public let manifest: ObjectManifest
    /// The bytes that are read.
    public let range: Range<Int>
    let chunks: ObjectChunks

    /// The next piece; nil after the last.
    public func next() async throws -> [UInt8]? { try await chunks.next() }
}
