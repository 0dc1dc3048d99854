import Foundation
import LakeCore
import LakeIngest
import Testing

struct AppendTests {
    private func schema(_ columns: (String, String)...) -> Schema {
        Schema(columns: columns.enumerated().map { Column(name: $1.0, type: $1.1, fieldID: 11 + $0 * 3) })
    }

    private func options(_ schema: Schema, _ name: String = "more.csv") -> IngestOptions {
        IngestOptions(fileName: name, expectedSchema: schema)
    }

    @Test func columnsAreFoundByNameInAnyOrder() async throws {
        let expected = schema(("id", "BIGINT"), ("Name", "VARCHAR"), ("price", "DOUBLE"))
        try await Lab.withFile(Array("PRICE,name,id\n1,007,5\n".utf8)) { file in
            try await Lab.withConverted(file, options(expected)) { table, output in
                #expect(table.schema == expected)
                #expect(try await Lab.rows("SELECT * FROM read_parquet('\(output)')") == [[5, "007", .double(1)]])
                let ids = try await Lab.rows(
                    "SELECT name, field_id FROM parquet_schema('\(output)') WHERE field_id IS NOT NULL"
                )
                #expect(ids == [["id", 11], ["Name", 14], ["price", 17]])
            }
        }
    }

    @Test(
        arguments: [
            ("BIGINT", "DOUBLE", "5", "5.0"), ("BIGINT", "VARCHAR", "5", "5"), ("DOUBLE", "VARCHAR", "5.50", "5.50"),
            ("DATE", "VARCHAR", "2024-01-31", "2024-01-31"), ("BIGINT", "INTEGER", "5", "5"),
            ("BIGINT", "UTINYINT", "255", "255"),
            ("DOUBLE", "DECIMAL(12,2)", "5.25", "5.25"), ("BIGINT", "DECIMAL(12,2)", "5", "5.00"),
            ("DOUBLE", "BIGINT", "5.0", "5"),
            ("DATE", "TIMESTAMP", "2024-01-31", "2024-01-31 00:00:00"), ("VARCHAR", "BIGINT", "", nil),
            ("VARCHAR", "DATE", "", nil),
            ("VARCHAR", "STRUCT(a BIGINT)", "", nil), ("DATE", "DATE", "31.01.2024", "2024-01-31"),
            ("DOUBLE", "FLOAT", "0.1", "0.1"), ("BIGINT", "FLOAT", "16777216", "16777216.0"),
        ] as [(String, String, String, String?)]
    )
    func valuesThatFitAreCast(_ found: String, _ expected: String, _ value: String, _ read: String?) async throws {
        try await Lab.withFile(Array("id,v\n1,\(value)\n".utf8)) { file in
            try await Lab.withConverted(file, options(schema(("id", "BIGINT"), ("v", expected)))) { table, output in
                #expect(table.schema.columns[1].type == expected)
                let rows = try await Lab.rows("SELECT CAST(v AS VARCHAR) FROM read_parquet('\(output)')")
                #expect(rows == [[read.map { .text($0) } ?? .null]])
            }
        }
    }

    @Test(
        arguments: [
            ("BIGINT", "1\n2\nabc\n4\n", "VARCHAR", 3), ("BIGINT", "1\n2.5\n", "DOUBLE", 2),
            ("TINYINT", "1\n2\n128\n", "BIGINT", 3),
            ("DECIMAL(12,2)", "1.25\n1.255\n", "DOUBLE", 2), ("DATE", "2024-01-31\nsoon\n", "VARCHAR", 2),
            ("BOOLEAN", "0\n1\n", "BIGINT", nil), ("BIGINT", "7\n007\n", "VARCHAR", nil),
            ("TIMESTAMP", "1\n", "BIGINT", 1),
            ("DATE", "2024-01-31T10:00:00\n", "TIMESTAMP", nil), ("DOUBLE", "true\n", "BOOLEAN", nil),
            ("FLOAT", "1\n16777217\n", "BIGINT", 2), ("FLOAT", "1.5\n1e300\n", "DOUBLE", 2),
        ] as [(String, String, String, Int?)]
    )
    func aValueThatDoesNotFitIsNamed(_ expected: String, _ values: String, _ found: String, _ row: Int?) async throws {
        let text = "id,v\n" + values.split(separator: "\n").map { "x,\($0)\n" }.joined()
        let failure = try await Lab.failure(Array(text.utf8), options(schema(("id", "VARCHAR"), ("v", expected))))
        #expect(failure == .valueDoesNotFit(column: "v", expected: expected, found: found, row: row))
        #expect(failure?.kind == .invalid)
    }

