public import LakeCore

/// A vector index over text columns of a dataset.
public struct VectorIndex: Hashable, Sendable, Codable, Identifiable {
    public var id: IndexID
    public var name: DatasetName
    public var dataset: DatasetID
    public var textColumns: [String]
    /// The column whose value names a row in results; without one it is the row's place.
    public var idColumn: String?
    public var chunk: ChunkSettings
    public var model: ModelReference
    /// What searches read; nil until the first generation is promoted.
    public var serving: Generation?
    public var createdAt: String

    public init(
        id: IndexID = .fresh(),
        name: DatasetName,
        dataset: DatasetID,
        textColumns: [String],
        idColumn: String? = nil,
        chunk: ChunkSettings,
        model: ModelReference,
        serving: Generation? = nil,
        createdAt: String = WallClock.now()
    ) {
        self.id = id
        self.name = name
        self.dataset = dataset
        self.textColumns = textColumns
        self.idColumn = idColumn
        self.chunk = chunk
        self.model = model
        self.serving = serving
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, dataset, chunk, model, serving
        case textColumns = "text_columns"
        case idColumn = "id_column"
        case createdAt = "created_at"
    }
}

/// One immutable build of a vector index.
public struct Generation: Hashable, Sendable, Codable {
    public var number: Int
    /// What the keys of its objects start with.
    public var prefix: String
    /// The version of the log whose rows were embedded.
    public var sourceVersion: Int
    public var rows: Int
    public var chunks: Int
    public var dimensions: Int
    public var model: ModelReference
    public var bytes: Int
    public var createdAt: String
    public var manifestSHA256: String

    public init(
        number: Int,
        prefix: String,
        sourceVersion: Int,
        rows: Int,
        chunks: Int,
        dimensions: Int,
        model: ModelReference,
        bytes: Int,
        createdAt: String = WallClock.now(),
        manifestSHA256: String
    ) {
        self.number = number
        self.prefix = prefix
        self.sourceVersion = sourceVersion
        self.rows = rows
        self.chunks = chunks
        self.dimensions = dimensions
        self.model = model
        self.bytes = bytes
        self.createdAt = createdAt
        self.manifestSHA256 = manifestSHA256
    }

    enum CodingKeys: String, CodingKey {
        case number, prefix, rows, chunks, dimensions, model, bytes
        case sourceVersion = "source_version"
        case createdAt = "created_at"
        case manifestSHA256 = "manifest_sha256"
    }
}
