import Foundation
import LakeCore
import LakeIngest
import Testing

struct ParquetTests {
    /// The bytes of a Parquet file that a query makes.
    private func parquet(_ query: String, _ settings: String = "") async throws -> [UInt8] {
        let path = try await Lab.path("parquet")
        try await Lab.execute("COPY (\(query)) TO '\(path)' (FORMAT parquet\(settings))")
        defer { try? FileManager.default.removeItem(atPath: path) }
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private let options = IngestOptions(fileName: "table.parquet")

    @Test(arguments: [
        ("1::BIGINT", "BIGINT"), ("1::INTEGER", "INTEGER"), ("1::SMALLINT", "SMALLINT"), ("1::TINYINT", "TINYINT"),
        ("1::UBIGINT", "UBIGINT"), ("1::UTINYINT", "UTINYINT"), ("1.5::FLOAT", "FLOAT"), ("1.5::DOUBLE", "DOUBLE"),
        ("1.50::DECIMAL(12,2)", "DECIMAL(12,2)"), ("true", "BOOLEAN"), ("'x'", "VARCHAR"), ("'\\x00'::BLOB", "BLOB"),
        ("DATE '2024-01-31'", "DATE"), ("TIME '10:00:00'", "TIME"), ("TIMESTAMP '2024-01-31 10:00:00'", "TIMESTAMP"),
        ("TIMESTAMP_NS '2024-01-31 10:00:00.123456789'", "TIMESTAMP_NS"),
        ("TIMESTAMPTZ '2024-01-31 10:00:00+00'", "TIMESTAMP WITH TIME ZONE"),
        ("'00000000-0000-0000-0000-000000000001'::UUID", "UUID"), ("INTERVAL 3 DAYS", "INTERVAL"),
        ("[1, 2]", "INTEGER[]"), ("{'a': 1, 'b': [{'c': 'x'}]}", "STRUCT(a INTEGER, b STRUCT(c VARCHAR)[])"),
        ("MAP {'k': [1]}", "MAP(VARCHAR, INTEGER[])"),
    ])
    func typesAreTakenOver(_ value: String, _ type: String) async throws {
        let bytes = try await parquet("SELECT \(value) AS c UNION ALL SELECT NULL")
        let outcome = try await Lab.convert(bytes, options)
        #expect(outcome.table.format == .parquet)
        #expect(outcome.types == [type])
        #expect(outcome.rows == (try await Lab.rows("SELECT \(value) UNION ALL SELECT NULL")))
    }

    @Test(arguments: [
        ("'{\"a\": 1}'::JSON", "{\"a\": 1}"), ("'a'::ENUM('a', 'b')", "a"), ("{'a': 1}::VARIANT", "{\"a\":1}"),
        ("'POINT(1 2)'::GEOMETRY", "POINT (1 2)"),
    ])
    func typesThatOnlyOneEngineKnowsBecomeText(_ value: String, _ text: String) async throws {
        let outcome = try await Lab.convert(try await parquet("SELECT \(value) AS c, 1 AS d"), options)
        #expect(outcome.types == ["VARCHAR", "INTEGER"])
        #expect(outcome.rows == [[.text(text), 1]])
        let nested = try await Lab.convert(try await parquet("SELECT {'j': '[1]'::JSON} AS s"), options)
        #expect(nested.types == ["STRUCT(j VARCHAR)"])
    }

    @Test func rowsKeepTheirOrderAndGetZstdAndFieldIDs() async throws {
        let query = "SELECT i AS id, {'x': i, 'l': [i]} AS s FROM range(200000) t(i)"
        let bytes = try await parquet(query, ", COMPRESSION snappy, FIELD_IDS {id: 77, s: 78}")
        try await Lab.withFile(bytes) { file in
            try await Lab.withConverted(file, options) { table, output in
                #expect(table.rows == 200_000)
                #expect(table.schema.columns.map(\.fieldID) == [1, 2])
                let wrong = try await Lab.rows(
                    "SELECT count(*) FROM read_parquet('\(output)', file_row_number = true) "
                        + "WHERE id <> file_row_number OR s.x <> id OR s.l <> [id]"
                )
                #expect(wrong == [[0]])
                let ids = try await Lab.rows(
                    "SELECT name, field_id FROM parquet_schema('\(output)') WHERE field_id IS NOT NULL"
                )
                #expect(ids == [["id", 1], ["s", 2], ["x", 200_001], ["l", 200_002], ["element", 200_003]])
                let codecs = try await Lab.rows("SELECT DISTINCT compression FROM parquet_metadata('\(output)')")
                #expect(codecs == [["ZSTD"]])
            }
        }
    }

    @Test func namesAreMadeFitForSQL() async throws {
        let outcome = try await Lab.convert(
            try await parquet("SELECT 1 AS \" a \", 2 AS \"b\"\"c\", 3 AS \"a\""),
            options
        )
        #expect(outcome.names == ["a", "b\"c", "a_2"])
        #expect(outcome.rows == [[1, 2, 3]])
    }

    @Test func aTableWithoutRowsStaysOne() async throws {
        let outcome = try await Lab.convert(try await parquet("SELECT 1 AS a WHERE false"), options)
        #expect(outcome.types == ["INTEGER"])
        #expect(outcome.table.rows == 0)
    }

    @Test func aFileThatIsCutOrDamagedIsRefused() async throws {
        let bytes = try await parquet("SELECT i, 'text ' || i AS t FROM range(50000) r(i)")
        for cut in [4, 8, 11, 100, bytes.count / 2, bytes.count - 1] {
            let failure = try await Lab.failure(Array(bytes.prefix(cut)), options)
            #expect(failure?.code == "malformed_file", "\(cut)")
        }
        var page = bytes
        for place in 40..<4_000 { page[place] ^= 0x5A }
        #expect(try await Lab.failure(page, options)?.code == "malformed_file")
        var footer = bytes
        for place in (bytes.count - 60)..<(bytes.count - 8) { footer[place] = 0xFF }
        #expect(try await Lab.failure(footer, options)?.code == "malformed_file")
    }

    @Test func anEncryptedFileIsRefused() async throws {
        try await Lab.execute("SET force_mbedtls_unsafe = 'true'")
        try await Lab.execute("PRAGMA add_parquet_key('k128', '0123456789112345')")
        let bytes = try await parquet("SELECT 1 AS a", ", ENCRYPTION_CONFIG {footer_key: 'k128'}")
        let failure = try await Lab.failure(bytes, options)
        #expect(failure?.kind == .unsupported)
        #expect(failure?.detail.contains("encrypted") == true)
    }

    @Test func listsWithinManyListsAreRefused() async throws {
        let value = String(repeating: "[", count: 13) + "1" + String(repeating: "]", count: 13)
        #expect(try await Lab.failure(try await parquet("SELECT \(value) AS a"), options)?.kind == .tooLarge)
    }
}
