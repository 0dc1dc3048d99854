/// How a bucket is doing.
public struct BucketStatus: Hashable, Sendable {
    /// What its circuit breaker lets through.
    public enum Circuit: String, Hashable, Sendable, CaseIterable {
        case closed, open
        case halfOpen = "half_open"
    }

    public var name: String
    /// `local` or `s3`.
    public var kind: String
    public var isPrimary: Bool
    public var isRescue: Bool
    public var circuit: Circuit
    /// Of recent calls, an average that forgets; nil before the first.
    public var latencyMilliseconds: Double?
    /// Calls that failed by the bucket's fault since the start, by what was asked.
    public var errors: [StorageOperation: Int]
    /// What went wrong last, and when (RFC 3339).
    public var lastError: BucketFailure?
    /// When a call last went well (RFC 3339).
    public var lastSuccess: String?

    /// Whether calls are likely to go well.
    public var isReachable: Bool { circuit == .closed && latencyMilliseconds != nil }
}

/// One failure of a bucket, as it is kept.
public struct BucketFailure: Hashable, Sendable, Codable {
    /// RFC 3339.
    public var at: String
    public var bucket: String
    public var operation: String
    /// Of the object, if there was one.
    public var key: String?
    /// A stable word.
    public var code: String
    /// One sentence, without secrets and paths.
    public var detail: String
}