    @Test func missingAndFurtherColumnsAreNamed() async throws {
        let expected = schema(("id", "BIGINT"), ("name", "VARCHAR"))
        let missing = try await Lab.failure(Array("id,other\n1,x\n".utf8), options(expected))
        #expect(missing?.code == "columns_differ")
        #expect(missing?.detail.contains("the column name (VARCHAR) is missing") == true)
        let extra = try await Lab.failure(Array("id,name,other\n1,x,y\n".utf8), options(expected))
        #expect(extra?.detail.contains("column other (VARCHAR) is not in the table") == true)
    }

    @Test func aFileWithOnlyAHeaderFits() async throws {
        let outcome = try await Lab.convert("id,v\n", options(schema(("id", "BIGINT"), ("v", "DATE"))))
        #expect(outcome.types == ["BIGINT", "DATE"])
        #expect(outcome.table.rows == 0)
    }

    @Test func objectsFitByTheirKeys() async throws {
        let expected = schema(("s", "STRUCT(a BIGINT, b VARCHAR[], c DOUBLE)"), ("v", "VARCHAR"), ("d", "DATE"))
        let text = #"[{"d":null,"v":1.50,"s":{"c":1,"b":[]}},{"s":{"a":2,"b":["x"]},"v":{"k": 1},"d":"2024-01-31"}]"#
        let outcome = try await Lab.convert(text, options(expected, "more.json"))
        #expect(outcome.table.schema == expected)
        #expect(
            outcome.rows == [
                [.record([("a", .null), ("b", .list([])), ("c", .double(1))]), "1.50", .null],
                [.record([("a", 2), ("b", .list(["x"])), ("c", .null)]), "{\"k\": 1}", .formatted("2024-01-31")],
            ]
        )
        let extra = #"[{"d":null,"v":"x","s":{"a":1,"z":1}}]"#
        let failure = try await Lab.failure(Array(extra.utf8), options(expected, "more.json"))
        #expect(failure?.code == "value_does_not_fit")
        let wrong = #"[{"d":null,"v":"x","s":{"a":1}},{"d":null,"v":"x","s":{"a":1.5}}]"#
        let inner = try await Lab.failure(Array(wrong.utf8), options(expected, "more.json"))
        guard case .valueDoesNotFit("s", _, _, 2)? = inner else {
            Issue.record("\(String(describing: inner))")
            return
        }
    }

    @Test func parquetFitsAsItsValuesDo() async throws {
        let path = try await Lab.path("parquet")
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await Lab.execute(
            "COPY (SELECT i::BIGINT AS n, [i] AS l FROM range(300) t(i)) TO '\(path)' (FORMAT parquet)"
        )
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let text = try await Lab.convert(bytes, options(schema(("n", "SMALLINT"), ("l", "VARCHAR")), "t.parquet"))
        #expect(text.rows[299] == [299, "[299]"])
        let failure = try await Lab.failure(bytes, options(schema(("n", "UTINYINT"), ("l", "BIGINT[]")), "t.parquet"))
        #expect(failure == .valueDoesNotFit(column: "n", expected: "UTINYINT", found: "BIGINT", row: 257))
    }
}
