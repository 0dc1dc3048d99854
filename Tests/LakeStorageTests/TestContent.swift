import Foundation
import LakeStorage

/// Bytes that look random and are the same every time, in pieces of many sizes.
struct TestContent: AsyncSequence, Sendable {
    let size: Int
    var salt: UInt8 = 0
    /// Thrown in place of the last piece.
    var failure: (any Error)?

    var sha256: String {
        var hash = ContentHash()
        var place = 0
        while let chunk = chunk(at: place) {
            hash.update(chunk)
            place += chunk.count
        }
        return hash.finish()
    }

    /// Writes the file and gives its path.
    func write(to path: String) async throws -> String {
        var data = Data()
        var place = 0
        while let chunk = chunk(at: place) {
            data.append(contentsOf: chunk)
            place += chunk.count
        }
        try data.write(to: URL(fileURLWithPath: path))
        return path
    }

    func makeAsyncIterator() -> Iterator { Iterator(content: self) }

    struct Iterator: AsyncIteratorProtocol {
        let content: TestContent
        var place = 0

        mutating func next() async throws -> [UInt8]? {
            guard let chunk = content.chunk(at: place) else { return nil }
            place += chunk.count
            if place == content.size, let failure = content.failure { throw failure }
            return chunk
        }
    }

    /// A slice of a block that repeats; its length is prime, so that no two pieces of an object are alike.
    private func chunk(at place: Int) -> [UInt8]? {
        guard place < size else { return nil }
        let start = place % Self.block.count
        let count = Swift.min(size - place, Self.block.count - start, 1 + place * 7 % 90_001)
        let part = Self.block[start..<start + count]
        return salt == 0 ? Array(part) : part.map { $0 ^ salt }
    }

    private static let block: [UInt8] = {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        return (0..<131_071).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }()
}
