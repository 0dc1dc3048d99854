internal import LakeCore

/// Which compacted files of a journal count: `journals/{name}/manifests/{number:020}.json`.
public struct JournalManifestV1: Codable, Hashable, Sendable {
    public var format = 1
    public var journal: String
    /// As in the name, from 1.
    public var number: Int
    public var at: String
    /// In the order they were made.
    public var files: [CompactedFile]
    /// Keys of the objects whose lines are in ``files`` and which are to be removed.
    ///
    /// Only those of the step from the manifest before; theirs are gone by then.
    public var removing: [ObjectKey]

    /// A Parquet file with the lines of many segments.
    public struct CompactedFile: Codable, Hashable, Sendable {
        public var key: ObjectKey
        public var bytes: Int
        public var sha256: String
        public var segments: Int
        public var lines: Int
        /// The names of the oldest and the newest segment in it.
        public var firstSegment: String
        public var lastSegment: String
        /// The digest of the last line of the newest segment.
        public var lastDigest: String

        public init(
            key: ObjectKey,
            bytes: Int,
            sha256: String,
            segments: Int,
            lines: Int,
            firstSegment: String,
            lastSegment: String,
            lastDigest: String
        ) {
            self.key = key
            self.bytes = bytes
            self.sha256 = sha256
            self.segments = segments
            self.lines = lines
            self.firstSegment = firstSegment
            self.lastSegment = lastSegment
            self.lastDigest = lastDigest
        }

        enum CodingKeys: String, CodingKey {
            case key, bytes, sha256, segments, lines
            case firstSegment = "first_segment"
            case lastSegment = "last_segment"
            case lastDigest = "last_digest"
        }
    }

    public init(journal: String, number: Int, at: String, files: [CompactedFile], removing: [ObjectKey]) {
        self.journal = journal
        self.number = number
        self.at = at
        self.files = files
        self.removing = removing
    }

    func encoded() throws(StorageError) -> [UInt8] {
        do {
            return try SealedJSON.seal(self)
        } catch {
            throw .invalidEntry(journal: journal, reason: "its manifest cannot be written as JSON")
        }
    }

    static func decode(_ bytes: [UInt8], key: ObjectKey) throws(StorageError) -> JournalManifestV1 {
        do {
            return try SealedJSON.open(bytes, as: JournalManifestV1.self)
        } catch let error as SealedJSON.Broken {
            throw .corruptJournal(key, reason: error.reason)
        } catch {
            throw .corruptJournal(key, reason: "it cannot be read")
        }
    }
}
