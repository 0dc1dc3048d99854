public import LakeCore

/// A governed table: its schema and the immutable files that hold its rows.
public struct Dataset: Hashable, Sendable, Codable, Identifiable {
    public var id: DatasetID
    public var name: DatasetName
    public var schema: Schema
    /// The columns it had before, oldest first, in which some of its files may be written.
    public var olderSchemas: [Schema] = []
    public var files: FileList
    public var createdAt: String
    public var updatedAt: String
    /// The version of the log that last changed the dataset; set when its transaction is applied.
    public var version: Int
    /// The version of the log that last changed its rows: not later than ``version``; set when its transaction is applied.
    public var rowsVersion: Int
    /// The version of the log that made the dataset; set when its transaction is applied.
    public var createdVersion: Int
    /// Set once the dataset is dropped; its name is free again then.
    public var droppedAt: String?
    /// Where the rows of rewritten files went, for indexes that know them by their old place.
    public var moves: [FileMove] = []
    /// Whether servers keep the rows in memory.
    public var isPinned = false
    /// Versions of the lake that stay readable for this dataset, by the names they were given.
    public var versionTags: [String: Int] = [:]
    /// Which of its versions stay readable; nil: as long as the lake's.
    public var retention: Retention?
    /// The oldest version of the lake that it can be read at; nil: the lake's oldest.
    public var keptFrom: Int?
    /// The columns by which a compaction sorts the rows; none: it keeps their order.
    public var clusterBy: [String] = []
    /// What people say about it.
    public var card = DatasetCard()
    /// What was found in its rows when they came.
    public var profile = DatasetProfile()

    public init(
        id: DatasetID = .fresh(),
        name: DatasetName,
        schema: Schema,
        files: some Sequence<DataFile> = [],
        description: String? = nil,
        createdAt: String = WallClock.now(),
        updatedAt: String? = nil,
        version: Int = 0,
        createdVersion: Int = 0,
        droppedAt: String? = nil
    ) {
        self.id = id
        self.name = name
        self.schema = schema
        self.files = FileList(files)
        card.description = description
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.version = version
        rowsVersion = version
        self.createdVersion = createdVersion
        self.droppedAt = droppedAt
    }

    /// The rows of all files but the deleted ones.
    ///
    /// Cost: O(files).
    public var rows: Int { files.reduce(0) { $0 + $1.keptRows } }

    /// The rows of all files, the deleted ones too.
    ///
    /// Cost: O(files).
    public var storedRows: Int { files.reduce(0) { $0 + $1.rows } }

    /// The bucket the newest file is in, where further ones go; nil for the primary one.
    public var bucket: String? { files.last?.bucket }

    /// The columns that the rows of a file were written with.
    public func schema(of file: DataFile) -> Schema {
        let place = file.schema ?? 0
        return olderSchemas.indices.contains(place) ? olderSchemas[place] : schema
    }

    /// What a file has as ``DataFile/schema`` that is written with the newest columns.
    public var newestSchema: Int? { olderSchemas.isEmpty ? nil : olderSchemas.count }

    /// A field id that no column has or had.
    public var nextFieldID: Int { 1 + ((olderSchemas + [schema]).flatMap(\.columns).map(\.fieldID).max() ?? 0) }

    /// The bytes of all files.
    ///
    /// Cost: O(files).
    public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    enum CodingKeys: String, CodingKey {
        case id, name, schema, files, description, version, moves, card, profile
        case isPinned = "is_pinned"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdVersion = "created_version"
        case droppedAt = "dropped_at"
        case olderSchemas = "older_schemas"
        case rowsVersion = "rows_version"
        case versionTags = "version_tags"
        case retention
        case keptFrom = "kept_from"
        case clusterBy = "cluster_by"
    }
}

extension Dataset {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try fields.decode(DatasetID.self, forKey: .id),
            name: try fields.decode(DatasetName.self, forKey: .name),
            schema: try fields.decode(Schema.self, forKey: .schema),
            files: try fields.decode(FileList.self, forKey: .files),
            createdAt: try fields.decode(String.self, forKey: .createdAt),
            updatedAt: try fields.decode(String.self, forKey: .updatedAt),
            version: try fields.decode(Int.self, forKey: .version),
            createdVersion: try fields.decode(Int.self, forKey: .createdVersion),
            droppedAt: try fields.decodeIfPresent(String.self, forKey: .droppedAt)
        )
        moves = try fields.decodeIfPresent([FileMove].self, forKey: .moves) ?? []
        isPinned = try fields.decodeIfPresent(Bool.self, forKey: .isPinned) ?? false
        card = try fields.decodeIfPresent(DatasetCard.self, forKey: .card) ?? DatasetCard()
        profile = try fields.decodeIfPresent(DatasetProfile.self, forKey: .profile) ?? DatasetProfile()
        card.description = try fields.decodeIfPresent(String.self, forKey: .description)
        olderSchemas = try fields.decodeIfPresent([Schema].self, forKey: .olderSchemas) ?? []
        rowsVersion = try fields.decodeIfPresent(Int.self, forKey: .rowsVersion) ?? version
        versionTags = try fields.decodeIfPresent([String: Int].self, forKey: .versionTags) ?? [:]
        retention = try fields.decodeIfPresent(Retention.self, forKey: .retention)
        keptFrom = try fields.decodeIfPresent(Int.self, forKey: .keptFrom)
        clusterBy = try fields.decodeIfPresent([String].self, forKey: .clusterBy) ?? []
    }

    /// Without what is empty, as before there was any.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(name, forKey: .name)
        try fields.encode(schema, forKey: .schema)
        try fields.encode(files, forKey: .files)
        try fields.encode(createdAt, forKey: .createdAt)
        try fields.encode(updatedAt, forKey: .updatedAt)
        try fields.encode(version, forKey: .version)
        try fields.encode(createdVersion, forKey: .createdVersion)
        try fields.encodeIfPresent(droppedAt, forKey: .droppedAt)
        if !moves.isEmpty { try fields.encode(moves, forKey: .moves) }
        if isPinned { try fields.encode(true, forKey: .isPinned) }
        // The description stands where it stood before there were cards.
        try fields.encodeIfPresent(card.description, forKey: .description)
        var rest = card
        rest.description = nil
        if rest != DatasetCard() { try fields.encode(rest, forKey: .card) }
        if profile != DatasetProfile() { try fields.encode(profile, forKey: .profile) }
        if !olderSchemas.isEmpty { try fields.encode(olderSchemas, forKey: .olderSchemas) }
        if rowsVersion != version { try fields.encode(rowsVersion, forKey: .rowsVersion) }
        if !versionTags.isEmpty { try fields.encode(versionTags, forKey: .versionTags) }
        try fields.encodeIfPresent(retention, forKey: .retention)
        try fields.encodeIfPresent(keptFrom, forKey: .keptFrom)
        if !clusterBy.isEmpty { try fields.encode(clusterBy, forKey: .clusterBy) }
    }
}

