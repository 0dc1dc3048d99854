internal import Glibc
internal import Synchronization

/// Makes the folders that objects need and knows which of them are durable.
///
/// A folder's own entry must be synced before an object in it may be called durable, and that somebody else made the folder does
/// not say that they have synced it. So each folder is synced once by every process, however it came to be.
final class FolderTree: Sendable {
    private let root: String
    /// Forgotten when it grows past a few thousand: syncing again is only slow.
    private let durable = Mutex<Set<String>>([])

    init(root: String) { self.root = root }

    func path(ofFolderOf key: ObjectKey) -> String {
        let parent = Self.parent(of: key.rawValue)
        return parent.isEmpty ? root : root + "/" + parent
    }

    /// Opens the folder of an object, made durable before.
    func open(folderOf key: ObjectKey) throws(SystemError) -> OpenFile {
        let folder = Self.parent(of: key.rawValue)
        try ensure(folder)
        do {
            return try OpenFile(folder: path(ofFolderOf: key))
        } catch {
            guard error.isAbsent else { throw error }
            // Somebody tidied up, and what is known of the folders is out of date.
            durable.withLock { $0.removeAll() }
            try ensure(folder)
            return try OpenFile(folder: path(ofFolderOf: key))
        }
    }

    /// Makes the folder, named relative to the root, and those above it, durably.
    func ensure(_ folder: String) throws(SystemError) {
        if folder.isEmpty || durable.withLock({ $0.contains(folder) }) { return }
        let parent = Self.parent(of: folder)
        try ensure(parent)
        try Self.make(root + "/" + folder)
        try OpenFile(folder: parent.isEmpty ? root : root + "/" + parent).sync()
        durable.withLock {
            if $0.count >= 4096 { $0.removeAll() }
            $0.insert(folder)
        }
    }

    /// Makes the root and what is missing above it.
    func makeRoot() throws(SystemError) {
        var missing: [String] = []
        var folder = root
        while !folder.isEmpty, try FileStatus.of(folder) == nil {
            missing.append(folder)
            folder = Self.parent(of: folder)
        }
        for folder in missing.reversed() { try Self.make(folder) }
        // Fails where the root is something else than a folder.
        let above = Self.parent(of: root)
        if !missing.isEmpty { try OpenFile(folder: above.isEmpty ? (root.hasPrefix("/") ? "/" : ".") : above).sync() }
        _ = try OpenFile(folder: root)
    }

    private static func make(_ path: String) throws(SystemError) {
        do {
            try system { mkdir(path, 0o700) }
        } catch {
            guard error.isTaken else { throw error }
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[..<slash])
    }
}
