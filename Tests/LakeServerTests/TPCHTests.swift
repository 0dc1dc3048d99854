import HummingbirdTesting
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

@testable import LakeServer

/// The 22 queries of TPC-H over HTTP, against the engine alone over the same files.
@Suite(.timeLimit(.minutes(5))) struct TPCHTests {
    @Test func everyQueryGivesWhatTheEngineAloneGives() async throws {
        try await TestServer.run(over: .socket) { server in
            let files = try await ParquetFiles()
            let tables = CaseFile.sections(try Repository.text("bench/tpch/tables.sql").filled)
            try await files.session.execute(tables.before)
            for table in tables.named {
                let bytes = try await files.bytes(of: table.sql)
                try await server.ingest(bytes, as: table.name)
                let path = try await files.write(
                    table.name,
                    "FROM read_parquet('\(files.folder.path("next.parquet"))')"
                )
                try await files.session.execute("CREATE VIEW \(table.name) AS FROM read_parquet('\(path)')")
            }
            let queries = CaseFile.sections(try Repository.text("bench/tpch/queries.sql").filled).named
            #expect(queries.count == 22)
            for query in queries {
                let body = #"{"sql":\#(JSONValue.string(query.sql).compact)}"#
                let answer = try await server.post("/query/sql", body)
                let expected = try await Self.json(files.session.rows(query.sql))
                #expect(!expected.isEmpty, "query \(query.name)")
                let rows = try answer.json["rows"] ?? .null
                #expect(
                    Self.isClose(rows, .array(expected)),
                    "query \(query.name): \(answer.text)"
                )
            }
        }
    }

    private static func json(_ rows: [[SQLValue]]) throws -> [JSONValue] {
        try rows.map { row in
            try .array(
                row.map { value in
                    var bytes: [UInt8] = []
                    RowEncoding.appendJSON(value, to: &bytes)
                    return try JSONValue(parsing: bytes)
                }
            )
        }
    }

    /// Whether two values are equal, but for the last digits of what was added up in another order.
    private static func isClose(_ a: JSONValue, _ b: JSONValue) -> Bool {
        switch (a, b) {
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy(isClose)
        case (.number(let a), .number(let b)):
            guard a != b else { return true }
            guard let a = Double(a), let b = Double(b) else { return false }
            return abs(a - b) <= 1e-9 * max(abs(a), abs(b))
        default: return a == b
        }
    }
}

extension String {
    /// With the scale 0.01, and a fraction by which query 11 finds a few of its few rows.
    fileprivate var filled: String { replacing("{scale}", with: "0.01").replacing("{fraction}", with: "0.005") }
}
