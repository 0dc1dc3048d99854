import Foundation
import LakeCatalog
public import LakeCore
import LakeSQL
import LakeStorage

/// Copies of whole lakes; servers may be at work on them meanwhile.
public enum LakeBackup {
    /// Brings a backup up to the newest version of a lake, data in all its buckets included.
    ///
    /// - Parameters:
    ///   - lake: The lake, as a server would open it.
    ///   - place: Where the backup is; a folder is made when absent.
    ///   - checkAll: Whether to read all of the backup again, not only what is new.
    ///   - progress: Told the objects that are done, of how many.
    /// - Returns: What was done.
    /// - Throws: `CatalogError.otherLake` when something else is there; what the stores throw.
    public static func backUp(
        _ lake: LakehouseSettings,
        to place: BucketPlace,
        checkAll: Bool,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws -> BackupOutcome {
        try requireLake(at: primaryPlace(lake))
        let backup = try backup(at: place, lake)
        return try await copying(from: try places(lake), to: backup) { copy in
            try await copy.backUp(checkAll: checkAll, progress: progress)
        }
    }

    /// Makes a lake of a backup.
    ///
    /// Data files go to the buckets that they were in, where the lake has buckets of these names, and to the primary one otherwise.
    ///
    /// - Parameters:
    ///   - lake: The lake, as a server will open it; none may be there yet.
    ///   - place: Where the backup is.
    ///   - version: The version that the lake is to have; nil: the newest.
    ///   - progress: Told the objects that are done, of how many.
    /// - Returns: What was done.
    /// - Throws: `CatalogError.otherLake`, `CatalogError.noSuchVersion`; what the stores throw.
    public static func restore(
        _ lake: LakehouseSettings,
        from place: BucketPlace,
        version: Int?,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws -> BackupOutcome {
        try requireLake(at: place)
        let backup = try backup(at: place, lake)
        let outcome = try await copying(from: backup, to: try places(lake)) { copy in
            try await copy.restore(version: version, progress: progress)
        }
        // A server's folder may still know commits that the restored lake does not have.
        try? FileManager.default.removeItem(atPath: "\(lake.lakeFolder)/\(CommitEvents.folder)")
        return outcome
    }

    private static func copying(
        from source: LakePlaces,
        to destination: LakePlaces,
        _ body: (LakeCopy) async throws -> CopyReport
    ) async throws -> BackupOutcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lakehouse-\(UUIDv7.string())").path
        let workspace = try LocalObjectStore(root: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = Once { try await TrustedDatabase(settings: TrustedSettings(temporaryFolder: folder)) }
        let copy = LakeCopy(from: source, to: destination) { file, store in
            let archive = JournalArchive(
                store: store,
                workspace: workspace,
                isElsewhere: true,
                database: try await database.get()
            )
            return try await archive.segmentNames(in: file.key)
        }
        return BackupOutcome(try await body(copy))
    }

    private static func places(_ lake: LakehouseSettings) throws -> LakePlaces {
        let buckets = try BucketRegistry(
            settings: lake.storage,
            lakeFolder: lake.lakeFolder,
            secrets: secrets(lake)
        )
        let others = buckets.configured.filter { $0 !== buckets.primary && $0 !== buckets.rescue }
        let named = others.map { ($0.name, $0 as any ObjectStore) }
        return LakePlaces(buckets.primary, others: Dictionary(uniqueKeysWithValues: named))
    }

    private static func backup(at place: BucketPlace, _ lake: LakehouseSettings) throws -> LakePlaces {
        LakePlaces(
            try BucketRegistry.open(place, authorities: lake.storage.authorities, secrets: secrets(lake))
        )
    }

    private static func secrets(_ lake: LakehouseSettings) -> SecretsProvider {
        SecretsProvider(file: lake.storage.secretsFile, environment: lake.environment)
    }

    private static func primaryPlace(_ lake: LakehouseSettings) -> BucketPlace {
        lake.storage.all(lakeFolder: lake.lakeFolder)[0].place
    }

    /// A store would make its folder; what is copied must be there.
    private static func requireLake(at place: BucketPlace) throws {
        guard case .folder(let folder) = place else { return }
        guard FileManager.default.fileExists(atPath: folder + "/_lake") else {
            throw CatalogError.otherLake(reason: "there is no lake to copy")
        }
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
    public var commits: Int
    /// Empty when the copy is whole.
    public var problems: [String]

    init(_ report: CopyReport) {
        version = report.version
        objects = report.objects
        bytes = report.bytes
        objectsCopied = report.objectsCopied
        bytesCopied = report.bytesCopied
        commits = report.commits
        problems = report.problems
    }
}
