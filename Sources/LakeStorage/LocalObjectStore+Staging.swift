internal import Foundation
internal import Glibc
internal import LakeCore

extension LocalObjectStore {
    /// A path under `staging/` that nothing has; the caller makes the file.
    public func stagingFile(suffix: String) -> String { root + "/staging/" + UUIDv7.string() + suffix }

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
