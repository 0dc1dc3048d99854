public import LakeCore

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
        public var chunking: ChunkSettings
        public var model: ModelReference

        public init(
            version: Int,
            rows: Int,
            dataFiles: [String],
            textColumns: [String],
            chunking: ChunkSettings,
            model: ModelReference
        ) {
            self.version = version
            self.rows = rows
            self.dataFiles = dataFiles
            self.textColumns = textColumns
            self.chunking = chunking
            self.model = model
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

extension GenerationManifest {
    /// Of the file in the generation's folder that holds this.
    public static let fileName = ManifestV1.fileName

    /// Reads the bytes of that file.
    ///
    /// - Throws: ``VectorError/corrupt(file:reason:)``, ``VectorError/unknownFormat(file:version:)``.
    public init(reading bytes: [UInt8]) throws(VectorError) { self = try ManifestV1.decode(bytes) }
}
