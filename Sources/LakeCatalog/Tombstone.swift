public import LakeCore

/// Rows that somebody asked to be hidden by their keys, for as long as they can be brought back.
///
/// The rows are deleted as any others are; this remembers which, so that it can be undone until the files that hold them are rewritten.
public struct Tombstone: Hashable, Sendable, Codable, Identifiable {
    public var id: TombstoneID
    public var dataset: DatasetID
    /// The columns of the key, in the order of the parts of each value.
    public var columns: [String]
    /// How many keys were named.
    public var keys: Int
    /// How many rows they hid.
    public var rows: Int
    /// The principal's name.
    public var actor: String
    public var reason: String
    public var at: String
    /// The version of the log that hid the rows; set when its transaction is applied.
    public var version: Int
    /// The data files that hold the rows and were not rewritten since.
    public var files: Set<String>
    /// The object with where the rows are: pairs of file and position.
    public var object: DeletionVector

    public init(
        id: TombstoneID = .fresh(),
        dataset: DatasetID,
        columns: [String],
        keys: Int,
        rows: Int,
        actor: String,
        reason: String,
        at: String = WallClock.now(),
        version: Int = 0,
        files: Set<String>,
        object: DeletionVector
    ) {
        self.id = id
        self.dataset = dataset
        self.columns = columns
        self.keys = keys
        self.rows = rows
        self.actor = actor
        self.reason = reason
        self.at = at
        self.version = version
        self.files = files
        self.object = object
    }
}

extension Tombstone {
    private enum CodingKeys: String, CodingKey {
        case id, dataset, columns, keys, rows, actor, reason, at, version, files, object
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try fields.decode(TombstoneID.self, forKey: .id),
            dataset: try fields.decode(DatasetID.self, forKey: .dataset),
            columns: try fields.decode([String].self, forKey: .columns),
            keys: try fields.decode(Int.self, forKey: .keys),
            rows: try fields.decode(Int.self, forKey: .rows),
            actor: try fields.decode(String.self, forKey: .actor),
            reason: try fields.decode(String.self, forKey: .reason),
            at: try fields.decode(String.self, forKey: .at),
            version: try fields.decode(Int.self, forKey: .version),
            files: Set(try fields.decode([String].self, forKey: .files)),
            object: try fields.decode(DeletionVector.self, forKey: .object)
        )
    }

    /// The files in order, so that the same state is always the same bytes.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(dataset, forKey: .dataset)
        try fields.encode(columns, forKey: .columns)
        try fields.encode(keys, forKey: .keys)
        try fields.encode(rows, forKey: .rows)
        try fields.encode(actor, forKey: .actor)
        try fields.encode(reason, forKey: .reason)
        try fields.encode(at, forKey: .at)
        try fields.encode(version, forKey: .version)
        try fields.encode(files.sorted(), forKey: .files)
        try fields.encode(object, forKey: .object)
    }
}
