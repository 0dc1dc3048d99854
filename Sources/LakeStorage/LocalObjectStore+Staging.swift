internal import Foundation
internal import Glibc
internal import LakeCore

extension LocalObjectStore {
    /// A path under `staging/` that nothing has; the caller makes the file.
    public func stagingFile(suffix: String) -> String { root + "/staging/" + UUIDv7.string() + suffix }

    /// Removes what was left in `staging/` and has not changed for `age`.
    ///
    /// What cannot be removed is left for the next sweep.
    public func sweepLeftovers(olderThan age: Duration, dryRun: Bool) async throws(StorageError) -> Int {
        let horizon = (WallClock.nowMilliseconds() - age.components.seconds * 1000) * 1_000_000
        return try await blocking(.delete) { sweep(root + "/staging", before: horizon, dryRun: dryRun) }
    }

    /// Removes old plain files, and then folders that are old and empty.
    ///
    /// - Returns: How many files.
    private func sweep(_ folder: String, before horizon: Int64, dryRun: Bool) -> Int {
        var count = 0
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = folder + "/" + name
            guard let status = try? FileStatus.of(path), status.modifiedNanoseconds < horizon else { continue }
            if status.isFolder {
                count += sweep(path, before: horizon, dryRun: dryRun)
                if !dryRun { rmdir(path) }
            } else if dryRun || unlink(path) == 0 {
                count += 1
            }
        }
        return count
    }
}
