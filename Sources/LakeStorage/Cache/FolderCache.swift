internal import Foundation
internal import LakeCore

/// Keeps copies of objects on the local disk, in folders that are whole or not there, up to a number of bytes.
///
/// A folder holds objects that never change and is named by their content. The one that was not used for longest makes way; who has
/// its files open or mapped keeps them.
public actor FolderCache {
    /// An object of a folder.
    public struct Item: Hashable, Sendable {
        public var key: ObjectKey
        /// The file's name.
        public var name: String
        /// In bytes.
        public var size: Int
        /// 64 lowercase hexadecimal digits.
        public var sha256: String

        public init(key: ObjectKey, name: String, size: Int, sha256: String) {
            self.key = key
            self.name = name
            self.size = size
            self.sha256 = sha256
        }
    }

    private let root: String
    private let workspace: LocalObjectStore
    private let bytesMax: Int
    /// Bytes of each folder, the least recently used first; nil before the disk was looked at.
    private var kept: [(name: String, bytes: Int)]?
    private var fetching: [String: Task<String, any Error>] = [:]

    /// - Parameters:
    ///   - workspace: The folders are made in its `_local/cache/`, from its `staging/`.
    ///   - bytesMax: What all folders together may take; a larger one is refused.
    public init(workspace: LocalObjectStore, bytesMax: Int) {
        self.workspace = workspace
        self.bytesMax = bytesMax
        root = workspace.root + "/\(LakeFolder.local.rawValue)/cache"
    }

    /// The path of a folder, if it is there.
    public func folder(_ name: String) async throws(StorageError) -> String? {
        var kept = try await known()
        guard let place = kept.firstIndex(where: { $0.name == name }) else { return nil }
        kept.append(kept.remove(at: place))
        self.kept = kept
        return root + "/" + name
    }

    /// The path of a folder with these objects as its files, fetched if it is not there.
    ///
    /// - Parameters:
    ///   - name: Of the folder: a digest of its content.
    ///   - items: The objects; each must have the size and the SHA-256 that are said.
    ///   - store: Where they are.
    /// - Returns: The path.
    /// - Throws: ``StorageError/damaged(_:)`` for an object that is another; ``StorageError/noSpace`` when they are more than
    ///   is kept.
    public func folder(
        _ name: String,
        of items: [Item],
        from store: any ObjectStore
    ) async throws(StorageError) -> String {
        if let path = try await folder(name) { return path }
        let needed = items.reduce(0) { $0 + $1.size }
        guard needed <= bytesMax else { throw .noSpace }
        // One task for all who want it, which outlives the first of them.
        let task = fetching[name] ?? Task { try await self.fetch(name, items, needed, from: store) }
        fetching[name] = task
        defer { if fetching[name] == task { fetching[name] = nil } }
        do {
            return try await task.value
        } catch let error as StorageError {
            throw error
        } catch {
            throw .cancelled
        }
    }

    private func fetch(
        _ name: String,
        _ items: [Item],
        _ needed: Int,
        from store: any ObjectStore
    ) async throws(StorageError) -> String {
        try await makeRoom(for: needed)
        var files: [(path: String, name: String)] = []
        do throws(StorageError) {
            for item in items { files.append((try await workspace.fetch(item, from: store), item.name)) }
            let (final, temporary) = (root + "/" + name, workspace.stagingFile(suffix: ".cache"))
            try await blocking(.write) { [files, root] in
                let manager = FileManager.default
                try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
                try manager.createDirectory(atPath: temporary, withIntermediateDirectories: false)
                for file in files { try manager.moveItem(atPath: file.path, toPath: temporary + "/" + file.name) }
                try manager.moveItem(atPath: temporary, toPath: final)
            }
            kept = try await known() + [(name: name, bytes: needed)]
            return final
        } catch {
            for file in files { await workspace.removeStaged(path: file.path) }
            throw error
        }
    }

    private func makeRoom(for needed: Int) async throws(StorageError) {
        var kept = try await known()
        var bytes = kept.reduce(needed) { $0 + $1.bytes }
        while bytes > bytesMax, let oldest = kept.first {
            kept.removeFirst()
            bytes -= oldest.bytes
            let path = root + "/" + oldest.name
            try await blocking(.delete) { _ = try? FileManager.default.removeItem(atPath: path) }
        }
        self.kept = kept
    }

    /// What is kept; the disk is looked at once.
    private func known() async throws(StorageError) -> [(name: String, bytes: Int)] {
        if let kept { return kept }
        let found = try await blocking(.list) { [root] in
            (try? FileManager.default.contentsOfDirectory(atPath: root))?.map { name in
                let folder = root + "/" + name
                let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                return (name: name, bytes: files.reduce(0) { $0 + Self.size(folder + "/" + $1) })
            }
        }
        // Somebody else may have looked meanwhile.
        let now = kept ?? found ?? []
        kept = now
        return now
    }

    private static func size(_ path: String) -> Int { (try? FileStatus.of(path))?.size ?? 0 }
}

extension LocalObjectStore {
    /// Copies an object into a file of staging and checks it.
    ///
    /// - Returns: The file's path.
    fileprivate func fetch(
        _ item: FolderCache.Item,
        from store: any ObjectStore
    ) async throws(StorageError) -> String {
        let object = try await store.open(item.key, range: .whole, ifMatch: nil)
        guard object.info.size == item.size else { throw .damaged(item.key) }
        let writer = try await stagedFile(suffix: ".fetch")
        do throws(StorageError) {
            while let chunk = try await object.chunks.next() { try await writer.write(chunk) }
            let file = await writer.finish()
            guard file.sha256 == item.sha256 else { throw .damaged(item.key) }
            return file.path
        } catch {
            await writer.discard()
            throw error
        }
    }
}
