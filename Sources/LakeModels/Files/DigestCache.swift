import Foundation

/// Remembers the digests of a model's large files beside them, so that a start need not read them through.
///
/// A remembered digest holds for a file of the same size, inode and modification time to the nanosecond; anything else
/// is computed anew. Who can put back all three can deceive it, but could then replace the program as well.
struct DigestCache: Sendable {
    static let fileName = ".digests.json"

    /// A file's digest and its state from before the digest was computed.
    struct Entry: Codable, Equatable {
        var size: Int64
        var inode: UInt64
        var modifiedNanoseconds: Int64
        /// Nil until it is computed.
        var digest: String?

        enum CodingKeys: String, CodingKey {
            case size, inode, digest
            case modifiedNanoseconds = "modified_ns"
        }
    }

    private let folder: String
    private var entries: [String: Entry]

    /// Looks at the files and at what is remembered.
    ///
    /// An unreadable memory is an empty one. Blocks on the disk.
    ///
    /// - Throws: `ModelError.missingFile`.
    init(folder: String, files: [String]) throws(ModelError) {
        self.folder = folder
        let data = FileManager.default.contents(atPath: folder + "/" + Self.fileName)
        let remembered = data.flatMap { try? JSONDecoder().decode([String: Entry].self, from: $0) } ?? [:]
        entries = [:]
        for name in files {
            var entry = try Self.state(of: name, in: folder)
            if var known = remembered[name] {
                let digest = known.digest
                known.digest = nil
                if known == entry { entry.digest = digest }
            }
            entries[name] = entry
        }
    }

    /// The digest of a file, if it is known.
    subscript(name: String) -> String? {
        get { entries[name]?.digest }
        set { entries[name]?.digest = newValue }
    }

    /// Writes the memory beside the model; a folder that cannot be written to only costs the next start some time.
    func save() {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(entries) else { return }
        try? data.write(to: URL(fileURLWithPath: folder + "/" + Self.fileName), options: .atomic)
    }

    private static func state(of name: String, in folder: String) throws(ModelError) -> Entry {
        var status = stat()
        guard stat(folder + "/" + name, &status) == 0 else { throw .missingFile(name) }
        let time = status.st_mtim
        return Entry(
            size: Int64(status.st_size),
            inode: UInt64(status.st_ino),
            modifiedNanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        )
    }
}
