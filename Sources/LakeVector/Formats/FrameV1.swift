/// The first and the last 64 bytes that every data file of a generation has, version 1.
///
/// The header says what the file is and can be written first; the trailer says how much it holds and is written last. Each
/// has a checksum of its own; the body's digest is in the manifest.
struct FrameV1: Equatable {
    static let size = 64
    static let version: UInt32 = 1
    private static let trailerMagic = Array("LAKETAIL".utf8)

    /// Eight bytes that name the kind of file.
    let magic: [UInt8]
    /// Bytes of a row of the body, or of an entry of the table.
    let stride: Int
    /// Values of a row that count; 0 where there are no vectors.
    let dimensions: Int

    var header: [UInt8] {
        var writer = ByteWriter()
        writer.append(magic)
        writer.append(Self.version)
        writer.append(UInt32(dimensions))
        writer.append(UInt64(stride))
        return Self.sealed(writer)
    }

    /// The last 64 bytes: how many rows or entries there are, and where the table starts that follows the rows or records; where
    /// the trailer itself starts if there is no table.
    static func trailer(count: Int, table: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(trailerMagic)
        writer.append(UInt64(count))
        writer.append(UInt64(table))
        return sealed(writer)
    }

    /// Checks header and trailer of a mapped file.
    ///
    /// - Returns: What the trailer says.
    func check(_ file: MappedFile) throws(VectorError) -> (count: Int, table: Int) {
        let name = file.name
        guard file.size >= 2 * Self.size else { throw .corrupt(file: name, reason: "it is too short") }
        let start = 0..<Self.size
        let end = (file.size - Self.size)..<file.size
        return try file.read { (bytes) throws(VectorError) in
            guard bytes.prefix(8).elementsEqual(magic) else {
                throw .corrupt(file: name, reason: "it does not start as this kind of file does")
            }
            try Self.checkSeal(bytes, start, file: name)
            var reader = ByteReader(bytes, 8..<Self.size, file: name)
            let version = try reader.number(UInt32.self)
            guard version == Self.version else { throw .unknownFormat(file: name, version: version) }
            guard try reader.int(UInt32.self) == dimensions, try reader.int(UInt64.self) == stride else {
                throw .corrupt(file: name, reason: "its rows are not of the manifest's shape")
            }
            guard bytes[end].prefix(8).elementsEqual(Self.trailerMagic) else {
                throw .corrupt(file: name, reason: "it has no end")
            }
            try Self.checkSeal(bytes, end, file: name)
            reader = ByteReader(bytes, (end.lowerBound + 8)..<file.size, file: name)
            return (try reader.int(UInt64.self), try reader.int(UInt64.self))
        }
    }

    /// The block filled with zeros up to its last four bytes, which get the checksum of the others.
    private static func sealed(_ block: ByteWriter) -> [UInt8] {
        var block = block
        block.pad(to: size - 4)
        block.append(CRC32C.of(block.bytes, 0..<(size - 4)))
        return block.bytes
    }

    private static func checkSeal(
        _ bytes: UnsafeRawBufferPointer,
        _ block: Range<Int>,
        file: String
    ) throws(VectorError) {
        let sealed = block.lowerBound..<(block.upperBound - 4)
        var reader = ByteReader(bytes, sealed.upperBound..<block.upperBound, file: file)
        guard try reader.number(UInt32.self) == CRC32C.of(.init(rebasing: bytes[sealed])) else {
            throw .corrupt(file: file, reason: "the checksum of its header or trailer does not match")
        }
    }
}
