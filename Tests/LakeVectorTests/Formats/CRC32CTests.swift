import Testing

@testable import LakeVector

@Suite struct CRC32CTests {
    /// RFC 3720, appendix B.4, and the check value of the CRC catalogue.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            ([UInt8](0..<32), 0x46DD_794E),
            ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
            (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
        ] as [([UInt8], UInt32)]
    )
    func publishedValuesAreReached(bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.of(bytes, 0..<bytes.count) == expected)
    }

    @Test func piecesGiveTheChecksumOfTheWhole() {
        let bytes = (0..<100).map { UInt8($0 * 37 & 255) }
        let whole = CRC32C.of(bytes, 0..<100)
        for cut in 0...100 {
            var crc = CRC32C()
            bytes.withUnsafeBytes {
                crc.update(.init(rebasing: $0[..<cut]))
                crc.update(.init(rebasing: $0[cut...]))
            }
            #expect(crc.value == whole)
        }
    }
}
