import Foundation
import LakeCatalog
import LakeCore
import LakeStorage

/// Copies of whole lakes; servers may be at work on them meanwhile.
public enum LakeBackup {
    /// Brings the backup in a folder up to the newest version of a lake.
    ///
    /// - Parameters:
    ///   - lake: The lake's folder.
    ///   - destination: The backup's folder, made when absent.
    ///   - checkAll: Whether to read all of the backup again, not only what is new.
    ///   - progress: Told the objects that are done, of how many.
    /// - Returns: What was done.
    /// - Throws: `CatalogError.otherLake` when something else is there; what the stores throw.
    public static func backUp(
        lake: String,
        to destination: String,
        checkAll: Bool,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws -> BackupOutcome {
        let copy = LakeCopy(from: try existing(lake), to: try LocalObjectStore(root: destination))
        return BackupOutcome(try await copy.backUp(checkAll: checkAll, progress: progress))
    }

    /// Makes a lake of a backup.
    ///
    /// - Parameters:
    ///   - backup: The backup's folder.
    ///   - lake: The lake's folder; no lake may be there yet.
    ///   - version: The version that the lake is to have; nil: the newest.
    ///   - progress: Told the objects that are done, of how many.
    /// - Returns: What was done.
    /// - Throws: `CatalogError.otherLake`, `CatalogError.noSuchVersion`; what the stores throw.
    public static func restore(
        backup: String,
        to lake: String,
        version: Int?,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws -> BackupOutcome {
        let copy = LakeCopy(from: try existing(backup), to: try LocalObjectStore(root: lake))
        return BackupOutcome(try await copy.restore(version: version, progress: progress))
    }

    /// A store would make its folder; what is copied must be there.
    private static func existing(_ folder: String) throws -> LocalObjectStore {
        guard FileManager.default.fileExists(atPath: folder + "/_lake") else {
            throw CatalogError.otherLake(reason: "there is no lake to copy")
        }
        return try LocalObjectStore(root: folder)
    }
}

/// What a backup or a restore did.
public struct BackupOutcome: Sendable, Codable, Equatable {
    /// The version that the copy has.
    public var version: Int
    public var objects: Int
    public var bytes: Int
    /// Those that were not there yet.
    public var objectsCopied: Int
    public var bytesCopied: Int
    /// Data files in other buckets than the primary one, which are not copied.
    public var objectsElsewhere: Int
    public var commits: Int
    /// Empty when the copy is whole.
    public var problems: [String]

    init(_ report: CopyReport) {
        version = report.version
        objects = report.objects
        bytes = report.bytes
        objectsCopied = report.objectsCopied
        bytesCopied = report.bytesCopied
        objectsElsewhere = report.objectsElsewhere
        commits = report.commits
        problems = report.problems
    }
}
