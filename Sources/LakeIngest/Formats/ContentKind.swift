/// What the first bytes of a file say it is, as far as they say it at all.
enum ContentKind: Hashable, Sendable {
    case parquet
    case arrow
    /// UTF-16 behind its byte order mark.
    case utf16(bigEndian: Bool)
    /// Something that this room does not read, and what to do about it.
    case foreign(seems: String, advice: String)
    /// Text of some kind, or nothing.
    case text

    /// - Parameter sample: The first bytes of the file.
    init(_ sample: [UInt8]) {
        if sample.starts(with: Array("PAR1".utf8)) {
            self = .parquet
        } else if sample.starts(with: ArrowMessages.signature) || Self.isArrowStream(sample) {
            self = .arrow
        } else if let known = Self.signatures.first(where: { Self.matches(sample, $0) }) {
            self = .foreign(seems: known.seems, advice: known.advice)
        } else if sample.starts(with: [0xFF, 0xFE]) || sample.starts(with: [0xFE, 0xFF]) {
            self = .utf16(bigEndian: sample[0] == 0xFE)
        } else if sample.contains(0) {
            self = .foreign(
                seems: Self.seemsUTF16(sample) ? "UTF-16 without a byte order mark" : "binary data",
                advice: Self.seemsUTF16(sample) ? "save it as UTF-8" : "send text, JSON, CSV or Parquet"
            )
        } else {
            self = .text
        }
    }

    /// A mark, and the length of the first message.
    private static func isArrowStream(_ sample: [UInt8]) -> Bool {
        sample.count >= 8 && sample.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) && sample[7] < 0x80
    }

    /// The first bytes of a format.
    private struct Signature {
        var bytes: [UInt8]
        var offset = 0
        var seems: String
        var advice: String
    }

    private static let unpack = "unpack it and send what is inside"
    private static let export = "export it as CSV, JSON or plain text"
    private static let picture = "only text and tables can be taken"
    private static let encoding = "save it as UTF-8"

    private static let signatures: [Signature] = [
        Signature(bytes: Array("PARE".utf8), seems: "encrypted Parquet", advice: "send it unencrypted"),
        Signature(bytes: [0x1F, 0x8B], seems: "a gzip archive", advice: unpack),
        Signature(
            bytes: Array("[Content_Types].xml".utf8),
            offset: 30,
            seems: "an office document (DOCX, XLSX or PPTX)",
            advice: export
        ),
        Signature(
            bytes: Array("mimetypeapplication/".utf8),
            offset: 30,
            seems: "an OpenDocument or EPUB file",
            advice: export
        ),
        Signature(bytes: [0x50, 0x4B, 0x03, 0x04], seems: "a ZIP archive or an office document", advice: unpack),
        Signature(bytes: [0x50, 0x4B, 0x05, 0x06], seems: "an empty ZIP archive", advice: unpack),
        Signature(bytes: [0x28, 0xB5, 0x2F, 0xFD], seems: "a Zstandard archive", advice: unpack),
        Signature(bytes: Array("BZh".utf8), seems: "a bzip2 archive", advice: unpack),
        Signature(bytes: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], seems: "an xz archive", advice: unpack),
        Signature(bytes: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], seems: "a 7-Zip archive", advice: unpack),
        Signature(bytes: Array("ustar".utf8), offset: 257, seems: "a tar archive", advice: unpack),
        Signature(bytes: Array("%PDF-".utf8), seems: "a PDF", advice: "export its text or its tables"),
        Signature(bytes: [0xD0, 0xCF, 0x11, 0xE0], seems: "an old office document", advice: export),
        Signature(bytes: Array("{\\rtf".utf8), seems: "a rich text document", advice: export),
        Signature(bytes: [0x89, 0x50, 0x4E, 0x47], seems: "a PNG image", advice: picture),
        Signature(bytes: [0xFF, 0xD8, 0xFF], seems: "a JPEG image", advice: picture),
        Signature(bytes: Array("GIF8".utf8), seems: "a GIF image", advice: picture),
        Signature(bytes: Array("WEBP".utf8), offset: 8, seems: "a WebP image", advice: picture),
        Signature(bytes: [0x49, 0x49, 0x2A, 0x00], seems: "a TIFF image", advice: picture),
        Signature(bytes: [0x4D, 0x4D, 0x00, 0x2A], seems: "a TIFF image", advice: picture),
        Signature(bytes: Array("ftyp".utf8), offset: 4, seems: "a video or a HEIF image", advice: picture),
        Signature(bytes: [0x7F, 0x45, 0x4C, 0x46], seems: "a program (ELF)", advice: picture),
        Signature(bytes: Array("SQLite format 3".utf8), seems: "an SQLite database", advice: export),
        Signature(bytes: Array("ORC".utf8) + [0x08], seems: "an ORC file", advice: "save it as Parquet"),
        Signature(bytes: Array("Obj".utf8) + [0x01], seems: "an Avro file", advice: "save it as Parquet"),
        Signature(bytes: [0x89, 0x48, 0x44, 0x46], seems: "an HDF5 file", advice: "save it as Parquet"),
        Signature(bytes: [0xFF, 0xFE, 0x00, 0x00], seems: "UTF-32 text", advice: encoding),
        Signature(bytes: [0x00, 0x00, 0xFE, 0xFF], seems: "UTF-32 text", advice: encoding),
    ]

    private static func matches(_ sample: [UInt8], _ signature: Signature) -> Bool {
        sample.dropFirst(signature.offset).starts(with: signature.bytes)
    }

    /// Latin text in UTF-16 has a zero in every other byte.
    private static func seemsUTF16(_ sample: [UInt8]) -> Bool {
        let start = sample.prefix(1024)
        let zeros = start.indices.filter { start[$0] == 0 }
        let odd = zeros.count { $0 % 2 == 1 }
        return zeros.count * 3 >= start.count && (odd == zeros.count || odd == 0)
    }
}
