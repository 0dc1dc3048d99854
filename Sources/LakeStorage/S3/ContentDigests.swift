internal import Crypto
internal import Foundation
internal import LakeCore

/// The digests by which a store's answers are checked.
struct ContentDigests: Hashable, Sendable {
    /// 64 lowercase hexadecimal digits.
    let sha256: String
    /// 32 lowercase hexadecimal digits; most stores use it as the etag of what came in one request.
    let md5: String
    /// In bytes.
    let size: Int

    init(_ bytes: [UInt8]) {
        var digest = Running()
        digest.update(bytes)
        self = digest.finish()
    }

    private init(sha256: String, md5: String, size: Int) {
        self.sha256 = sha256
        self.md5 = md5
        self.size = size
    }

    /// Reads the file once.
    static func of(_ file: OpenFile) async throws(StorageError) -> ContentDigests {
        var digest = Running()
        while true {
            let before = digest
            digest = try await blocking(.read) {
                var digest = before
                digest.update(try file.read(before.size..<before.size + 1 << 20))
                return digest
            }
            if digest.size == before.size { return digest.finish() }
        }
    }

    /// Whether an etag can be an MD5.
    static func isMD5(_ etag: String) -> Bool {
        etag.utf8.count == 32 && etag.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// The etag that most stores give an object that came in parts.
    static func etag(ofParts md5s: [String]) -> String {
        var hash = Insecure.MD5()
        for md5 in md5s {
            var rest = md5[...]
            while let byte = UInt8(rest.prefix(2), radix: 16) {
                hash.update(data: [byte])
                rest = rest.dropFirst(2)
            }
        }
        return Hexadecimal.text(hash.finalize()) + "-\(md5s.count)"
    }

    /// Both digests of what has come so far.
    struct Running: Sendable {
        private var sha256 = ContentHash()
        private var md5 = Insecure.MD5()
        private(set) var size = 0

        mutating func update(_ bytes: [UInt8]) {
            sha256.update(bytes)
            bytes.withUnsafeBytes { md5.update(bufferPointer: $0) }
            size += bytes.count
        }

        consuming func finish() -> ContentDigests {
            ContentDigests(sha256: sha256.finish(), md5: Hexadecimal.text(md5.finalize()), size: size)
        }
    }
}
