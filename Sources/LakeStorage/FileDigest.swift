/// The SHA-256 and the size of a local file.
public struct FileDigest: Hashable, Sendable {
    /// 64 lowercase hexadecimal digits.
    public let sha256: String
    /// In bytes.
    public let size: Int

    /// Reads the file once, in pieces of 1 MiB.
    ///
    /// - Throws: ``StorageError/noSuchFile`` when there is no plain file; ``StorageError/cancelled`` between two pieces.
    public static func sha256(ofFile path: String) async throws(StorageError) -> FileDigest {
        let file = try await blocking(.read) { try OpenFile(plainFile: path) }
        var progress = Progress()
        // One job per piece: a file of many gigabytes must not keep a thread of the small pool from everyone else.
        while !progress.ended {
            let before = progress
            progress = try await blocking(.read) { try before.next(of: file) }
        }
        return FileDigest(sha256: progress.hash.finish(), size: progress.size)
    }

    /// What one piece hands to the next.
    private struct Progress: Sendable {
        var hash = ContentHash()
        var size = 0
        var ended = false

        func next(of file: OpenFile) throws(SystemError) -> Progress {
            var next = self
            let piece = try file.read(size..<size + 1 << 20)
            next.hash.update(piece)
            next.size += piece.count
            next.ended = piece.isEmpty
            return next
        }
    }
}
