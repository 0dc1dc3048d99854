public import LakeCore

/// What a sweep does and how long it leaves things alone.
public struct SweepSettings: Sendable {
    /// Only say what would be done.
    public var isDryRun = false
    /// An object that is younger is left alone.
    ///
    /// It may belong to a write that has not been committed yet, so this must be longer than any write takes.
    public var minimumAge = Duration.seconds(86_400)
    /// Versions that are younger can be read.
    public var retention = Duration.seconds(7 * 86_400)
    /// The longest that a query takes: what it may read is kept so long.
    public var queries = Duration.seconds(3600)
    /// How long what was swept stays in quarantine.
    public var quarantine = Duration.seconds(7 * 86_400)
    /// The newest checkpoints that are kept.
    public var checkpoints = 3

    public init() {}
}

/// What must be kept beside the versions that can be read: what work under way reads.
public struct SweepPins: Sendable {
    /// Versions that queries read.
    public var versions: [Int] = []
    /// Datasets as they were at a version, which jobs read.
    public var datasets: [(id: DatasetID, version: Int)] = []

    public init() {}
}

/// What a sweep did, or would do.
public struct SweepReport: Hashable, Sendable {
    public var isDryRun: Bool
    /// The version of the lake it went by.
    public var version = 0
    /// The oldest version that can be read from here on.
    public var oldestVersion = 0
    /// Dropped datasets that were forgotten.
    public var purged: [DatasetID] = []
    /// Objects that were looked at.
    public var examined = 0
    /// Objects that nothing refers to and that are moved to quarantine; the first thousand.
    public var moved: [String] = []
    public var movedCount = 0
    public var movedBytes = 0
    /// Objects that were moved back because something refers to them.
    public var restored: [String] = []
    /// Objects that were in quarantine for long enough and are gone.
    public var deletedCount = 0
    public var deletedBytes = 0
    /// Buckets that were not swept: they could not be reached, or are lakes themselves.
    public var skipped: [String] = []
    /// Checkpoints that are gone.
    public var checkpointsDeleted = 0
}
