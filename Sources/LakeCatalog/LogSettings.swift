/// How a ``LakeLog`` writes.
public struct LogSettings: Sendable {
    /// A checkpoint is written with every version that is a multiple of this.
    public var checkpointInterval = 100
    /// At most this many transactions go into one commit.
    public var groupLimit = 128
    /// At most this many transactions wait for a commit; more are refused.
    public var waitingLimit = 4096
    /// After losing to other processes this often in a row, a commit fails.
    public var conflictLimit = 50
    /// How often a write is tried while the store fails.
    public var storeAttempts = 4
    /// What the growing pauses between attempts start from.
    public var pause = Duration.milliseconds(2)
    /// How old the last look for commits of other processes may be when the newest state is asked for.
    public var freshness = Duration.zero

    /// Between two looks for commits of other processes while there are some.
    public var followPause = Duration.milliseconds(20)

    public init() {}
}
