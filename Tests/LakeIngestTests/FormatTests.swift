import LakeCore
import LakeIngest
import Testing

struct FormatTests {
    @Test(
        arguments: [
            ("a,b\n1,2\n3,4\n", "data", FileFormat.csv),
            ("a\tb\n1\t2\n", "data.txt", .csv),
            ("a;b\n1;2\n", "data.json", .csv),
            ("a,b\n1,2\n", "data.csv", .csv),
            ("word\nhello\n", "words.csv", .csv),
            ("word\nhello\n", "words.txt", .text),
            ("word\nhello\n", "words", .text),
            ("Dear all, hello.\nYours, me\n", "letter.txt", .text),
            ("# Title\n\nText.\n", "notes", .markdown),
            ("# Title\n\nText.\n", "notes.txt", .text),
            ("Text.\n\n```\ncode\n```\n", "notes", .markdown),
            ("Text.\n", "notes.md", .markdown),
            ("a,b\n1,2\n3,4\n", "table.MD", .markdown),
            ("[{\"a\":1}]", "data.csv", .json),
            ("{\"a\":1}", "data", .json),
            ("{\"a\":1}\n{\"a\":2}\n", "data.txt", .ndjson),
            ("[1] Smith, J.: A Book.\n", "references.txt", .text),
            ("{curly} words\n", "notes.txt", .text),
            ("<html><p>x</p></html>", "page.md", .markdown),
        ] as [(String, String, FileFormat)]
    )
    func contentDecidesAndTheNameBreaksTies(_ text: String, _ name: String, _ expected: FileFormat) async throws {
        #expect(try await Lab.convert(text, name).table.format == expected)
    }

    @Test func theCallerDecides() async throws {
        let text = try await Lab.convert("a,b\n1,2\n3,4\n", IngestOptions(fileName: "x.csv", format: .text))
        #expect(text.table.format == .text)
        #expect(text.rows == [[1, "x.csv", "a,b\n1,2\n3,4"]])
        let failure = try await Lab.failure(Array("a,b\n".utf8), IngestOptions(fileName: "x", format: .parquet))
        #expect(failure?.kind == .unsupported)
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 0x08, 0x00], "gzip"),
            (
                [0x50, 0x4B, 0x03, 0x04] + Array(repeating: 0, count: 26) + Array("[Content_Types].xml".utf8),
                "office document"
            ),
            (
                [0x50, 0x4B, 0x03, 0x04] + Array(repeating: 0, count: 26) + Array("mimetypeapplication/epub".utf8),
                "EPUB"
            ),
            ([0x50, 0x4B, 0x03, 0x04, 0x0A], "ZIP"),
            (Array("%PDF-1.7\n".utf8), "PDF"),
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], "PNG"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "JPEG"),
            ([0x7F, 0x45, 0x4C, 0x46, 0x02], "ELF"),
            ([0xFF, 0xFE, 0x00, 0x00, 0x61, 0x00, 0x00, 0x00], "UTF-32"),
            ([0x00, 0x00, 0xFE, 0xFF, 0x00, 0x00, 0x00, 0x61], "UTF-32"),
            ([0x61, 0x00, 0x2C, 0x00, 0x62, 0x00, 0x0A, 0x00], "UTF-16 without a byte order mark"),
            (Array("a,b\n1,2".utf8) + [0, 1, 2, 3], "binary data"),
            (Array("PARE".utf8) + Array(repeating: 0, count: 20), "encrypted Parquet"),
            (Array("<?xml version=\"1.0\"?><a/>".utf8), "XML"),
            (Array(" <!DOCTYPE html><html></html>".utf8), "HTML"),
            (Array("SQLite format 3".utf8) + [0], "SQLite"),
        ] as [([UInt8], String)]
    )
    func whatCannotBeReadIsNamedAndRefused(_ bytes: [UInt8], _ seems: String) async throws {
        for name in ["data.csv", "data.parquet"] where seems != "XML" && seems != "HTML" || name != "data.csv" {
            let failure = try await Lab.failure(bytes, IngestOptions(fileName: name))
            #expect(failure?.kind == .unsupported)
            #expect(failure?.detail.contains(seems) == true, "\(String(describing: failure?.detail))")
        }
    }

    @Test(arguments: [true, false])
    func utf16WithAMarkIsRead(_ bigEndian: Bool) async throws {
        let text = "\u{FEFF}id,text\n1,Grüße 日本 😀\n2,\"a\nb\"\n"
        let bytes = text.utf16.flatMap {
            bigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)]
        }
        let outcome = try await Lab.convert(bytes, IngestOptions(fileName: "data.csv"))
        #expect(outcome.rows == [[1, "Grüße 日本 😀"], [2, "a\nb"]])
        for broken in [bytes + [0x41], bytes + (bigEndian ? [0xD8, 0x00] : [0x00, 0xD8])] {
            let failure = try await Lab.failure(broken, IngestOptions(fileName: "data.csv"))
            #expect(failure?.detail.contains("UTF-16 breaks at byte") == true)
        }
    }

    @Test func aFileThatIsNotThereIsToldWithoutItsPath() async throws {
        let output = try await Lab.path("parquet")
        let converter = FileConverter(database: try await Lab.database)
        await #expect(throws: IngestError.fileAccess(file: "my.csv", reason: "No such file or directory")) {
            _ = try await converter.convert(
                file: output + ".none",
                options: IngestOptions(fileName: "my.csv"),
                output: output
            )
        }
    }
}
