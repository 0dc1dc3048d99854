/// Version 1 of the segment file; `docs/formats/vector-generation.md` has its layout.
public enum SegmentV1 {
    static let magic = Array("LAKESEGM".utf8)
    static let version: UInt32 = 1
    static let headerSize = 64
    static let alignment = 64
    /// The checksum.
    static let trailerSize = 4
    /// Bytes of a record before its texts.
    private static let recordSize = 32

    /// The bytes of a segment file; the same segment always gives the same.
    public static func encode(_ segment: Segment) -> [UInt8] {
        let digest = Array(segment.modelDigest.utf8)
        var writer = ByteWriter()
        writer.append(magic)
        writer.append(version)
        writer.append(UInt32(segment.dimensions))
        writer.append(UInt64(segment.records.count))
        for position in [segment.start, segment.next] {
            writer.append(position.file)
            writer.append(position.row)
        }
        writer.append(UInt32(digest.count))
        writer.append(UInt32(0))
        writer.append(digest)
        for record in segment.records { append(record, to: &writer) }
        writer.pad(to: alignment)
        writer.append(segment.vectors)
        writer.append(CRC32C.of(writer.bytes, 0..<writer.bytes.count))
        return writer.bytes
    }

    /// Reads the bytes of a segment file.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - file: What errors call it.
    /// - Returns: The segment as it was written.
    /// - Throws: ``VectorError/corrupt(file:reason:)`` unless every byte is as written;
    ///   ``VectorError/unknownFormat(file:version:)`` for a later version.
    public static func decode(_ bytes: [UInt8], file: String) throws(VectorError) -> Segment {
        do {
            return try bytes.withUnsafeBytes { try decode($0, file: file) }
        } catch let error as VectorError {
            throw error
        } catch {
            throw .corrupt(file: file, reason: "it cannot be read")
        }
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer, file: String) throws(VectorError) -> Segment {
        guard bytes.count >= headerSize + trailerSize else { throw .corrupt(file: file, reason: "it is too short") }
        guard bytes.prefix(magic.count).elementsEqual(magic) else {
            throw .corrupt(file: file, reason: "it does not start as a segment")
        }
        let body = bytes.count - trailerSize
        var trailer = ByteReader(bytes, body..<bytes.count, file: file)
        guard try trailer.number(UInt32.self) == CRC32C.of(.init(rebasing: bytes[..<body])) else {
            throw .corrupt(file: file, reason: "its checksum does not match")
        }
        var reader = ByteReader(bytes, magic.count..<body, file: file)
        let version = try reader.number(UInt32.self)
        guard version == Self.version else { throw .unknownFormat(file: file, version: version) }
        let dimensions = try reader.int(UInt32.self)
        let count = try reader.int(UInt64.self)
        let start = SourcePosition(file: try reader.number(UInt64.self), row: try reader.number(UInt64.self))
        let next = SourcePosition(file: try reader.number(UInt64.self), row: try reader.number(UInt64.self))
        let digestSize = try reader.int(UInt32.self)
        _ = try reader.number(UInt32.self)
        let digest = try reader.text(count: digestSize)
        guard count <= body / recordSize else {
            throw .corrupt(file: file, reason: "it counts more chunks than it has")
        }
        var records: [ChunkRecord] = []
        records.reserveCapacity(count)
        for _ in 0..<count { records.append(try record(from: &reader)) }
        try reader.align(to: alignment)
        let (values, overflow) = count.multipliedReportingOverflow(by: dimensions)
        guard !overflow else { throw .corrupt(file: file, reason: "a number is out of range") }
        let vectors = try reader.floats(count: values)
        guard reader.offset == body else { throw .corrupt(file: file, reason: "it has bytes past its end") }
        do {
            return try Segment(
                records: records,
                vectors: vectors,
                dimensions: dimensions,
                start: start,
                next: next,
                modelDigest: digest
            )
        } catch {
            throw .corrupt(file: file, reason: "its content cannot be: \(error.detail)")
        }
    }

    private static func append(_ record: ChunkRecord, to writer: inout ByteWriter) {
        writer.append(UInt64(record.row))
        let sizes = [record.id.utf8.count, record.text.utf8.count]
        for number in [record.fileIndex, record.column, record.start, record.end] + sizes {
            writer.append(UInt32(number))
        }
        writer.append(record.id.utf8)
        writer.append(record.text.utf8)
    }

    private static func record(from reader: inout ByteReader) throws(VectorError) -> ChunkRecord {
        let row = try reader.int(UInt64.self)
        let fileIndex = try reader.int(UInt32.self)
        let column = try reader.int(UInt32.self)
        let start = try reader.int(UInt32.self)
        let end = try reader.int(UInt32.self)
        let idSize = try reader.int(UInt32.self)
        let textSize = try reader.int(UInt32.self)
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
