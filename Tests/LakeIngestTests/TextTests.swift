import LakeCore
import LakeIngest
import Testing

struct TextTests {
    @Test func paragraphsOfATextAreRows() async throws {
        let text = "First line,\r\nsecond \"line\".\r\n\r\n \t\r\nThird.\n\n\n  Fourth\rwith an old line end"
        let outcome = try await Lab.convert(text, "letter.txt")
        #expect(
            outcome.table.schema.columns == [
                Column(name: "id", type: "BIGINT", fieldID: 1),
                Column(name: "source", type: "VARCHAR", fieldID: 2),
                Column(name: "text", type: "VARCHAR", fieldID: 3),
            ]
        )
        #expect(
            outcome.rows == [
                [1, "letter.txt", "First line,\nsecond \"line\"."], [2, "letter.txt", "Third."],
                [3, "letter.txt", "  Fourth\nwith an old line end"],
            ]
        )
    }

    @Test func aDocumentIsOneRow() async throws {
        let text = "One\r\n\r\n# Two\n"
        let plain = try await Lab.convert(text, IngestOptions(fileName: "it's.txt", split: .document))
        #expect(plain.rows == [[1, "it's.txt", "One\n\n# Two"]])
        let markdown = try await Lab.convert(text, IngestOptions(fileName: "a.md", split: .document))
        #expect(markdown.names == ["id", "source", "heading", "text"])
        #expect(markdown.rows == [[1, "a.md", .null, "One\n\n# Two"]])
    }

    /// Markdown and the headings and texts of its rows.
    struct Outline: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var rows: [[String?]]

        init(_ name: String, _ text: String, _ rows: [[String?]]) {
            self.name = name
            self.text = text
            self.rows = rows
        }

        var testDescription: String { name }
    }

    @Test(arguments: [
        Outline(
            "headings make a path",
            "Before.\n\n# Intro\nA\n\n## Set-up\nB\nC\n\n### Deep ###\n\nD\n## Use\nE\n# End\nF\n",
            [
                [nil, "Before."], ["Intro", "A"], ["Intro > Set-up", "B\nC"], ["Intro > Set-up > Deep", "D"],
                ["Intro > Use", "E"],
                ["End", "F"],
            ]
        ),
        Outline(
            "fenced code stays whole",
            "# Code\nText:\n```swift\n# not a heading\n\nlet a = 1\n~~~\n```\nmore\n\n~~~~\n\n~~~\n~~~~\n",
            [
                ["Code", "Text:\n```swift\n# not a heading\n\nlet a = 1\n~~~\n```\nmore"],
                ["Code", "~~~~\n\n~~~\n~~~~"],
            ]
        ),
        Outline("an open fence reaches to the end", "A\n\n```\n# x\n\ny", [[nil, "A"], [nil, "```\n# x\n\ny"]]),
        Outline(
            "underlined headings",
            "Title\n=====\n\nA\n\nPart\n---\nB\n",
            [["Title", "A"], ["Title > Part", "B"]]
        ),
        Outline("breaks separate", "A\n\n---\n\nB\n***\nC\n- - -\n", [[nil, "A"], [nil, "B"], [nil, "C"]]),
        Outline("lists are no headings", "- item\n---\nB\n", [[nil, "- item"], [nil, "B"]]),
        Outline("front matter", "---\ntitle: X\n---\n# H\nA\n", [[nil, "title: X"], ["H", "A"]]),
        Outline(
            "headings alone are rows",
            "# A\n## B\n## C\ntext\n# D\n",
            [["A > B", "B"], ["A > C", "text"], ["D", "D"]]
        ),
        Outline(
            "what only looks like a heading",
            "#hash\n\n####### seven\n\n    # code\n\n\\# escaped\n",
            [[nil, "#hash"], [nil, "####### seven"], [nil, "    # code"], [nil, "\\# escaped"]]
        ),
        Outline("levels may be left out", "### Deep\nA\n# Top\nB\n", [["Deep", "A"], ["Top", "B"]]),
        Outline("CRLF", "# A\r\n\r\nx\r\ny\r\n", [["A", "x\ny"]]),
        Outline("a heading without words", "#\ntext\n", [[nil, "text"]]),
    ])
    func markdownIsCutUnderItsHeadings(_ outline: Outline) async throws {
        let outcome = try await Lab.convert(outline.text, "notes.md")
        #expect(outcome.names == ["id", "source", "heading", "text"])
        let expected = outline.rows.enumerated().map { index, row in
            [.integer(Int64(index + 1)), "notes.md"] + row.map { $0.map { SQLValue.text($0) } ?? .null }
        }
        #expect(outcome.rows == expected)
    }

    @Test(arguments: ["notes.txt", "notes.md"])
    func whatIsNotUTF8IsRefusedWithItsPlace(_ name: String) async throws {
        for (prefix, offset) in [("", 0), ("abc\r\nd", 6), ("\u{FEFF}é\n", 6)] {
            let failure = try await Lab.failure(Array(prefix.utf8) + [0xC0, 0x20], IngestOptions(fileName: name))
            #expect(failure?.detail.contains("byte \(offset) is not UTF-8") == true, "\(String(describing: failure))")
        }
    }

    @Test func aParagraphThatIsTooLongIsRefused() async throws {
        let lines = String(repeating: "0123456789abcde\n", count: 1_200_000)
        #expect(try await Lab.failure(lines, "long.txt")?.kind == .tooLarge)
        let line = String(repeating: "x", count: 18 << 20)
        #expect(try await Lab.failure(line, "long.txt")?.kind == .tooLarge)
        let outcome = try await Lab.convert("short\n\n" + String(repeating: "y", count: 10 << 20), "long.txt")
        #expect(outcome.table.rows == 2)
    }
}
