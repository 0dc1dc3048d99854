import LakeCore
import LakeIngest
import Testing

struct CSVRejectTests {
    /// Records and which of them, by line, cannot be kept.
    struct Broken: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var lines: [Int]
        var kept: [[SQLValue]]

        init(_ name: String, _ text: String, _ lines: [Int], _ kept: [[SQLValue]]) {
            self.name = name
            // ÿ stands for a byte that is no UTF-8.
            bytes = Array(text.utf8).split(separator: [0xC3, 0xBF], omittingEmptySubsequences: false)
                .joined(separator: [0xFF]).map(\.self)
            self.lines = lines
            self.kept = kept
        }

        var testDescription: String { name }
    }

    @Test(arguments: [
        Broken("too few fields", "a,b\n1,x\n2\n3,z\n", [3], [[1, "x"], [3, "z"]]),
        Broken("too many fields", "a,b\n1,x\n2,y,y\n3,z\n", [3], [[1, "x"], [3, "z"]]),
        Broken("not UTF-8", "a,b\n1,x\n2,ÿ\n3,z\n", [3], [[1, "x"], [3, "z"]]),
        Broken("not UTF-8 in quotes", "a,b\n1,\"x\ny\"\n2,\"ÿ\"\n3,z\n", [4], [[1, "x\ny"], [3, "z"]]),
        Broken("NUL", "a,b\n1,x\n2,y\u{0}\n3,z\n", [3], [[1, "x"], [3, "z"]]),
        Broken("text behind a quote", "a,b\n1,x\n2,\"y\"y\n3,z\n", [3], [[1, "x"], [3, "z"]]),
        Broken("a quote never closed", "a,b\n1,x\n2,\"y\n3,z\n", [3], [[1, "x"], [3, "z"]]),
        Broken("a quote never closed on the last line", "a,b\n1,x\n2,z\n3,\"y", [4], [[1, "x"], [2, "z"]]),
        Broken("two quotes never closed", "a,b\n1,\"x\n2,y\n3,\"z\n4,w\n", [2, 4], [[2, "y"], [4, "w"]]),
        Broken("lines of quoted fields count", "a,b\n1,\"x\r\ny\rz\nw\"\n2\n", [6], [[1, "x\r\ny\rz\nw"]]),
        Broken("CRLF", "a,b\r\n1,x\r\n2\r\n3,z\r\n", [3], [[1, "x"], [3, "z"]]),
        Broken("empty lines count", "a,b\n\n1,x\n\n2\n3,z\n", [5], [[1, "x"], [3, "z"]]),
        Broken("several", "a,b\n1\n2,ÿ\n3,\"y\"y\n4,z\n5,y,y\n", [2, 3, 4, 6], [[4, "z"]]),
    ])
    func aRecordThatCannotBeKeptIsCountedWithItsLine(_ broken: Broken) async throws {
        // The delimiter is given since half of such a small file can be broken; NUL needs to lie behind the sample.
        let padding =
            broken.bytes.contains(0) ? Array(repeating: Array("0,p\n".utf8), count: 300_000).joined() : [].joined()
        let header = broken.bytes.prefix { $0 != 0x0A }.count + 1
        let bytes = broken.bytes.prefix(header) + padding + broken.bytes.dropFirst(header)
        let options = IngestOptions(fileName: "t.csv", delimiter: ",")
        let outcome = try await Lab.convert(Array(bytes), options)
        let shift = padding.isEmpty ? 0 : 300_000
        #expect(outcome.table.rejectedSamples.map { ($0.line ?? 0) - shift } == broken.lines)
        #expect(outcome.table.rejectedRows == broken.lines.count)
        #expect(Array(outcome.rows.dropFirst(shift)) == broken.kept)
        #expect(outcome.table.rows == broken.kept.count + shift)
    }

    @Test func reasonsSayWhatIsWrongAndNoValues() async throws {
        let outcome = try await Lab.convert("a,b\nsecret\n1,2,secret\n\"secret\"x,2\nok,ok\n\"secret,1\n")
        let reasons = outcome.table.rejectedSamples.map(\.reason)
        #expect(reasons.count == 4)
        #expect(reasons[0] == "1 field where 2 are expected")
        #expect(reasons[1] == "3 fields where 2 are expected")
        #expect(reasons.allSatisfy { !$0.contains("secret") })
    }

    @Test func valuesOfRejectedRecordsDoNotDecideTypes() async throws {
        let outcome = try await Lab.convert("a,b\n1,2\nx,y,z\n3,4\n")
        #expect(outcome.types == ["BIGINT", "BIGINT"])
    }

    @Test func aFileOfWhichNothingCanBeKeptIsRefused() async throws {
        let options = IngestOptions(fileName: "t.csv", delimiter: ",")
        let failure = try await Lab.failure(Array("a,b\n1\n2\n".utf8), options)
        let first = RejectedRow(line: 2, reason: "1 field where 2 are expected")
        #expect(failure == .everyRowRejected(file: "t.csv", rejected: 2, first: first))
        #expect(failure?.kind == .invalid)
        #expect(failure?.detail.contains("line 2") == true)
    }

    @Test func quotesWithoutAnyOrderAreRefusedOrRejectedInGoodTime() async throws {
        // Each line opens a quote that no other closes: "" inside is one doubled quote.
        let text = "a,b\n" + String(repeating: "1,\"x\"\"\n2,\"\"\"y\n", count: 50_000)
        let outcome = try? await Lab.convert(text)
        if let outcome { #expect(outcome.table.rows + outcome.table.rejectedRows <= 100_000) }
    }

    @Test(arguments: [1, 2, 3])
    func everyRecordOfALargeFileIsKeptOrCounted(_ seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var bytes = Array("id,text,value\n".utf8)
        var kept: [[SQLValue]] = []
        var rejected: [Int] = []
        var line = 2
        for id in 0..<100_000 {
            var record: [UInt8]
            var lines = 1
            var isKept = true
            switch Int.random(in: 0..<400, using: &random) {
            case 0: (record, isKept) = (Array("\(id),too few".utf8), false)
            case 1: (record, isKept) = (Array("\(id),too,many,fields".utf8), false)
            case 2: (record, isKept) = (Array("\(id),wrong \u{0}byte,1".utf8).map { $0 == 0 ? 0xC0 : $0 }, false)
            case 3: (record, isKept) = (Array("\(id),\"quoted\" and not,1".utf8), false)
            case 4:
                lines = 3
                record = Array("\(id),\"three\n\"\"quoted\"\"\nlines\",\(id)".utf8)
                kept.append([.integer(Int64(id)), "three\n\"quoted\"\nlines", .integer(Int64(id))])
            default:
                let text = String(repeating: "text, ", count: Int.random(in: 0..<12, using: &random))
                record = Array("\(id),\"\(text)é\",\(id)".utf8)
                kept.append([.integer(Int64(id)), .text(text + "é"), .integer(Int64(id))])
            }
            if !isKept { rejected.append(line) }
            line += lines
            record.append(0x0A)
            bytes += record
        }
        let outcome = try await Lab.convert(bytes, IngestOptions(fileName: "t.csv"))
        #expect(outcome.table.rows + outcome.table.rejectedRows == 100_000)
        #expect(outcome.table.rejectedRows == rejected.count)
        #expect(outcome.table.rejectedSamples.map(\.line) == rejected.prefix(100).map { $0 })
        #expect(outcome.rows == kept)
        #expect(outcome.types == ["BIGINT", "VARCHAR", "BIGINT"])
    }
}
