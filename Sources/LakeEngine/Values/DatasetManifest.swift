public import LakeCatalog
public import LakeCore

/// A dataset as callers see it.
public struct DatasetManifest: Sendable, Codable, Equatable {
    public var id: String
    public var name: String
    /// The lake version that last changed its rows or columns.
    public var version: Int
    /// Another one whenever the dataset or what is said about it is another.
    public var etag: String
    public var rows: Int
    public var bytes: Int
    /// The number of data files.
    public var files: Int
    public var columns: [ColumnManifest]
    public var description: String?
    public var owner: String?
    public var tags: [String]
    public var licence: String?
    public var links: [DatasetCard.Link]
    /// That of its most sensitive column.
    public var sensitivity: Sensitivity?
    /// Whether it can be dropped only once this is taken back.
    public var deleteProtection: Bool
    public var freshness: Freshness
    public var createdAt: String
    public var updatedAt: String

    init(_ dataset: Dataset, at now: Int64 = WallClock.nowMilliseconds()) {
        id = dataset.id.rawValue
        name = dataset.name.rawValue
        version = dataset.version
        etag = dataset.etag
        rows = dataset.rows
        bytes = dataset.bytes
        files = dataset.files.count
        columns = dataset.schema.columns.map { ColumnManifest($0, of: dataset) }
        description = dataset.card.description
        owner = dataset.card.owner
        tags = dataset.card.tags
        licence = dataset.card.licence
        links = dataset.card.links
        sensitivity = dataset.sensitivity
        deleteProtection = dataset.card.isProtected
        freshness = Freshness(dataset, at: now)
        createdAt = dataset.createdAt
        updatedAt = dataset.updatedAt
    }
}

/// A column as callers see it.
public struct ColumnManifest: Sendable, Codable, Equatable {
    public var name: String
    /// The SQL type.
    public var type: String
    /// Stable through renames.
    public var fieldID: Int
    public var nullable: Bool
    /// What rows get that come without the column, as text; nil: NULL.
    public var fallback: String?
    public var description: String?
    public var sensitivity: Sensitivity?
    /// Whether nobody has decided on the sensitivity: it comes of what was found in the values.
    public var sensitivityProposed: Bool?
    /// What the values seem to hold of people, the surest first.
    public var pii: [PersonalData]

    init(_ column: Column, of dataset: Dataset) {
        let found = dataset.sensitivity(of: column)
        name = column.name
        type = column.type
        fieldID = column.fieldID
        nullable = column.nullable
        fallback = column.fallback
        description = dataset.card.columns[column.fieldID]?.description
        sensitivity = found?.level
        sensitivityProposed = found?.isProposed
        pii = dataset.profile.personalData[column.fieldID] ?? []
    }

    enum CodingKeys: String, CodingKey {
        case name, type, nullable, description, sensitivity, pii
        case sensitivityProposed = "sensitivity_proposed"
        case fieldID = "field_id"
        case fallback = "default"
    }
}

/// How recent a dataset is.
public struct Freshness: Sendable, Codable, Equatable {
    /// The latest event time of its rows or, when no column has such, when it last changed.
    public var asOf: String
    /// The column of event times.
    public var eventTimeColumn: String?
    /// After how many seconds it is stale.
    public var freshWithinS: Int?
    /// Nil when nothing says what is fresh.
    public var isStale: Bool?

    init(_ dataset: Dataset, at now: Int64) {
        eventTimeColumn = dataset.eventTimeColumn?.name
        asOf = (eventTimeColumn == nil ? nil : dataset.profile.highWater) ?? dataset.updatedAt
        let age = max(0, now - (WallClock.milliseconds(rfc3339: asOf) ?? now)) / 1000
        freshWithinS = dataset.card.freshWithinSeconds
        isStale = freshWithinS.map { age > $0 }
    }
}

extension Dataset {
    /// Of the rows and columns, with which comes what is found in them, and of what is said.
    var etag: String { "\(version).\(card.version)" }
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
