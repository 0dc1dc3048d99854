/// What a generation is made of and from; `manifest.json` in its folder.
public struct GenerationManifest: Hashable, Sendable {
    /// What the generation was made from, in the words of whoever made it.
    public var source: Source
    public var dimensions: Int
    public var chunks: Int
    /// The data files of the generation, in the order of their names.
    public var files: [File]

    /// How scores are computed: there is one way so far.
    public static let metric = "cosine"

    /// Bytes of the data files together.
    public var bytes: Int { files.reduce(0) { $0 + $1.size } }

    /// What was indexed, and how.
    public struct Source: Hashable, Sendable {
        /// The dataset's version.
        public var version: Int
        /// Rows of the dataset at that version.
        public var rows: Int
        /// Keys of the data files; records refer to them by position.
        public var dataFiles: [String]
        /// Records refer to them by position.
        public var textColumns: [String]
        public var chunking: Chunking
        public var model: Model

        public init(
            version: Int,
            rows: Int,
            dataFiles: [String],
            textColumns: [String],
            chunking: Chunking,
            model: Model
        ) {
            self.version = version
            self.rows = rows
            self.dataFiles = dataFiles
            self.textColumns = textColumns
            self.chunking = chunking
            self.model = model
        }
    }

    /// How texts were cut into chunks.
    public struct Chunking: Hashable, Sendable, Codable {
        public var sizeTokens: Int
        public var overlapTokens: Int

        public init(sizeTokens: Int, overlapTokens: Int) {
            self.sizeTokens = sizeTokens
            self.overlapTokens = overlapTokens
        }

        enum CodingKeys: String, CodingKey {
            case sizeTokens = "size_tokens"
            case overlapTokens = "overlap_tokens"
        }
    }

    /// The model that made the vectors.
    public struct Model: Hashable, Sendable, Codable {
        public var id: String
        public var digest: String
        public var precision: String

        public init(id: String, digest: String, precision: String) {
            self.id = id
            self.digest = digest
            self.precision = precision
        }
    }

    /// A data file of the generation.
    public struct File: Hashable, Sendable, Codable {
        public var name: String
        /// In bytes.
        public var size: Int
        /// 64 lowercase hexadecimal digits.
        public var sha256: String
    }
}
