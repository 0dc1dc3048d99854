import LakeCore
import LakeIngest
import Testing

struct JSONTests {
    /// A file, what it becomes and what its rows are as JSON text.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var schema: [String]
        var rows: [String]

        init(_ name: String, _ text: String, _ schema: [String], _ rows: [String]) {
            self.name = name
            self.text = text
            self.schema = schema
            self.rows = rows
        }

        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(
            "an array of objects",
            #"[{"a":1,"b":"x"},{"a":2,"b":null}]"#,
            ["a BIGINT", "b VARCHAR"],
            [#"{"a":1,"b":"x"}"#, #"{"a":2,"b":null}"#]
        ),
        Case("lines", "{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}", ["a BIGINT"], [#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#]),
        Case("one object", "{\n \"a\": 1,\n \"b\": [1, 2]\n}\n", ["a BIGINT", "b BIGINT[]"], [#"{"a":1,"b":[1,2]}"#]),
        Case(
            "objects over several lines",
            "{\n\"a\":1}\n{\"a\"\n:2} {\"a\":3}",
            ["a BIGINT"],
            [#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#]
        ),
        Case("a byte order mark", "\u{FEFF}{\"a\":1}\n{\"a\":2}\n", ["a BIGINT"], [#"{"a":1}"#, #"{"a":2}"#]),
        Case(
            "late keys",
            "{\"a\":1}\n{\"b\":true}\n{\"c\":\"x\"}\n",
            ["a BIGINT", "b BOOLEAN", "c VARCHAR"],
            [#"{"a":1,"b":null,"c":null}"#, #"{"a":null,"b":true,"c":null}"#, #"{"a":null,"b":null,"c":"x"}"#]
        ),
        Case(
            "nested objects",
            #"[{"s":{"x":1,"t":{"y":"q"}}},{"s":{"x":2.5}},{"s":{}},{"s":null}]"#,
            ["s STRUCT(x DOUBLE, t STRUCT(y VARCHAR))"],
            [
                #"{"s":{"x":1.0,"t":{"y":"q"}}}"#, #"{"s":{"x":2.5,"t":null}}"#, #"{"s":{"x":null,"t":null}}"#,
                #"{"s":null}"#,
            ]
        ),
        Case(
            "lists",
            #"[{"l":[1,2],"m":[[1],[]],"o":[{"x":1},{"y":"z"},null],"e":[]},{"l":null,"m":[],"o":[],"e":[]}]"#,
            ["l BIGINT[]", "m BIGINT[][]", "o STRUCT(x BIGINT, y VARCHAR)[]", "e VARCHAR[]"],
            [
                #"{"l":[1,2],"m":[[1],[]],"o":[{"x":1,"y":null},{"x":null,"y":"z"},null],"e":[]}"#,
                #"{"l":null,"m":[],"o":[],"e":[]}"#,
            ]
        ),
        Case(
            "mixed types are JSON text",
            #"[{"a":1,"l":[1,"x"]},{"a":"1","l":[{"k": 1}]},{"a":{"k" : [1.50]},"l":[]},{"a":null,"l":[null]}]"#,
            ["a VARCHAR", "l VARCHAR[]"],
            [
                #"{"a":"1","l":["1","\"x\""]}"#, #"{"a":"\"1\"","l":["{\"k\": 1}"]}"#,
                #"{"a":"{\"k\" : [1.50]}","l":[]}"#,
                #"{"a":null,"l":[null]}"#,
            ]
        ),
        Case("an empty object is JSON text", #"[{"a":{}},{"a":{}}]"#, ["a VARCHAR"], [#"{"a":"{}"}"#, #"{"a":"{}"}"#]),
        Case("nothing but null", #"[{"a":null,"b":1}]"#, ["a VARCHAR", "b BIGINT"], [#"{"a":null,"b":1}"#]),
        Case(
            "an object without keys is a row",
            "{\"a\":1}\n{}\n",
            ["a BIGINT"],
            [#"{"a":1}"#, #"{"a":null}"#]
        ),
        Case(
            "integers beyond 64 bits are exact text",
            #"[{"a":123456789012345678901234567890,"b":9223372036854775807},{"a":1,"b":-9223372036854775808}]"#,
            ["a VARCHAR", "b BIGINT"],
            [
                #"{"a":"123456789012345678901234567890","b":9223372036854775807}"#,
                #"{"a":"1","b":-9223372036854775808}"#,
            ]
        ),
        Case(
            "numbers that a double cannot hold are exact text",
            #"[{"a":1e400,"b":9007199254740993},{"a":1.50,"b":0.5}]"#,
            ["a VARCHAR", "b VARCHAR"],
            [#"{"a":"1e400","b":"9007199254740993"}"#, #"{"a":"1.50","b":"0.5"}"#]
        ),
        Case(
            "numbers in strings stay text",
            #"[{"a":"1","b":"true"},{"a":"2","b":"false"}]"#,
            ["a VARCHAR", "b VARCHAR"],
            [#"{"a":"1","b":"true"}"#, #"{"a":"2","b":"false"}"#]
        ),
        Case(
            "ISO dates and timestamps are recognised",
            #"[{"d":"2024-01-31","t":"2024-01-31T10:00:00","z":"2024-01-31T10:00:00+02:00","n":{"d":["2024-01-31"]}}]"#,
            ["d DATE", "t TIMESTAMP", "z TIMESTAMP WITH TIME ZONE", "n STRUCT(d DATE[])"],
            [#"{"d":"2024-01-31","t":"2024-01-31 10:00:00","z":"2024-01-31 08:00:00+00","n":{"d":["2024-01-31"]}}"#]
        ),
        Case(
            "one string that is no date makes text of all",
            #"[{"d":"2024-01-31"},{"d":""}]"#,
            ["d VARCHAR"],
            [#"{"d":"2024-01-31"}"#, #"{"d":""}"#]
        ),
        Case(
            "dates in other layouts and times stay text",
            #"[{"d":"31.01.2024","t":"10:00:00"}]"#,
            ["d VARCHAR", "t VARCHAR"],
            [#"{"d":"31.01.2024","t":"10:00:00"}"#]
        ),
        Case(
            "keys that differ in case are two columns",
            #"[{"id":1,"s":{"x":1,"X":"y"}},{"ID":2}]"#,
            ["id BIGINT", "s STRUCT(x BIGINT, X_2 VARCHAR)", "ID_2 BIGINT"],
            [#"{"id":1,"s":{"x":1,"X_2":"y"},"ID_2":null}"#, #"{"id":null,"s":null,"ID_2":2}"#]
        ),
        Case(
            "keys with everything in them",
            #"[{"":1,"it's \"q\", {}":2," t ":3,"\u0061\n":4,"é":{"a.b":5,"":6}}]"#,
            [
                "column_1 BIGINT", #"it's "q", {} BIGINT"#, "t BIGINT", "a BIGINT",
                #"é STRUCT("a.b" BIGINT, column_2 BIGINT)"#,
            ],
            [#"{"column_1":1,"it's \"q\", {}":2,"t":3,"a":4,"é":{"a.b":5,"column_2":6}}"#]
        ),
        Case(
            "escapes in strings are undone",
            #"[{"a":"\u00e9\ud83d\ude00\n\"\\\/\t"}]"#,
            ["a VARCHAR"],
            [#"{"a":"é😀\n\"\\/\t"}"#]
        ),
    ])
    func aFileHasItsTableExactly(_ testCase: Case) async throws {
        try await Lab.withFile(Array(testCase.text.utf8)) { file in
            try await Lab.withConverted(file, IngestOptions(fileName: "data")) { table, output in
                #expect(table.schema.columns.map { "\($0.name) \($0.type)" } == testCase.schema)
                let rows = try await Lab.rows(
                    "SELECT CAST(to_json(whole) AS VARCHAR) FROM read_parquet('\(output)') whole"
                )
                #expect(rows.map { $0[0] } == testCase.rows.map { .text($0) })
                #expect(table.rows == testCase.rows.count)
                #expect(table.schema.columns.map(\.fieldID) == Array(1...testCase.schema.count))
            }
        }
    }

    @Test(
        arguments: [
            ("{\"a\":1}\n{\"a\":2\n{\"a\":3}\n", "line 3"),
            ("{\"a\":1}\n{\"a\":2}}\n", "line 2"),
            ("{\"a\":1}\n\n{'a':2}\n", "line 3"),
            ("{\"a\":1}\n{\"a\":tru}\n", "line 2"),
            ("{\"a\":1}\n{\"a\":01}\n", "line 2"),
            ("{\"a\":1}\n{\"a\":1.}\n", "line 2"),
            ("{\"a\":1}\n{\"a\":+1}\n", "line 2"),
            ("{\"a\":1}\n{\"a\":NaN}\n", "line 2"),
            ("{\"a\":1,}\n", "line 1"),
            ("{\"a\":[1,]}\n", "line 1"),
            ("{\"a\" 1}\n", "line 1"),
            ("{\"a\":\"x\ty\"}\n", "line 1"),
            ("{\"a\":\"\\x\"}\n", "line 1"),
            ("{\"a\":\"\\ud800\"}\n", "line 1"),
            ("{\"a\":\"\\u12g4\"}\n", "line 1"),
            ("{\"a\":1}\n{\"a\":\"x", "line 2"),
            ("[{\"a\":1}\n,{\"a\":2}", "line 2"),
            ("[{\"a\":1}\n{\"a\":2}]", "line 2"),
            ("[{\"a\":1}\n,]", "line 2"),
            ("[{\"a\":1}]\nx", "line 2"),
            ("[{\"a\":1},\n2]", "a number stands where an object should be"),
            ("[1,2]", "a number stands where an object should be"),
            ("[[1]]", "an array stands where an object should be"),
            ("{\"a\":1}\n\"x\"\n", "a string stands where an object should be"),
            ("{\"a\":1}\nnull\n", "null stands where an object should be"),
            ("42", "a number stands where an object should be"),
            ("\"text\"", "a string stands where an object should be"),
            ("{\"a\":1,\n\"b\":2,\"a\":3}", "the key 'a' twice"),
            ("{\"a\":{\"b\":1,\"\\u0062\":3}}", "the key 'b' twice"),
            ("[]", "no object"),
            ("{}", "no keys"),
            ("{\"a\":" + String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "}", "64 levels"),
        ] as [(String, String)]
    )
    func whatIsNotJSONObjectsIsRefusedWithItsPlace(_ text: String, _ problem: String) async throws {
        let failure = try await Lab.failure(text, "data.json")
        #expect(failure?.code == "malformed_file", "\(String(describing: failure))")
        #expect(failure?.detail.contains(problem) == true, "\(String(describing: failure?.detail))")
    }

    @Test func aStringThatIsNotUTF8IsRefused() async throws {
        let bytes = Array("{\"a\":\"x\"}\n{\"a\":\"".utf8) + [0xFF] + Array("\"}\n".utf8)
        let failure = try await Lab.failure(bytes, IngestOptions(fileName: "data.ndjson"))
        #expect(failure?.detail.contains("line 2: a string is not UTF-8") == true)
    }

    @Test func whatIsNestedMoreThanEightLevelsDeepIsKeptAsText() async throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + "1" + String(repeating: "]", count: levels)
        }
        let outcome = try await Lab.convert("{\"a\":\(nested(8)),\"b\":\(nested(9)),\"c\":\(nested(63))}", "data.json")
        #expect(
            outcome.types == [
                "BIGINT" + String(repeating: "[]", count: 8), "VARCHAR" + String(repeating: "[]", count: 8),
                "VARCHAR" + String(repeating: "[]", count: 8),
            ]
        )
        var inner = try #require(outcome.rows.first?.last)
        while case .list(let elements) = inner { inner = try #require(elements.first) }
        #expect(inner == .text(nested(55)))
    }

    @Test func objectsWithKeysByTheThousandAreKeptAsText() async throws {
        let object = (0..<1_500).map { "\"key \($0)\":\($0)" }.joined(separator: ",")
        let outcome = try await Lab.convert(
            "[{\"id\":1,\"map\":{\(object)}},{\"id\":2,\"map\":{\"x\":1}}]",
            "data.json"
        )
        #expect(outcome.types == ["BIGINT", "VARCHAR"])
        #expect(outcome.rows == [[1, .text("{\(object)}")], [2, "{\"x\":1}"]])
        #expect(outcome.table.notes.count == 1)
    }

    @Test func aTypeThatOnlyTheLastOfManyRowsHasDecides() async throws {
        var text = ""
        for row in 0..<50_000 { text += "{\"id\":\(row),\"v\":\(row)}\n" }
        text += "{\"id\":50000,\"v\":\"x\",\"late\":[1]}\n"
        let outcome = try await Lab.convert(text, "data.ndjson")
        #expect(outcome.table.format == .ndjson)
        #expect(outcome.types == ["BIGINT", "VARCHAR", "BIGINT[]"])
        #expect(outcome.rows.enumerated().allSatisfy { $1[0] == .integer(Int64($0)) })
        #expect(outcome.rows[49_999][1] == "49999")
        #expect(outcome.rows[50_000][1] == "\"x\"")
    }

    @Test func objectsLargerThanAPieceAreKept() async throws {
        let long = String(repeating: "0123456789abcdef", count: 200_000)
        let outcome = try await Lab.convert("[{\"a\":\"\(long)\"},\n{\"a\":\"x\"}]", "data.json")
        #expect(outcome.rows == [[.text(long)], ["x"]])
    }

    @Test func anObjectLargerThanTheLimitIsRefused() async throws {
        let long = String(repeating: "x", count: 17 << 20)
        #expect(try await Lab.failure("{\"a\":\"\(long)\"}", "data.json")?.kind == .tooLarge)
    }

    @Test func nestedPartsHaveFieldIDs() async throws {
        try await Lab.withFile(Array(#"[{"a":1,"s":{"x":[{"y":1}]}}]"#.utf8)) { file in
            try await Lab.withConverted(file, IngestOptions(fileName: "data.json")) { _, output in
                let ids = try await Lab.rows(
                    "SELECT name, field_id FROM parquet_schema('\(output)') WHERE field_id IS NOT NULL"
                )
                #expect(ids == [["a", 1], ["s", 2], ["x", 200_001], ["element", 200_002], ["y", 200_003]])
            }
        }
    }
}
