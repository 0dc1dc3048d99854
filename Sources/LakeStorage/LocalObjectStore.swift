internal import Glibc

/// Objects as files under one folder of a local file system; an object's key is its path.
///
/// Any number of processes may use the folder at once. A put writes a temporary file, syncs it, gives it its name in one step and
/// syncs the folder: `link(2)` for a fresh name, which fails if the name is taken, `rename(2)` under a lock for an old one.
/// So no name ever shows part of an object. The file system must have hard links and `flock(2)`.
///
/// Empty folders stay behind when objects go. Symbolic links are not objects.
public struct LocalObjectStore: ObjectStore {
    /// The folder, without a slash at its end.
    public let root: String
    let folders: FolderTree

    /// Makes the folder and its `staging/` when they are missing.
    ///
    /// Blocks; meant for the start of a process.
    public init(root: String) throws(StorageError) {
        var trimmed = root
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        self.root = trimmed
        folders = FolderTree(root: trimmed)
        do {
            try folders.makeRoot()
            try folders.ensure("staging")
        } catch {
            throw StorageError(error, .write)
        }
    }

    /// Where an object is or would be on this machine.
    public func path(of key: ObjectKey) -> String { root + "/" + key.rawValue }

    public func put(
        _ key: ObjectKey,
        _ bytes: [UInt8],
        condition: PutCondition
    ) async throws(StorageError) -> ObjectInfo {
        try await blocking(.write, key) {
            let temporary = stagingFile(suffix: ".put")
            defer { try? FileNames.remove(temporary) }
            let file = try OpenFile(creating: temporary)
            try file.write(bytes)
            return try name(file, at: temporary, key, condition)
        }
    }

    public func get(_ key: ObjectKey) async throws(StorageError) -> [UInt8] {
        try await blocking(.read, key) {
            let file = try openObject(key)
            return try file.read(0..<FileStatus.of(file).size)
        }
    }

    public func get(_ key: ObjectKey, range: Range<Int>) async throws(StorageError) -> [UInt8] {
        try await blocking(.read, key) {
            let file = try openObject(key)
            let size = try FileStatus.of(file).size
            guard range.lowerBound >= 0, range.upperBound <= size else {
                throw StorageError.rangeOutside(key, size: size)
            }
            return try file.read(range)
        }
    }

    public func open(
        _ key: ObjectKey,
        range: ObjectRange,
        ifMatch etag: String?
    ) async throws(StorageError) -> OpenObject {
        try await blocking(.read, key) {
            let file = try openObject(key)
            let info = try FileStatus.of(file).info(key)
            if let etag, etag != info.etag { throw StorageError.conditionFailed(key) }
            guard let range = range.resolved(size: info.size) else {
                throw StorageError.rangeOutside(key, size: info.size)
            }
            return OpenObject(info: info, range: range, chunks: file.chunks(range, key))
        }
    }

    public func head(_ key: ObjectKey) async throws(StorageError) -> ObjectInfo? {
        try await blocking(.read, key) {
            guard let status = try FileStatus.of(path(of: key)), status.isPlainFile else {
                try checkThere()
                return nil
            }
            return status.info(key)
        }
    }

    public func list(prefix: String, after: String?, limit: Int) async throws(StorageError) -> [ObjectInfo] {
        try await blocking(.list) {
            var walk = FolderWalk(root: root, prefix: prefix, after: after, limit: limit)
            return try walk.run()
        }
    }

    public func delete(_ key: ObjectKey) async throws(StorageError) {
        try await blocking(.delete, key) {
            guard let status = try FileStatus.of(path(of: key)), status.isPlainFile else { return }
            let folder = try OpenFile(folder: folders.path(ofFolderOf: key))
            try folder.lock()
            do throws(SystemError) {
                try FileNames.remove(path(of: key))
            } catch {
                guard error.isAbsent else { throw error }
            }
            try folder.unlock()
            try folder.sync()
        }
    }

    /// Gives a file that was written in full the key's name, durably; under its old name it may stay.
    func name(_ file: OpenFile, at path: String, _ key: ObjectKey, _ condition: PutCondition) throws -> ObjectInfo {
        // The etag is made of the stamp.
        try file.stamp()
        try file.sync()
        let info = try FileStatus.of(file).info(key)
        switch condition {
        case .ifAbsent: try link(path, as: key)
        case .always: try replace(key, by: path, expecting: nil)
        case .ifMatch(let etag): try replace(key, by: path, expecting: etag)
        }
        return info
    }

    /// Gives a finished file the key's name as a second one, durably; fails if something has it.
    func link(_ file: String, as key: ObjectKey) throws {
        let final = path(of: key)
        let folder = try folders.open(folderOf: key)
        do {
            try FileNames.link(file, as: final)
        } catch {
            guard error.isTaken else { throw error }
            guard try FileStatus.of(final)?.isFolder != true else { throw StorageError.keyInTheWay(key) }
            throw StorageError.conditionFailed(key)
        }
        try folder.sync()
    }

    /// Moves a finished file to the key's name, durably; with an etag only if that is the one of the object there.
    private func replace(_ key: ObjectKey, by file: String, expecting etag: String?) throws {
        let final = path(of: key)
        let folder = try folders.open(folderOf: key)
        // Deletes and unconditional puts take the lock too: neither may come between the comparison and the rename. A put of
        // a fresh name need not, since a name that is there it leaves alone.
        try folder.lock()
        if let etag {
            guard let status = try FileStatus.of(final), status.isPlainFile, status.info(key).etag == etag else {
                throw StorageError.conditionFailed(key)
            }
        }
        try FileNames.rename(file, to: final)
        try folder.unlock()
        try folder.sync()
    }

    private func openObject(_ key: ObjectKey) throws -> OpenFile {
        do {
            return try OpenFile(plainFile: path(of: key))
        } catch {
            guard error.isAbsent || error.isFolderMismatch || error.code == ELOOP else { throw error }
            try checkThere()
            throw StorageError.noSuchObject(key)
        }
    }

    /// That an object is absent can be said only while the store is there: a folder that was moved away or whose disk is not
    /// mounted has lost its `staging/` too.
    private func checkThere() throws {
        guard try FileStatus.of(root + "/staging")?.isFolder == true else { throw StorageError.notAFolder }
    }
}
