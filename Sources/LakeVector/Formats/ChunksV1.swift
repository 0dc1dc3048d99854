/// Version 1 of `chunks.bin`: the header, the records, zeros up to a multiple of 8, a table with one entry for each record, the
/// trailer.
struct ChunksV1: Sendable {
    static let fileName = "chunks.bin"
    static let frame = FrameV1(magic: Array("LAKECHNK".utf8), stride: entrySize, dimensions: 0)
    static let entrySize = 32
    static let tableAlignment = 8
    /// Bytes of a record before its texts: checksum, size of the id, size of the text.
    private static let recordSize = 12

    /// The record's bytes and its entry's, for a record that starts at `offset`.
    static func encode(_ record: ChunkRecord, at offset: Int) -> (record: [UInt8], entry: [UInt8]) {
        var entry = ByteWriter()
        entry.append(UInt64(offset))
        entry.append(UInt64(record.row))
        for number in [record.fileIndex, record.column, record.start, record.end] { entry.append(UInt32(number)) }
        var rest = ByteWriter()
        rest.append(UInt32(record.id.utf8.count))
        rest.append(UInt32(record.text.utf8.count))
        rest.append(record.id.utf8)
        rest.append(record.text.utf8)
        var whole = ByteWriter()
        var crc = CRC32C()
        entry.bytes.withUnsafeBytes { crc.update($0) }
        rest.bytes.withUnsafeBytes { crc.update($0) }
        whole.append(crc.value)
        whole.append(rest.bytes)
        return (whole.bytes, entry.bytes)
    }

    let count: Int
    private let table: Int
    private let file: MappedFile

    /// Checks the shape; reads the first and the last page only.
    init(_ file: MappedFile, count: Int) throws(VectorError) {
        let found = try Self.frame.check(file)
        let (tableSize, overflow) = found.count.multipliedReportingOverflow(by: Self.entrySize)
        guard found.count == count, !overflow, found.table >= FrameV1.size, found.table % Self.tableAlignment == 0,
            tableSize == file.size - FrameV1.size - found.table
        else { throw .corrupt(file: file.name, reason: "it does not hold \(count) chunks") }
        self.count = count
        table = found.table
        self.file = file
    }

    /// The record of an ordinal below ``count``, its bytes and its entry checked against the record's checksum.
    func record(_ ordinal: Int) throws(VectorError) -> ChunkRecord {
        let name = file.name
        let place = table + ordinal * Self.entrySize
        return try file.read { (bytes) throws(VectorError) in
            var entry = ByteReader(bytes, place..<(place + Self.entrySize), file: name)
            let offset = try entry.int(UInt64.self)
            let row = try entry.int(UInt64.self)
            let fileIndex = try entry.int(UInt32.self)
            let column = try entry.int(UInt32.self)
            let start = try entry.int(UInt32.self)
            let end = try entry.int(UInt32.self)
            guard offset >= FrameV1.size, offset <= table - Self.recordSize else {
                throw .corrupt(file: name, reason: "chunk \(ordinal) lies outside the records")
            }
            var reader = ByteReader(bytes, offset..<table, file: name)
            let expected = try reader.number(UInt32.self)
            let idSize = try reader.int(UInt32.self)
            let textSize = try reader.int(UInt32.self)
            let size = Self.recordSize + idSize + textSize
            guard size <= table - offset else {
                throw .corrupt(file: name, reason: "chunk \(ordinal) lies outside the records")
            }
            var crc = CRC32C()
            crc.update(.init(rebasing: bytes[place..<(place + Self.entrySize)]))
            crc.update(.init(rebasing: bytes[(offset + 4)..<(offset + size)]))
            guard crc.value == expected else {
                throw .corrupt(file: name, reason: "the checksum of chunk \(ordinal) does not match")
            }
            return ChunkRecord(
                id: try reader.text(count: idSize),
                fileIndex: fileIndex,
                row: row,
                column: column,
                start: start,
                end: end,
                text: try reader.text(count: textSize)
            )
        }
    }

    /// Where the chunk of an ordinal below ``count`` was cut from; unlike ``record(_:)`` it does not look at the checksum.
    func source(_ ordinal: Int) throws(VectorError) -> ChunkSource {
        let place = table + ordinal * Self.entrySize
        return try file.read { (bytes) throws(VectorError) in
            var entry = ByteReader(bytes, (place + 8)..<(place + Self.entrySize), file: file.name)
            let row = try entry.int(UInt64.self)
            return ChunkSource(
                fileIndex: try entry.int(UInt32.self),
                row: row,
                column: try entry.int(UInt32.self)
            )
        }
    }
}
