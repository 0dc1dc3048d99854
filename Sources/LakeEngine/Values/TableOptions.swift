public import LakeCatalog
import LakeCore

/// Versions of a dataset that have names.
public struct VersionTags: Sendable, Codable, Equatable {
    public var dataset: String
    /// The lake version that was read, or that has the change.
    public var version: Int
    public var items: [VersionTag]
}

/// A version of the lake that stays readable for a dataset under a name.
public struct VersionTag: Sendable, Codable, Equatable {
    public var tag: String
    public var version: Int
}

/// How a dataset's files are kept.
public struct TableOptions: Sendable, Codable, Equatable {
    public var dataset: String
    /// The lake version that was read, or that has the change.
    public var version: Int
    /// Nil: as long as the lake's.
    public var retention: Retention?
    /// The oldest version of the lake that the dataset can be read at.
    public var oldestVersion: Int
    /// The columns by which compactions sort the rows; empty: they keep their order.
    public var clusterBy: [String]

    init(_ dataset: Dataset, in state: LakeState) {
        self.dataset = dataset.name.rawValue
        version = state.version
        retention = dataset.retention
        oldestVersion = dataset.keptFrom ?? state.oldestVersion
        clusterBy = dataset.clusterBy
    }
}
