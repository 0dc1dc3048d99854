import LakeCore
import Testing

@testable import LakeVector

@Suite struct SegmentV1Tests {
    @Test func segmentsReadBackAsTheyWere() throws {
        var random = SplitMix64(seed: 1)
        for (count, dimensions) in [(0, 1), (1, 1), (3, 5), (17, 64), (40, 384)] {
            let segment = try TestIndex.segment(random.vectors(count, dimensions), dimensions, from: 3)
            let bytes = SegmentV1.encode(segment)
            #expect(try SegmentV1.decode(bytes, file: "s") == segment)
            #expect(SegmentV1.encode(segment) == bytes)
            let vectorsStart = bytes.count - SegmentV1.trailerSize - 4 * count * dimensions
            #expect(vectorsStart % 64 == 0)
        }
    }

    @Test func segmentsCutShortAreRefusedAtEveryLength() throws {
        let bytes = try small()
        for length in 0..<bytes.count { expectRefusal(Array(bytes[..<length])) }
        expectRefusal(bytes + [0])
    }

    @Test func segmentsWithAnyBitFlippedAreRefused() throws {
        let bytes = try small()
        for index in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[index] ^= 1 << bit
                expectRefusal(altered)
            }
        }
    }

    @Test func segmentsThatLostTheirTailToZerosAreRefused() throws {
        let bytes = try small()
        for kept in stride(from: 0, to: bytes.count, by: 16) {
            expectRefusal(Array(bytes[..<kept]) + [UInt8](repeating: 0, count: bytes.count - kept))
        }
    }

    @Test func laterVersionsAreNamed() throws {
        var bytes = try small()
        bytes[8] = 2
        #expect(throws: VectorError.unknownFormat(file: "s", version: 2)) {
            try SegmentV1.decode(sealed(bytes), file: "s")
        }
    }

    /// Whoever can write a checksum can write anything: the reader must stay inside the bytes.
    @Test func hostileSegmentsWithAGoodChecksumNeverTrap() throws {
        var random = SplitMix64(seed: 5)
        let bytes = try small()
        var refused = 0
        for _ in 0..<4000 {
            var altered = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 8..<min(bytes.count, 160), using: &random)
                altered[index] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            }
            if Bool.random(using: &random) { altered.removeLast(Int.random(in: 0..<40, using: &random)) }
            do { _ = try SegmentV1.decode(sealed(altered), file: "s") } catch { refused += 1 }
        }
        #expect(refused > 1000)
    }

    private func small() throws -> [UInt8] {
        var random = SplitMix64(seed: 2)
        return SegmentV1.encode(try TestIndex.segment(random.vectors(3, 5), 5, from: 0))
    }

    private func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(bytes.dropLast(4))
        writer.append(CRC32C.of(writer.bytes, 0..<writer.bytes.count))
        return writer.bytes
    }

    private func expectRefusal(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sourceLocation: sourceLocation) {
            try SegmentV1.decode(bytes, file: "segments/9")
        } throws: { error in
            guard case .corrupt(file: "segments/9", _) = error as? VectorError else { return false }
            return true
        }
    }
}
