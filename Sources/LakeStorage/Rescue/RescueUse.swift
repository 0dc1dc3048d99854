internal import Synchronization

/// Whether something that was done had to be read from the rescue bucket.
///
/// Bound for the length of a request, and noted by whoever reads on its behalf.
public final class RescueUse: Sendable {
    @TaskLocal public static var current: RescueUse?

    private let used = Mutex<String?>(nil)

    public init() {}

    /// The rescue bucket's name once it was used.
    public var bucket: String? { used.withLock { $0 } }

    /// Notes that the bucket was used.
    public func note(_ bucket: String) { used.withLock { $0 = bucket } }
}