extension Dataset {
    /// Whether it can be read at a version of the lake, whose oldest is `oldest`.
    public func isKept(at version: Int, oldest: Int) -> Bool {
        version >= keptFrom ?? oldest || versionTags.values.contains(version)
    }
}

/// Which versions of a dataset stay readable: those that either says.
public struct Retention: Hashable, Sendable, Codable {
    /// Those that were there so many seconds ago or later.
    public var seconds: Int?
    /// The newest so many.
    public var versions: Int?

    public init(seconds: Int? = nil, versions: Int? = nil) {
        self.seconds = seconds
        self.versions = versions
    }
}

/// One immutable file of a dataset's rows.
public struct DataFile: Hashable, Sendable, Codable {
    /// Of the object.
    public var key: String
    /// The bucket the object is in; nil for the primary one.
    public var bucket: String?
    /// With the deleted ones.
    public var rows: Int
    public var bytes: Int
    /// Which rows are deleted; nil for none.
    public var deletions: DeletionVector?
    /// Of the object's content; files of lakes before format 2 have none.
    public var sha256: String?
    /// Of the file the rows were ingested from.
    public var sourceSHA256: String?
    /// The version of the log that added the file; set when its transaction is applied.
    public var addedAt: Int
    /// Which columns the file was written with: the place among the dataset's older ones, or their count for the newest; nil for the first.
    public var schema: Int?

    public init(
        key: String,
        bucket: String? = nil,
        rows: Int,
        bytes: Int,
        deletions: DeletionVector? = nil,
        sha256: String? = nil,
        sourceSHA256: String? = nil,
        addedAt: Int = 0,
        schema: Int? = nil
    ) {
        self.key = key
        self.bucket = bucket
        self.rows = rows
        self.bytes = bytes
        self.deletions = deletions
        self.sha256 = sha256
        self.sourceSHA256 = sourceSHA256
        self.addedAt = addedAt
        self.schema = schema
    }

    /// The rows that are not deleted.
    public var keptRows: Int { rows - (deletions?.rows ?? 0) }

    /// The file as its reader sees it.
    public var seen: SeenFile { SeenFile(key: key, deletions: deletions?.key) }

    enum CodingKeys: String, CodingKey {
        case key, bucket, rows, bytes, sha256, deletions, schema
        case sourceSHA256 = "source_sha256"
        case addedAt = "added_at"
    }
}

/// Which rows of a data file are deleted: pairs of file and position in an object that may hold those of other files too.
public struct DeletionVector: Hashable, Sendable, Codable {
    /// Of the object.
    public var key: String
    /// The bucket the object is in; nil for the primary one.
    public var bucket: String?
    /// How many rows of the file are deleted.
    public var rows: Int
    /// Of the object.
    public var bytes: Int
    /// Of the object's content.
    public var sha256: String

    public init(key: String, bucket: String? = nil, rows: Int, bytes: Int, sha256: String) {
        self.key = key
        self.bucket = bucket
        self.rows = rows
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// A data file together with the deletions that its reader knew.
public struct SeenFile: Hashable, Sendable {
    public var key: String
    /// The key of the deletion vector; nil when no row was deleted.
    public var deletions: String?

    public init(key: String, deletions: String? = nil) {
        self.key = key
        self.deletions = deletions
    }
}

/// Which rows of one data file are deleted from here on.
public struct DeletionChange: Hashable, Sendable, Codable {
    /// Of the data file.
    public var file: String
    /// Nil when none is any more.
    public var deletions: DeletionVector?
    /// The key of the vector that this one takes the place of; nil when no row was deleted.
    public var replacing: String?

    public init(file: String, deletions: DeletionVector?, replacing: String?) {
        self.file = file
        self.deletions = deletions
        self.replacing = replacing
    }
}

/// That the rows of a data file were written again in another one, in their order and without the deleted ones.
public struct FileMove: Hashable, Sendable, Codable {
    /// The key of the file that was rewritten.
    public var file: String
    /// The key of the file that has its rows; nil when none was left.
    public var to: String?
    /// The position of its first row there.
    public var offset: Int
    /// Which rows were left out.
    public var deletions: DeletionVector?
    /// The version of the log that did it; set when its transaction is applied.
    public var version: Int

    public init(file: String, to: String?, offset: Int, deletions: DeletionVector?, version: Int = 0) {
        self.file = file
        self.to = to
        self.offset = offset
        self.deletions = deletions
        self.version = version
    }
}
