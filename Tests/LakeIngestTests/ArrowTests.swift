import Foundation
import LakeCore
import LakeIngest
import LakeSQL
import Testing

/// Arrow streams and files, as the SQL engine's answers are.
struct ArrowTests {
    private let options = IngestOptions(fileName: "table.arrow")

    /// The answer of a query as an Arrow stream.
    private func stream(_ query: String) async throws -> [UInt8] {
        let folder = NSTemporaryDirectory() + "lake-arrow-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let engine = try await SQLEngine(
            settings: SQLSettings(allowedFolders: [folder], temporaryFolder: folder + "/spill")
        )
        let running = try await engine.run(try await engine.parse(query))
        var encoder = ResultEncoder(.arrow, running)
        var bytes: [UInt8] = []
        try encoder.appendHeader(to: &bytes)
        while let batch = try await running.next() { _ = try encoder.append(batch, to: &bytes) }
        encoder.appendEnd(to: &bytes)
        await engine.shutdown()
        return bytes
    }

    @Test(arguments: [
        ("(-128)::TINYINT", "TINYINT"), ("(-7)::SMALLINT", "SMALLINT"), ("(-2147483648)::INTEGER", "INTEGER"),
        ("(-9223372036854775808)::BIGINT", "BIGINT"), ("255::UTINYINT", "UTINYINT"), ("65535::USMALLINT", "USMALLINT"),
        ("4294967295::UINTEGER", "UINTEGER"), ("18446744073709551615::UBIGINT", "UBIGINT"),
        ("0.1::FLOAT", "FLOAT"), ("(-1.7976931348623157e308)::DOUBLE", "DOUBLE"), ("'-inf'::DOUBLE", "DOUBLE"),
        ("(-0.05)::DECIMAL(4,2)", "DECIMAL(4,2)"), ("0::DECIMAL(9,0)", "DECIMAL(9,0)"),
        ("(-123456789012345678901234567890.12345678)::DECIMAL(38,8)", "DECIMAL(38,8)"), ("true", "BOOLEAN"),
        ("'x \\\"\\ ü🦆'", "VARCHAR"), ("''", "VARCHAR"), ("'\\x00\\xFF\\x5Ca'::BLOB", "BLOB"),
        ("DATE '2024-02-29'", "DATE"), ("DATE '1900-03-01'", "DATE"), ("DATE '0044-03-15 (BC)'", "DATE"),
        ("TIME '23:59:59.000001'", "TIME"), ("TIMESTAMP '1969-12-31 23:59:59.999999'", "TIMESTAMP"),
        ("TIMESTAMP_S '2024-01-31 10:00:00'::TIMESTAMP_S::TIMESTAMP", "TIMESTAMP"),
        ("'2024-01-31 10:00:00.123456789'::TIMESTAMP_NS", "TIMESTAMP_NS"),
        ("TIMESTAMPTZ '2024-01-31 10:00:00.5+02'", "TIMESTAMP WITH TIME ZONE"),
        ("'00000000-0000-0000-0000-0000000000af'::UUID", "UUID"), ("[1, NULL, 2]", "INTEGER[]"),
        ("[]::INTEGER[]", "INTEGER[]"),
        ("{'a': 1, 'b': [{'c': 'x', 'd': '\\x01'::BLOB}, NULL]}", "STRUCT(a INTEGER, b STRUCT(c VARCHAR, d BLOB)[])"),
        ("MAP {1: ['a'], 2: NULL}", "MAP(INTEGER, VARCHAR[])"), ("MAP {'k \\\"': 1.5}", "MAP(VARCHAR, DECIMAL(2,1))"),
    ])
    func valuesComeBack(_ value: String, _ type: String) async throws {
        let query = "SELECT \(value) AS c UNION ALL SELECT NULL"
        let outcome = try await Lab.convert(try await stream(query), options)
        #expect(outcome.table.format == .arrow && outcome.table.notes.isEmpty)
        #expect(outcome.types == [type])
        #expect(outcome.rows == (try await Lab.rows(query)))
    }

    @Test(
        arguments: [
            ("'a'::ENUM('b', 'a')", "a", 0), ("union_value(n := 5)", "5", 1), ("union_value(t := 'x')", "x", 1),
            ("'10:00:00.123456789'::TIME_NS", "10:00:00.123456789", 1),
            ("INTERVAL '2 months 3 days 5 microseconds'", "2 months 3 days 5 microseconds", 1),
        ] as [(String, String, Int)]
    )
    func otherValuesBecomeText(_ value: String, _ text: String, _ notes: Int) async throws {
        let outcome = try await Lab.convert(try await stream("SELECT \(value) AS c"), options)
        #expect(outcome.types == ["VARCHAR"] && outcome.table.notes.count == notes)
        #expect(outcome.rows == [[.text(text)]])
    }

    @Test func manyBatchesAndColumnsKeepTheirOrder() async throws {
        let query = """
            SELECT range AS id, 'row ' || range AS text, CASE WHEN range % 3 = 0 THEN NULL ELSE range / 4 END AS part,
                range AS "ID" FROM range(150000)
            """
        let outcome = try await Lab.convert(try await stream(query), options)
        #expect(outcome.names == ["id", "text", "part", "ID_2"] && outcome.table.rows == 150_000)
        #expect(outcome.rows == (try await Lab.rows(query)))
        let empty = try await Lab.convert(try await stream("SELECT 1 AS a WHERE false"), options)
        #expect(empty.table.rows == 0 && empty.types == ["INTEGER"])
    }

    @Test func whatIsNoArrowIsRefused() async throws {
        let whole = try await stream("SELECT range AS id, 'text' || range AS text FROM range(100)")
        for length in [8, 100, whole.count - 100] {
            let error = try await Lab.failure(Array(whole.prefix(length)), options)
            #expect(error?.code == "malformed_file", "\(length)")
        }
        let told = try await Lab.failure(whole, IngestOptions(fileName: "t", format: .csv))
        #expect(told?.code == "unsupported_file")
        let file = try await Lab.failure(Array("ARROW1\0\0".utf8) + [1, 2, 3, 4] + Array("ARROW1".utf8), options)
        #expect(file?.code == "malformed_file")
    }

    /// Whatever the bytes say, they are read within their bounds: an error or a table.
    @Test func damagedStreamsDoNoHarm() async throws {
        let whole = try await stream(
            """
            SELECT range AS id, 'text' || range AS text, [range, NULL] AS list, {'a': range::DECIMAL(9,2), 'b': 'x'} AS record,
                MAP {range: 'v'} AS map, 'a'::ENUM('a', 'b') AS label, union_value(n := range) AS one FROM range(20)
            """
        )
        var random = SplitMix64(seed: 4)
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 8..<bytes.count, using: &random)
                bytes[place] =
                    [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random) ?? 0
            }
            do {
                _ = try await Lab.convert(bytes, options)
            } catch let error as IngestError {
                #expect(error.kind != .internal, "\(error)")
            }
        }
    }
}
