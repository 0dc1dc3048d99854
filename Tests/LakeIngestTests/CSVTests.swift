import LakeCore
import LakeIngest
import Testing

struct CSVTests {
    @Test func aTableGetsItsNamesTypesAndFieldIDs() async throws {
        let outcome = try await Lab.convert(
            "id,name,price,active,day\n1,Ann,1.5,true,2024-01-31\n2,\"Bo, \"\"B\"\"\",2,FALSE,2024-02-29\n"
        )
        #expect(outcome.table.format == .csv)
        #expect(
            outcome.table.schema.columns == [
                Column(name: "id", type: "BIGINT", fieldID: 1),
                Column(name: "name", type: "VARCHAR", fieldID: 2),
                Column(name: "price", type: "DOUBLE", fieldID: 3),
                Column(name: "active", type: "BOOLEAN", fieldID: 4),
                Column(name: "day", type: "DATE", fieldID: 5),
            ]
        )
        #expect(
            outcome.rows == [
                [1, "Ann", .double(1.5), .boolean(true), .formatted("2024-01-31")],
                [2, "Bo, \"B\"", .double(2), .boolean(false), .formatted("2024-02-29")],
            ]
        )
        #expect(outcome.table.rows == 2)
        #expect(outcome.table.rejectedRows == 0)
    }

    @Test func theFileHasZstdAndTheFieldIDs() async throws {
        try await Lab.withFile(Array("a,b c\n1,x\n".utf8)) { file in
            try await Lab.withConverted(file, IngestOptions(fileName: "t.csv")) { table, output in
                let ids = try await Lab.rows(
                    "SELECT name, field_id FROM parquet_schema('\(output)') WHERE field_id IS NOT NULL"
                )
                #expect(ids == [["a", 1], ["b c", 2]])
                let codecs = try await Lab.rows("SELECT DISTINCT compression FROM parquet_metadata('\(output)')")
                #expect(codecs == [["ZSTD"]])
                #expect(table.bytes > 0)
            }
        }
    }

    /// The values of a column, the type it gets and its values as SQL shows them.
    struct TypeCase: Sendable, CustomTestStringConvertible {
        var values: [String]
        var type: String
        var read: [String?]

        init(_ values: [String], _ type: String, _ read: [String?]? = nil) {
            self.values = values
            self.type = type
            self.read = read ?? values
        }

        var testDescription: String { "\(values)" }
    }

    @Test(arguments: [
        TypeCase(["0", "1", "1"], "BIGINT"),
        TypeCase(["-5", "9223372036854775807"], "BIGINT"),
        TypeCase(["1", "9223372036854775808"], "VARCHAR"),
        TypeCase(["007", "5"], "VARCHAR"),
        TypeCase(["+5", "5"], "VARCHAR"),
        TypeCase(["1", "2.5", "-1e3"], "DOUBLE", ["1.0", "2.5", "-1000.0"]),
        TypeCase(["9007199254740993", "0.5"], "VARCHAR"),
        TypeCase(["9007199254740992", "0.5"], "DOUBLE", ["9007199254740992.0", "0.5"]),
        TypeCase(["007.5"], "VARCHAR"),
        TypeCase(["1.5", "NaN"], "VARCHAR"),
        TypeCase(["true", "FALSE", "True"], "BOOLEAN", ["true", "false", "true"]),
        TypeCase(["true", "1"], "VARCHAR"),
        TypeCase(["2024-01-31", "2023-12-01"], "DATE"),
        TypeCase(["2024-01-31", "2024-02-30"], "VARCHAR"),
        TypeCase(["2024/01/31", "2023/12/01"], "DATE", ["2024-01-31", "2023-12-01"]),
        TypeCase(["31.01.2024", "01.12.2023"], "DATE", ["2024-01-31", "2023-12-01"]),
        TypeCase(["01/02/2024", "01/31/2024"], "DATE", ["2024-01-02", "2024-01-31"]),
        TypeCase(["01/02/2024", "31/01/2024"], "DATE", ["2024-02-01", "2024-01-31"]),
        TypeCase(["01/02/2024", "03/04/2024"], "VARCHAR"),
        TypeCase(["31/01/2024", "01/31/2024"], "VARCHAR"),
        TypeCase(["2024-01-31", "31.01.2024"], "VARCHAR"),
        TypeCase(
            ["2024-01-31T10:00:00", "2024-01-31 10:00:00.25"],
            "TIMESTAMP",
            ["2024-01-31 10:00:00", "2024-01-31 10:00:00.25"]
        ),
        TypeCase(["2024-01-31", "2024-01-31T10:00:00"], "VARCHAR"),
        TypeCase(
            [
                "2024-01-31T10:00:00Z", "2024-01-31T10:00:00.5+02:00", "2024-01-31 10:00:00-0130",
                "2024-01-31 10:00:00+15",
            ],
            "TIMESTAMP WITH TIME ZONE",
            ["2024-01-31 10:00:00+00", "2024-01-31 08:00:00.5+00", "2024-01-31 11:30:00+00", "2024-01-30 19:00:00+00"]
        ),
        TypeCase(["2024-01-31T10:00:00Z", "2024-01-31T10:00:00"], "VARCHAR"),
        TypeCase(["10:00:00", "23:59:59.5"], "TIME"),
        TypeCase(["", "", ""], "VARCHAR", [nil, nil, nil]),
        TypeCase(["", "5", "\"\""], "BIGINT", [nil, "5", nil]),
        TypeCase(["\"5\"", "6"], "BIGINT", ["5", "6"]),
        TypeCase([" 5", "6"], "VARCHAR"),
        TypeCase(["NULL", "NA", "\\N"], "VARCHAR"),
        TypeCase(["1.7976931348623157e308", "1"], "VARCHAR"),
        TypeCase(["0.1", "0.30000000000000004", "-0"], "DOUBLE", ["0.1", "0.30000000000000004", "-0.0"]),
    ])
    func aColumnGetsTheTypeOfAllItsValues(_ testCase: TypeCase) async throws {
        let text = "id,value\n" + testCase.values.map { "x,\($0)\n" }.joined()
        try await Lab.withFile(Array(text.utf8)) { file in
            try await Lab.withConverted(file, IngestOptions(fileName: "t.csv")) { table, output in
                #expect(table.schema.columns[1].type == testCase.type)
                let rows = try await Lab.rows("SELECT CAST(value AS VARCHAR) FROM read_parquet('\(output)')")
                #expect(rows.map { $0[0] } == testCase.read.map { $0.map { .text($0) } ?? .null })
            }
        }
    }

    @Test func oneTextAfterAHundredThousandNumbersMakesTheColumnText() async throws {
        var text = "n,m\n"
        for row in 0..<100_000 { text += "\(row),\(row)\n" }
        text += "x,1\n"
        let outcome = try await Lab.convert(text)
        #expect(outcome.types == ["VARCHAR", "BIGINT"])
        #expect(outcome.table.rows == 100_001)
        #expect(outcome.rows[99_999] == ["99999", 99_999])
        #expect(outcome.rows[100_000] == ["x", 1])
        // Row numbers follow the file.
        #expect(outcome.rows.enumerated().allSatisfy { $0 == 100_000 || $1[1] == .integer(Int64($0)) })
    }

    @Test func ambiguousDatesAreTold() async throws {
        let outcome = try await Lab.convert("id,when\n1,01/02/2024\n")
        #expect(outcome.table.notes.count == 1)
        #expect(outcome.table.notes[0].contains("when"))
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", true), ("a,b\r\n1,2\r\n", true), ("a,b\r1,2\r", true), ("a,b\n1,2\r\n", true),
            ("a,b\n1,2", true),
            ("\u{FEFF}a,b\n1,2\n", true), ("\n\na,b\n\n1,2\n\n", true), ("1,2\n", false),
            ("\"a\",\"b\"\n\"1\",\"2\"\n", true),
            ("a, \"b\"\n1,\"2\" \n", true), ("a\u{2028},b\n1,2\n", true),
        ] as [(String, Bool)]
    )
    func lineEndsBlankLinesMarksAndQuotesDoNotChangeTheTable(_ text: String, _ hasHeader: Bool) async throws {
        let outcome = try await Lab.convert(text)
        #expect(outcome.names == (hasHeader ? ["a", "b"] : ["column_1", "column_2"]))
        #expect(outcome.rows == [[1, 2]])
        #expect(outcome.table.rejectedRows == 0)
    }

    @Test(
        arguments: [
            ("a,a,A,,a b\nx,x,x,x,x\n", ["a", "a_2", "A_3", "column_4", "a b"]),
            ("x,y\nz,w\n", ["x", "y"]),
            ("2023,total\n1,2\n", ["column_1", "column_2"]),
            ("2024-01-01,b\n1,2\n", ["column_1", "column_2"]),
            ("true,b\n1,2\n", ["column_1", "column_2"]),
        ] as [(String, [String])]
    )
    func theFirstRecordIsTheHeaderUnlessItLooksLikeData(_ text: String, _ names: [String]) async throws {
        #expect(try await Lab.convert(text).names == names)
    }

    @Test func theCallerDecidesOnTheHeader() async throws {
        let none = try await Lab.convert("x,y\nz,w\n", IngestOptions(fileName: "t.csv", header: false))
        #expect(none.names == ["column_1", "column_2"])
        #expect(none.rows == [["x", "y"], ["z", "w"]])
        let some = try await Lab.convert("2023,2024\n1,2\n", IngestOptions(fileName: "t.csv", header: true))
        #expect(some.names == ["2023", "2024"])
        #expect(some.rows == [[1, 2]])
    }

    @Test func theCallerDecidesOnTheDelimiter() async throws {
        let outcome = try await Lab.convert("a:b,c\n1:2,3\n", IngestOptions(fileName: "t.txt", delimiter: ":"))
        #expect(outcome.names == ["a", "b,c"])
        #expect(outcome.rows == [[1, "2,3"]])
        let spaced = try await Lab.convert("a b\n\"1\" 2\n", IngestOptions(fileName: "t.txt", delimiter: " "))
        #expect(spaced.rows == [[1, 2]])
        let failure = try await Lab.failure(Array("a\n".utf8), IngestOptions(fileName: "t.csv", delimiter: "\""))
        #expect(failure?.code == "invalid_option")
    }

    @Test func aFileWithOnlyAHeaderIsATableWithoutRows() async throws {
        let outcome = try await Lab.convert("a,b\n")
        #expect(outcome.table.rows == 0)
        #expect(outcome.names == ["a", "b"])
        #expect(outcome.types == ["VARCHAR", "VARCHAR"])
        #expect(outcome.rows.isEmpty)
    }

    @Test(arguments: ["", " ", "\n\n", " \t\r\n ", "\u{FEFF}", "\u{FEFF}\n"])
    func aFileOfNothingIsRefused(_ text: String) async throws {
        for name in ["t.csv", "t.json", "t.txt", "t.md", "t"] {
            #expect(try await Lab.failure(text, name) == .empty(file: name))
        }
    }

    @Test func oneColumnNeedsNoDelimiter() async throws {
        let outcome = try await Lab.convert("word\nhello\n\"\"\n\n\"a \"\"b\"\"\"\nwith, comma\n")
        #expect(outcome.rows == [["hello"], [.null], ["a \"b\""], ["with, comma"]])
        let numbers = try await Lab.convert("7\n8\n")
        #expect(numbers.names == ["column_1"])
        #expect(numbers.rows == [[7], [8]])
    }

    @Test func aFieldOfFiveMegabytesIsKept() async throws {
        let long = String(repeating: "long \"\"text\"\",\n", count: 5 * 65_536)
        let outcome = try await Lab.convert("id,text\n1,\"\(long)\"\n2,short\n")
        #expect(outcome.table.rejectedRows == 0)
        #expect(outcome.rows == [[1, .text(long.replacing("\"\"", with: "\""))], [2, "short"]])
    }

    @Test func aRecordOfMoreThanSixteenMegabytesIsRejected() async throws {
        let long = String(repeating: "x", count: 17 << 20)
        let outcome = try await Lab.convert("id,text\n1,a\n2,\(long)\n3,b\n4,\"\(long)\"\n5,c\n")
        #expect(outcome.column(0) == [1, 3, 5])
        #expect(outcome.table.rejectedRows == 2)
        #expect(outcome.table.rejectedSamples.map(\.line) == [3, 5])
    }

    @Test func fiveThousandColumnsAreKept() async throws {
        let header = (1...5_000).map { "c\($0)" }.joined(separator: ",")
        let row = (1...5_000).map { "\($0)" }.joined(separator: ",")
        let outcome = try await Lab.convert("\(header)\n\(row)\n\(row)\n")
        #expect(outcome.table.schema.columns.count == 5_000)
        #expect(outcome.rows == Array(repeating: (1...5_000).map { .integer($0) }, count: 2))
    }

    @Test func tooManyColumnsAreRefused() async throws {
        let row = Array(repeating: "x", count: 10_001).joined(separator: ",")
        #expect(try await Lab.failure("\(row)\n\(row)\n", "t.csv")?.kind == .tooLarge)
    }
}
