import LakeCatalog

/// What a sweep did, or would do.
public struct SweepOutcome: Sendable, Codable, Equatable {
    public var dryRun: Bool
    /// The lake version it went by.
    public var version: Int
    /// The oldest version that can be read from here on.
    public var oldestVersion: Int
    /// Objects that were looked at.
    public var examined: Int
    /// Objects that nothing refers to, moved to quarantine.
    public var moved: Int
    public var movedBytes: Int
    /// Their keys; the first thousand.
    public var objects: [String]
    /// Keys of objects that were moved back, because something refers to them.
    public var restored: [String]
    /// Objects that were in quarantine for long enough and are gone.
    public var deleted: Int
    public var deletedBytes: Int
    /// Buckets that were not swept: they could not be reached, or are lakes themselves.
    public var skipped: [String]
    /// Dropped datasets that are forgotten.
    public var datasetsForgotten: Int
    public var checkpointsDeleted: Int
    /// Checkpoints of jobs that failed or were cancelled, which are gone; such a job begins anew when it is resumed.
    public var jobSegments = 0
    public var jobSegmentBytes = 0
    /// Uploads and half-written files that were cut off and are gone.
    public var leftovers = 0

    init(_ report: SweepReport) {
        dryRun = report.isDryRun
        version = report.version
        oldestVersion = report.oldestVersion
        examined = report.examined
        moved = report.movedCount
        movedBytes = report.movedBytes
        objects = report.moved
        restored = report.restored
        deleted = report.deletedCount
        deletedBytes = report.deletedBytes
        skipped = report.skipped
        datasetsForgotten = report.purged.count
        checkpointsDeleted = report.checkpointsDeleted
    }
}
