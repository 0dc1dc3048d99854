import Testing

@testable import LakeIngest

struct UTF8CheckTests {
    private func prefix(_ bytes: [UInt8]) -> Int {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { UTF8Check.validPrefix($0, bytes.count) } ?? 0
        }
    }

    @Test func everyScalarIsValidAndEveryCutOfItIsNot() {
        for value in stride(from: UInt32(0x80), through: 0x10FFFF, by: 37) {
            guard let scalar = UnicodeScalar(value) else { continue }
            let bytes = Array(String(scalar).utf8)
            #expect(prefix(bytes) == bytes.count)
            #expect(prefix(Array(bytes.dropLast())) == 0)
        }
    }

    @Test func twoAndThreeByteSequencesAgreeWithTheStandardLibrary() {
        for first in UInt8(0x80)...0xFF {
            for second in UInt8(0)...0xFF {
                for bytes in [[first, second], [first, second, 0x80], [first, second, 0xBF, 0x80]] {
                    #expect(
                        (prefix(bytes) == bytes.count) == (String(validating: bytes, as: UTF8.self) != nil),
                        "\(bytes)"
                    )
                }
            }
        }
    }

    @Test func theOffsetOfTheFirstWrongByteIsFound() {
        #expect(prefix(Array("0123456789é".utf8) + [0xFF] + Array("abc".utf8)) == 12)
    }
}

struct ColumnNamesTests {
    @Test(arguments: [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a_2", "a_3"]),
        (["a", "A"], ["a", "A_2"]),
        (["a", "a_2", "a"], ["a", "a_2", "a_3"]),
        (["", "x", ""], ["column_1", "x", "column_3"]),
        (["", "column_1"], ["column_1_2", "column_1"]),
        (["  spaced name ", "\ttab\n"], ["spaced name", "tab"]),
        (["be\u{0}ll\u{7}", "\u{FEFF}mark"], ["bell", "mark"]),
        (["Größe (m²)", "\"q\""], ["Größe (m²)", "\"q\""]),
        (["É", "é"], ["É", "é_2"]),
    ])
    func namesAreKeptUntilTheyCollide(_ raw: [String], _ expected: [String]) {
        #expect(ColumnNames.unique(raw) == expected)
    }

    @Test func aLongNameIsCutAtACharacter() {
        let names = ColumnNames.unique([String(repeating: "é", count: 300)])
        #expect(names == [String(repeating: "é", count: 127)])
    }
}

struct ColumnTypeTests {
    @Test(arguments: [
        "BIGINT", "DECIMAL(12,2)", "TIMESTAMP WITH TIME ZONE", "STRUCT(a BIGINT, b VARCHAR[])",
        "MAP(VARCHAR, STRUCT(x INTEGER)[])",
        "STRUCT(\"q\"\"q\" BIGINT, \"b, c)\" STRUCT(d DECIMAL(5,2))[][])", "ENUM('a, b', 'c)''d')", "INTEGER[3]",
        "\"NULL\"",
        "STRUCT(t TIMESTAMP WITH TIME ZONE, g GEOMETRY('OGC:CRS84'))",
    ])
    func spellingsAreUnderstood(_ spelling: String) throws {
        let type = try #require(ColumnType(spelling))
        #expect(ColumnType(type.sql) == type)
    }

    @Test(arguments: [
        "", "STRUCT(BIGINT, VARCHAR)", "UNION(a INTEGER)", "STRUCT(a BIGINT", "MAP(VARCHAR)", "INTEGER[", "a b) c",
    ])
    func whatHasNoPartsWithNamesIsNotUnderstood(_ spelling: String) {
        #expect(ColumnType(spelling) == nil)
    }

    @Test func partsGetFieldIDsThatFollowFromTheirColumn() throws {
        let type = try #require(ColumnType("STRUCT(a BIGINT, b STRUCT(c VARCHAR)[], d MAP(VARCHAR, DATE))"))
        #expect(
            type.fieldIDs(7)
                == "{'__duckdb_field_id': 7, 'a': 700001, 'b': {'__duckdb_field_id': 700002, 'element': "
                + "{'__duckdb_field_id': 700003, 'c': 700004}}, "
                + "'d': {'__duckdb_field_id': 700005, 'key': 700006, 'value': 700007}}"
        )
    }

    @Test func whatOnlyOneEngineKnowsBecomesText() throws {
        let type = try #require(ColumnType("STRUCT(j JSON, e ENUM('a')[], i INTEGER)"))
        #expect(type.atRest.sql == "STRUCT(\"j\" VARCHAR, \"e\" VARCHAR[], \"i\" INTEGER)")
    }
}

struct CSVDialectTests {
    @Test(arguments: [
        ("a,b,c\n1,2,3\n", UInt8(ascii: ",")),
        ("a\tb\n1\t2\n", UInt8(ascii: "\t")),
        ("a;b;c\n1,5;2,5;x\n", UInt8(ascii: ";")),
        ("name;price\nx;1,5\ny;2,5\n", UInt8(ascii: ";")),
        ("1,5;2,5\n3,5;4,5\n", UInt8(ascii: ";")),
        ("a|b\nx, y|z\n", UInt8(ascii: "|")),
        ("a,b\n\"x;y;z\",2\n\"u;v;w\",3\n", UInt8(ascii: ",")),
        ("id,text\n1,\"line\nbreak, comma\"\n2,x\n", UInt8(ascii: ",")),
        ("a,b,c\n1,2\n1\n1,2,3,4\n", UInt8(ascii: ",")),
        ("one\ntwo\nthree\n", CSVDialect.noDelimiter),
        ("text\nhello, world\nyes\nno\n", CSVDialect.noDelimiter),
        ("Report of May\na,b\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n", UInt8(ascii: ",")),
        ("a\tb,c\n1\t2,3\n", UInt8(ascii: "\t")),
    ])
    func theDelimiterOfTheMostRegularReadingWins(_ text: String, _ expected: UInt8) {
        #expect(CSVDialect.detect(Array(text.utf8), isWhole: true).delimiter == expected)
    }

    @Test func aRecordThatTheSampleCutsIsNotCounted() {
        let dialect = CSVDialect.detect(Array("a,b\n1,2\n3".utf8), isWhole: false)
        #expect(dialect == CSVDialect(delimiter: UInt8(ascii: ","), isRegular: true, records: 2))
    }

    @Test func aSampleWithoutAWholeRecordJudgesByItsPart() {
        #expect(CSVDialect.detect(Array("a;b;c;d".utf8), isWhole: false).delimiter == UInt8(ascii: ";"))
    }
}
