import Foundation
import LakeCore
import LakeStorage
import LakeTesting
import Testing

@Suite struct ContentHashTests {
    // The examples of FIPS 180-2, appendix B.
    static let examples = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test(arguments: examples)
    func digestsAreThoseOfTheStandard(text: String, digest: String) {
        #expect(ContentHash.sha256(text.utf8) == digest)
    }

    @Test func piecesOfAnySizeGiveTheSameDigest() {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var random = SplitMix64(seed: 1)
        var hash = ContentHash()
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 0...300, using: &random))
            if Bool.random(using: &random) {
                hash.update(rest.prefix(count))
            } else {
                hash.update(AnySequence(rest.prefix(count)))
            }
            rest = rest.dropFirst(count)
        }
        #expect(hash.finish() == ContentHash.sha256(bytes))
    }

    @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, (3 << 20) - 1])
    func aFileHasTheDigestOfItsBytes(size: Int) async throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 3) }
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path("file")))
        let digest = try await FileDigest.sha256(ofFile: folder.path("file"))
        #expect(digest.size == size)
        #expect(digest.sha256 == ContentHash.sha256(bytes))
    }

    @Test func whatIsNotAPlainFileHasNoDigest() async throws {
        let folder = try TemporaryFolder()
        await #expect(throws: StorageError.noSuchFile) { try await FileDigest.sha256(ofFile: folder.path) }
        await #expect(throws: StorageError.noSuchFile) { try await FileDigest.sha256(ofFile: folder.path("no")) }
        await #expect(throws: StorageError.noSuchFile) { try await FileDigest.sha256(ofFile: "/dev/zero") }
    }

    @Test func aCancelledDigestStops() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("file", "text")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await FileDigest.sha256(ofFile: path)
        }
        await #expect(throws: StorageError.cancelled) { try await task.value }
    }
}
