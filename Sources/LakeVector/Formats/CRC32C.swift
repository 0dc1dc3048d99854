/// The Castagnoli checksum (RFC 3720, section 12.1 and appendix B.4): finds every error burst of up to 32 bits.
struct CRC32C {
    private var state = ~UInt32(0)

    /// Takes in the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        Self.tables.withUnsafeBufferPointer { tables in
            var crc = state
            var offset = 0
            while offset &+ 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ UInt64(crc)
                crc = 0
                for lane in 0..<8 {
                    crc ^= tables[(7 &- lane) &* 256 &+ Int(truncatingIfNeeded: word &>> (8 &* lane) & 0xFF)]
                }
                offset &+= 8
            }
            while offset < bytes.count {
                crc = crc &>> 8 ^ tables[Int((crc ^ UInt32(bytes[offset])) & 0xFF)]
                offset &+= 1
            }
            state = crc
        }
    }

    /// The checksum of everything taken in.
    var value: UInt32 { ~state }

    /// The checksum of bytes that are all there.
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc = CRC32C()
        crc.update(bytes)
        return crc.value
    }

    /// The checksum of a part of `bytes`.
    static func of(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        bytes.withUnsafeBytes { of(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Eight tables of 256: what a byte contributes when 0 to 7 bytes follow it, so that eight are taken in at once.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
            tables[byte] = crc
        }
        for index in 256..<(8 * 256) {
            let shorter = tables[index - 256]
            tables[index] = shorter >> 8 ^ tables[Int(shorter & 0xFF)]
        }
        return tables
    }()
}
