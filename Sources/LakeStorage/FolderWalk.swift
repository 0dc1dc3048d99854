internal import Glibc

/// One page of a listing: walks a folder tree in the order of keys, entering only what the page can need.
///
/// Holds the names of one page per folder on the way, however many files a folder has.
struct FolderWalk {
    private let root: String
    private let prefix: [UInt8]
    private let after: [UInt8]?
    private let limit: Int
    private var found: [ObjectInfo] = []

    init(root: String, prefix: String, after: String?, limit: Int) {
        self.root = root
        self.prefix = Array(prefix.utf8)
        self.after = after.map { Array($0.utf8) }
        self.limit = limit
    }

    mutating func run() throws -> [ObjectInfo] {
        let slash = UInt8(ascii: "/")
        let folder = prefix.prefix((prefix.lastIndex(of: slash) ?? -1) + 1)
        // What is not a key has no objects under it; `..` above all must not be walked.
        if ObjectKey.canStart(with: String(decoding: prefix, as: UTF8.self)) { try walk(Array(folder)) }
        return found
    }

    /// Takes what the page needs from a folder, given by its keys' common start: empty or ending in `/`.
    private mutating func walk(_ folder: [UInt8]) throws {
        var last: [UInt8]?
        while found.count < limit {
            let (entries, isLast) = try entries(
                of: folder,
                after: last,
                count: min(max(256, limit - found.count), 4096)
            )
            for entry in entries where found.count < limit {
                if entry.last == UInt8(ascii: "/") { try walk(entry) } else { try take(entry) }
            }
            if isLast { return }
            last = entries.last
        }
    }

    private mutating func take(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self), let key = try? ObjectKey(validating: text),
            let status = try FileStatus.of(root + "/" + text), status.isPlainFile
        else { return }
        found.append(status.info(key))
    }

    /// The next `count` entries of a folder that the page could need, in order.
    ///
    /// An entry is the key of a file, or that of a folder with a `/` at the end. With the slash a folder sorts where its objects
    /// do: `a-b` comes before `a/b`.
    private func entries(
        of folder: [UInt8],
        after last: [UInt8]?,
        count: Int
    ) throws -> (entries: [[UInt8]], isLast: Bool) {
        var entries: [[UInt8]] = []
        var isLast = true
        func cut() {
            entries.sort { $0.lexicographicallyPrecedes($1) }
            guard entries.count > count else { return }
            entries.removeSubrange(count...)
            isLast = false
        }
        try forEachEntry(of: folder) { entry in
            if let last, !last.lexicographicallyPrecedes(entry) { return }
            guard isNeeded(entry) else { return }
            entries.append(entry)
            if entries.count >= 2 * count { cut() }
        }
        cut()
        return (entries, isLast)
    }

    private func isNeeded(_ entry: [UInt8]) -> Bool {
        let isFolder = entry.last == UInt8(ascii: "/")
        guard entry.starts(with: prefix) || (isFolder && prefix.starts(with: entry)) else { return false }
        guard let after else { return true }
        return after.lexicographicallyPrecedes(entry) || (isFolder && after.starts(with: entry))
    }

    private func forEachEntry(of folder: [UInt8], _ body: ([UInt8]) -> Void) throws {
        let path = root + "/" + String(decoding: folder, as: UTF8.self)
        guard let stream = opendir(path) else {
            let error = SystemError(code: errno)
            guard error.isAbsent || error.isFolderMismatch else { throw error }
            // It may have gone since its name was read, or the prefix names a file. The root must be there.
            if folder.isEmpty { throw StorageError.notAFolder }
            return
        }
        defer { closedir(stream) }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemError(code: errno) }
                return
            }
            let name = Self.name(of: entry)
            if name == [46] || name == [46, 46] { continue }
            var bytes = folder + name
            if try isFolder(bytes, type: entry.pointee.d_type) { bytes.append(UInt8(ascii: "/")) }
            body(bytes)
        }
    }

    /// Reads the name in place: a record is only as long as its name and must not be copied as a whole.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        guard let field = UnsafeRawPointer(UnsafePointer(entry).pointer(to: \.d_name)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: field, count: strlen(field.assumingMemoryBound(to: CChar.self))))
    }

    private func isFolder(_ entry: [UInt8], type: UInt8) throws -> Bool {
        switch CInt(type) {
        case CInt(DT_DIR): true
        case CInt(DT_UNKNOWN): try FileStatus.of(root + "/" + String(decoding: entry, as: UTF8.self))?.isFolder ?? false
        default: false
        }
    }
}
