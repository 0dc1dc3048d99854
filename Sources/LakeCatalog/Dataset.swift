public import LakeCore

/// A governed table: its schema and the immutable files that hold its rows.
public struct Dataset: Hashable, Sendable, Codable, Identifiable {
    public var id: DatasetID
    public var name: DatasetName
    public var schema: Schema
    public var files: [DataFile]
    public var description: String?
    public var createdAt: String
    public var updatedAt: String
    /// The version of the log that last changed the dataset; set when its transaction is applied.
    public var version: Int
    /// The version of the log that made the dataset; set when its transaction is applied.
    public var createdVersion: Int
    /// Set once the dataset is dropped; its name is free again then.
    public var droppedAt: String?

    public init(
        id: DatasetID = .fresh(),
        name: DatasetName,
        schema: Schema,
        files: [DataFile] = [],
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
        self.files = files
        self.description = description
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.version = version
        self.createdVersion = createdVersion
        self.droppedAt = droppedAt
    }

    /// The rows of all files.
    ///
    /// Cost: O(files).
    public var rows: Int { files.reduce(0) { $0 + $1.rows } }

    /// The bucket the newest file is in, where further ones go; nil for the primary one.
    public var bucket: String? { files.last?.bucket }

    /// The bytes of all files.
    ///
    /// Cost: O(files).
    public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    enum CodingKeys: String, CodingKey {
        case id, name, schema, files, description, version
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdVersion = "created_version"
        case droppedAt = "dropped_at"
    }
}

/// One immutable file of a dataset's rows.
public struct DataFile: Hashable, Sendable, Codable {
    /// Of the object.
    public var key: String
    /// The bucket the object is in; nil for the primary one.
    public var bucket: String?
    public var rows: Int
    public var bytes: Int
    /// Of the object's content; files of lakes before format 2 have none.
    public var sha256: String?
    /// Of the file the rows were ingested from.
    public var sourceSHA256: String?
    /// The version of the log that added the file; set when its transaction is applied.
    public var addedAt: Int

    public init(
        key: String,
        bucket: String? = nil,
        rows: Int,
        bytes: Int,
        sha256: String? = nil,
        sourceSHA256: String? = nil,
        addedAt: Int = 0
    ) {
        self.key = key
        self.bucket = bucket
        self.rows = rows
        self.bytes = bytes
        self.sha256 = sha256
        self.sourceSHA256 = sourceSHA256
        self.addedAt = addedAt
    }

    enum CodingKeys: String, CodingKey {
        case key, bucket, rows, bytes, sha256
        case sourceSHA256 = "source_sha256"
        case addedAt = "added_at"
    }
}
