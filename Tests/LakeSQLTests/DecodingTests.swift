import LakeCore
import LakeSQL
import LakeTesting
import Testing

/// Values come out of chunks exactly as the engine's own casts write them.
@Suite struct DecodingTests {
    /// Scalars of every type, at their edges.
    static let scalars: [(type: String, literals: [String])] = [
        ("BOOLEAN", ["true", "false"]),
        ("TINYINT", ["-128", "127", "0"]),
        ("SMALLINT", ["-32768", "32767"]),
        ("INTEGER", ["-2147483648", "2147483647"]),
        ("BIGINT", ["-9223372036854775808", "9223372036854775807", "9007199254740993"]),
        ("UTINYINT", ["255"]), ("USMALLINT", ["65535"]), ("UINTEGER", ["4294967295"]),
        ("UBIGINT", ["18446744073709551615", "0", "9223372036854775808"]),
        (
            "HUGEINT",
            [
                "-170141183460469231731687303715884105728", "170141183460469231731687303715884105727", "-1", "0",
                "18446744073709551616", "-18446744073709551617",
            ]
        ),
        ("UHUGEINT", ["340282366920938463463374607431768211455", "0", "18446744073709551615"]),
        (
            "BIGNUM",
            [
                "0", "1", "-1", "255", "256", "-256", "1000000000",
                "999999999999999999999999999999999999999999999999999",
                "-123456789012345678901234567890123456789012345678901234567890", "18446744073709551616",
            ]
        ),
        ("FLOAT", ["0.1", "-1.5", "3.4028235e38", "1e-45", "16777217", "100000", "1e10"]),
        ("DOUBLE", ["0.1", "-1e308", "5e-324", "1e16", "123456789.125", "0.30000000000000004", "1e22"]),
        ("DECIMAL(4,1)", ["999.9", "-0.1", "0"]),
        ("DECIMAL(4,4)", ["0.9999", "-0.0001"]),
        ("DECIMAL(9,0)", ["999999999", "-1"]),
        ("DECIMAL(9,2)", ["-0.01", "1234567.89"]),
        ("DECIMAL(18,6)", ["999999999999.999999", "-0.000001", "1"]),
        ("DECIMAL(18,18)", ["0.000000000000000001", "-0.999999999999999999"]),
        ("DECIMAL(38,10)", ["9999999999999999999999999999.0123456789", "-0.0000000001", "1", "-12345678901.5"]),
        (
            "DECIMAL(38,38)",
            ["'0.00000000000000000000000000000000000001'", "'-0.99999999999999999999999999999999999999'"]
        ),
        ("VARCHAR", ["''", "'twelve chars'", "'thirteen char'", "'Zürich 日本 🦆'", "'a\nb'"]),
        (
            "UUID",
            [
                "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
                "'7fffffff-ffff-4fff-8fff-0123456789ab'", "'80000000-0000-0000-0000-000000000001'",
            ]
        ),
        ("BIT", ["'1'", "'0'", "'00000001'", "'101010101'", "'0000000000000000001'"]),
        (
            "DATE",
            [
                "'1970-01-01'", "'1969-12-31'", "'2024-02-29'", "'0001-01-01'", "'0044-03-15 (BC)'", "'9999-12-31'",
                "'10000-01-01'", "'290000-12-31'", "'infinity'", "'-infinity'", "'1600-02-29'", "'1900-02-28'",
            ]
        ),
        ("TIME", ["'00:00:00'", "'23:59:59.999999'", "'24:00:00'", "'12:34:56.5'", "'01:02:03.000001'"]),
        ("TIME_NS", ["'00:00:00'", "'12:34:56.123456789'", "'23:59:59.999999999'"]),
        (
            "TIMETZ",
            [
                "'00:00:00+00'", "'12:34:56.789+05:30'", "'23:59:59.999999-15:59:59'", "'01:02:03+15:59:59'",
                "'10:00:00-08'",
            ]
        ),
        (
            "INTERVAL",
            [
                "'0 seconds'", "'1 month'", "'-1 month'", "'14 months 3 days'", "'1 day 04:05:06.789'", "'-26:00:00.5'",
                "'100 hours'", "'1 year -1 days 00:00:00.000001'", "'-13 months'", "'2147483647 months'",
            ]
        ),
    ]

