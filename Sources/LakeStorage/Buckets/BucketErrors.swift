internal import Synchronization

/// The last failures of all buckets, oldest first; the oldest make way.
public final class BucketErrors: Sendable {
    private let limit: Int
    private let kept = Mutex<[BucketFailure]>([])

    public init(limit: Int = 4096) { self.limit = limit }

    /// Adds a failure.
    public func append(_ failure: BucketFailure) {
        kept.withLock { kept in
            // Cut in larger steps, so that an append is cheap.
            if kept.count >= limit { kept.removeFirst(limit / 4) }
            kept.append(failure)
        }
    }

    /// The newest failures, newest first.
    ///
    /// - Parameters:
    ///   - bucket: Of this bucket; nil: of all.
    ///   - limit: How many at most.
    /// - Returns: The failures.
    public func newest(of bucket: String? = nil, limit: Int) -> [BucketFailure] {
        kept.withLock { kept in
            Array(kept.reversed().lazy.filter { bucket == nil || $0.bucket == bucket }.prefix(max(0, limit)))
        }
    }
}
