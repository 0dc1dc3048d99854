import LakeCatalog
public import LakeCore

/// A dataset as callers see it.
public struct DatasetManifest: Sendable, Codable, Equatable {
    public var id: String
    public var name: String
    /// The lake version that last changed it.
    public var version: Int
    public var rows: Int
    public var bytes: Int
    /// The number of data files.
    public var files: Int
    public var columns: [Column]
    public var description: String?
    public var createdAt: String
    public var updatedAt: String

    init(_ dataset: Dataset) {
        id = dataset.id.rawValue
        name = dataset.name.rawValue
        version = dataset.version
        rows = dataset.rows
        bytes = dataset.bytes
        files = dataset.files.count
        columns = dataset.schema.columns
        description = dataset.description
        createdAt = dataset.createdAt
        updatedAt = dataset.updatedAt
    }
}

/// One page of a list.
public struct Page<Item: Sendable & Codable>: Sendable, Codable {
    public var items: [Item]
    /// Handed back as `cursor` it brings the next page; nil on the last.
    public var nextCursor: String?

    public init(items: [Item], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }
}

/// An answer together with the lake version it was read at.
public struct Versioned<Value: Sendable>: Sendable {
    public var version: Int
    public var value: Value

    public init(version: Int, value: Value) {
        self.version = version
        self.value = value
    }
}