    @Test(arguments: scalars)
    func scalarsAreWrittenAsTheEngineWritesThem(_ type: String, _ literals: [String]) async throws {
        let lab = try await TrustedLab()
        for literal in literals {
            let rows = try await lab.session.rows(
                "SELECT v, v::VARCHAR, [v], {'f': v} FROM (SELECT CAST(\(literal) AS \(type)) AS v)"
            )
            let words = rows[0][0].words
            if type == "FLOAT" || type == "DOUBLE" {
                #expect(Double(words) == Double(rows[0][1].words), "\(type) \(literal)")
            } else {
                // The engine leaves out the zero of 0.5 when a DECIMAL has no digits before the point.
                var expected = rows[0][1].words.replacing("-.", with: "-0.")
                if expected.hasPrefix(".") { expected = "0" + expected }
                #expect(words == expected, "\(type) \(literal)")
            }
            // The same value inside nested ones.
            #expect(rows[0][2] == .list([rows[0][0]]), "\(type) \(literal)")
            #expect(rows[0][3] == .record([("f", rows[0][0])]), "\(type) \(literal)")
        }
    }

    @Test(arguments: ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ"])
    func timestampsAreWrittenWithTAndTheirZone(_ type: String) async throws {
        let lab = try await TrustedLab()
        let literals = [
            "1970-01-01 00:00:00", "1969-12-31 23:59:59", "2024-02-29 12:34:56.123456", "1900-01-01 00:00:00.5",
            "2200-12-31 23:59:59.999", "infinity", "-infinity", "1677-09-22 01:00:00",
        ]
        for literal in literals {
            let rows = try await lab.session.rows("SELECT v, v::VARCHAR FROM (SELECT '\(literal)'::\(type) AS v)")
            var expected = rows[0][1].words.replacing(" ", with: "T")
            if type == "TIMESTAMPTZ" { expected = expected.replacing("+00", with: "Z") }
            #expect(rows[0][0] == .formatted(expected), "\(type) \(literal)")
        }
        let early = type == "TIMESTAMP_NS" ? "1700-01-01 00:00:00" : "0044-03-15 (BC) 10:00:00"
        let rows = try await lab.session.rows("SELECT '\(early)'::\(type)")
        #expect(rows[0][0].words.hasPrefix(type == "TIMESTAMP_NS" ? "1700-01-01T" : "0044-03-15 (BC)T10:00:00"))
    }

    @Test func blobsAreTheirBytes() async throws {
        let lab = try await TrustedLab()
        let rows = try await lab.session.rows(#"SELECT '\x00\xFF'::BLOB, ''::BLOB, repeat('\xAB'::BLOB, 20)"#)
        #expect(rows == [[.blob([0, 255]), .blob([]), .blob(Array(repeating: 0xAB, count: 20))]])
    }

    @Test(arguments: [1, 255, 256, 257, 65_536, 65_537])
    func enumsOfEveryWidthAreTheirLabels(_ count: Int) async throws {
        let lab = try await TrustedLab()
        try await lab.session.execute("CREATE TYPE e AS ENUM (SELECT 'label ' || range FROM range(\(count)))")
        let rows = try await lab.session.rows("SELECT 'label \(count - 1)'::e, 'label 0'::e, NULL::e, ['label 0'::e]")
        #expect(rows[0] == [.text("label \(count - 1)"), .text("label 0"), .null, .list([.text("label 0")])])
        // Several in a row: their width shows from the second on.
        let labels = [count - 1, 0, count / 2].map { "label \($0)" }
        let list = labels.map(SQLText.quoteLiteral).joined(separator: ", ")
        let several = try await lab.session.rows("SELECT unnest([\(list)]::e[])")
        #expect(several == labels.map { [.text($0)] })
    }

    /// Types are spelled as `typeof` spells them.
    @Test(
        arguments: scalars.map(\.type) + [
            "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ", "BLOB", "JSON", "INTEGER[]",
            "INTEGER[3][]",
            "STRUCT(a INTEGER, \"b c\" VARCHAR[], \"select\" DATE, \"Ä\" INTEGER, \"x\"\"y\" TIME)",
            "MAP(VARCHAR, STRUCT(k DECIMAL(18,3)))", "UNION(a INTEGER, \"B b\" VARCHAR)", "ENUM('a', 'b''c')",
        ]
    )
    func typesHaveTheEnginesNames(_ type: String) async throws {
        let lab = try await TrustedLab()
        let query = try await lab.session.batches("SELECT NULL::\(type) AS v, typeof(NULL::\(type)) AS t")
        let rows = try await query.allRows()
        #expect(query.columns[0].type == rows[0][1].words)
    }

    @Test func typesWithoutAFormAreRefused() async throws {
        let lab = try await TrustedLab()
        let error = await #expect(throws: SQLError.self) { try await lab.session.batches("SELECT 1::VARIANT AS v") }
        #expect(error == .unsupportedType(column: "v", type: "VARIANT"))
    }

    /// Each value once as it is and once through the engine's JSON, NULL at every level.
    @Test(arguments: [
        ("[[1, NULL], NULL, []]", "[[1,null],null,[]]"),
        ("[{'a': 1, 'b': NULL}, NULL]", #"[{"a":1,"b":null},null]"#),
        ("{'x': NULL, 'y': [NULL], 'z': {'w': NULL}}", #"{"x":null,"y":[null],"z":{"w":null}}"#),
        ("MAP {'k': [1, 2], 'l': NULL}", #"{"k":[1,2],"l":null}"#),
        ("MAP {1: 'a', 2: NULL}", #"[{"key":1,"value":"a"},{"key":2,"value":null}]"#),
        ("MAP {}", "{}"), ("MAP {}::MAP(INTEGER, INTEGER)", "{}"),
        ("NULL::INTEGER[]", "null"), ("NULL::STRUCT(a INTEGER)", "null"), ("NULL::MAP(VARCHAR, INTEGER)", "null"),
        ("[1, 2, NULL]::INTEGER[3]", "[1,2,null]"),
        ("[[1, 2], NULL]::INTEGER[2][]", "[[1,2],null]"),
        ("NULL::INTEGER[3]", "null"),
        ("union_value(a := 1)", "1"),
        ("union_value(b := 'x')::UNION(a INTEGER, b VARCHAR)", #""x""#),
        ("NULL::UNION(a INTEGER, b VARCHAR)", "null"),
        ("[union_value(a := NULL::INTEGER)]", "[null]"),
        (
            "{'d': 1.50::DECIMAL(9,2), 'h': 1::HUGEINT, 'f': 0.1::FLOAT, 'n': 'nan'::DOUBLE}",
            #"{"d":"1.50","h":"1","f":0.1,"n":"NaN"}"#
        ),
        ("[MAP {'a': {'b': [MAP {'c': DATE '2024-01-01'}]}}]", #"[{"a":{"b":[{"c":"2024-01-01"}]}}]"#),
        ("(SELECT list(CASE WHEN range % 3 = 0 THEN NULL ELSE [range] END) FROM range(4))", "[null,[1],[2],null]"),
    ])
    func nestedValuesAreJSON(_ expression: String, _ json: String) async throws {
        let lab = try await TrustedLab()
        // Constant, repeated, and sliced by a filter: the engine lays each out differently.
        let forms = [
            "SELECT \(expression) AS v", "SELECT \(expression) AS v FROM range(3)",
            "SELECT v FROM (SELECT \(expression) AS v, range AS r FROM range(5000)) WHERE r % 997 = 3",
        ]
        for sql in forms {
            let query = try await lab.session.batches(sql)
            var encoder = RowEncoder(.json, columns: query.columns)
            var direct: [UInt8] = []
            var rows = 0
            while let batch = try await query.next() {
                _ = encoder.append(batch, to: &direct)
                for row in 0..<batch.rowCount {
                    var value: [UInt8] = []
                    RowEncoding.appendJSON(batch.value(column: 0, row: row), to: &value)
                    #expect(String(decoding: value, as: UTF8.self) == json, "\(sql)")
                }
                rows += batch.rowCount
            }
            let all = Array(repeating: "[\(json)]", count: rows).joined(separator: ",")
            #expect(rows > 0 && String(decoding: direct, as: UTF8.self) == all, "\(sql)")
        }
    }
}
