public import LakeCore

/// One call of a bucket, for whoever measures them.
public struct BucketCall: Sendable {
    public let bucket: String
    public let operation: StorageOperation
    /// Until the answer; of what is read piece by piece, until its beginning.
    public let elapsed: Duration
    /// Nil when it went well.
    public let failure: FailureKind?
}

/// Told of each call of a bucket when it has ended; must be quick.
public typealias BucketObserver = @Sendable (BucketCall) -> Void
