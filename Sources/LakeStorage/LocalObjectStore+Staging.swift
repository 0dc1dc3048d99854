internal import Foundation
internal import Glibc
internal import LakeCore

extension LocalObjectStore {
    /// A path under `staging/` that nothing has; the caller makes the file.
    public func stagingFile(suffix: String) -> String { root + "/staging/" + UUIDv7.string() + suffix }

    /// Takes a finished local file in as an object, without copying: the file moves.
    ///
    /// The content is durable when this returns. Should the process die on the way, the file may be left under its old name as
    /// well; sweeping the staging folder removes that.
    ///
    /// The file must be on the same file system as the lake; best take its path from ``stagingFile(suffix:)``. Throws
    /// ``StorageError/conditionFailed(_:)`` when the key is taken.
    public func adopt(file path: String, as key: ObjectKey) async throws(StorageError) -> ObjectInfo {
        let file = try await blocking(.read) { try OpenFile(plainFile: path) }
        return try await blocking(.write, key) {
            let info = try finish(file, as: key)
            try link(path, as: key)
            unlink(path)
            return info
        }
    }

    /// Removes what was left in `staging/` and has not changed for `age`.
    ///
    /// What cannot be removed is left for the next sweep.
    public func sweepStaging(olderThan age: Duration) async {
        let horizon = WallClock.nowMilliseconds() - age.components.seconds * 1000
        try? await blocking(.delete) { sweep(root + "/staging", before: horizon * 1_000_000) }
    }

    /// Removes old plain files, and then folders that are old and empty.
    private func sweep(_ folder: String, before horizon: Int64) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = folder + "/" + name
            guard let status = try? FileStatus.of(path), status.modifiedNanoseconds < horizon else { continue }
            if status.isFolder {
                sweep(path, before: horizon)
                rmdir(path)
            } else {
                unlink(path)
            }
        }
    }
}
