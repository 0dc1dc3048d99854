import LakeCore
import LakeIngest
import Testing

struct CSVPropertyTests {
    private static let pieces = [
        "\"", "\"\"", "\n", "\r\n", "\r", ",", ";", "\t", "|", " ", "a", "Ä", "日本", "👩‍👩‍👧", "0", "x\"y", "'", "\\",
        "#", "NULL", "-", "\u{1F}", "\u{1}", "<b>", "=1+1",
    ]

    /// A cell that is text for certain, or nothing.
    private func cell(_ random: inout SplitMix64) -> String? {
        if Int.random(in: 0..<6, using: &random) == 0 { return nil }
        let count = Int.random(in: 0..<6, using: &random)
        return "t" + (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private func written(_ cell: String?, _ delimiter: Character, _ random: inout SplitMix64) -> String {
        guard let cell else { return Bool.random(using: &random) ? "" : "\"\"" }
        let mustQuote = cell.unicodeScalars.contains {
            $0 == "\"" || $0 == "\n" || $0 == "\r" || Character($0) == delimiter
        }
        guard mustQuote || Bool.random(using: &random) else { return cell }
        return "\"\(cell.replacing("\"", with: "\"\""))\""
    }

    @Test(arguments: [",", ";", "\t", "|"] as [Character], ["\n", "\r\n", "\r"])
    func aRandomTableComesBackAsItWas(_ delimiter: Character, _ lineEnd: String) async throws {
        for seed in UInt64(1)...6 {
            var random = SplitMix64(seed: seed)
            let width = Int.random(in: 2...5, using: &random)
            let count = Int.random(in: 3...60, using: &random)
            let rows = (0..<count).map { _ in (0..<width).map { _ in cell(&random) } }
            var text = (1...width).map { "name \($0)" }.joined(separator: String(delimiter)) + lineEnd
            for row in rows {
                text += row.map { written($0, delimiter, &random) }.joined(separator: String(delimiter)) + lineEnd
            }
            if Bool.random(using: &random) { text.removeLast() }
            let outcome = try await Lab.convert(text, IngestOptions(fileName: "t.csv", delimiter: delimiter))
            #expect(outcome.rows == rows.map { $0.map { $0.map { .text($0) } ?? .null } }, "seed \(seed)")
            #expect(outcome.table.rejectedRows == 0, "seed \(seed)")
        }
    }

    @Test(arguments: ["\n", "\r\n"])
    func aTableLargerThanTheReadersBuffersComesBackAsItWas(_ lineEnd: String) async throws {
        var random = SplitMix64(seed: 9)
        var text = "id,text,more\(lineEnd)"
        var rows: [[SQLValue]] = []
        // Quoted text that looks like records, so that a reader starting in the middle could be fooled.
        for id in 0..<3_000 {
            let lines = (0..<Int.random(in: 1...400, using: &random)).map { "\($0),row \($0),x" }
            let value = lines.joined(separator: lineEnd == "\n" ? "\n" : ";")
            text += "\(id),\"\(value)\",\(id)\(lineEnd)"
            rows.append([.integer(Int64(id)), .text(value), .integer(Int64(id))])
        }
        let outcome = try await Lab.convert(text)
        #expect(outcome.rows == rows)
    }
}
