import HTTPTypes
import HummingbirdTesting
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

@testable import LakeServer

/// The behaviour of SQL as it is over HTTP, from the socket to the rows; see the files in `Cases`.
@Suite(.timeLimit(.minutes(5))) struct SQLCaseTests {
    @Test(arguments: ["analysis.test", "values.test", "lake.test"])
    func statementsDoWhatTheFileSays(_ name: String) async throws {
        let archive = try TemporaryFolder()
        try await TestServer.run(
            over: .socket,
            { $0.lake.storage.buckets = [BucketSettings(name: "archive", place: .folder(archive.path("files")))] },
            { server in
                try await Self.fill(server)
                let cases = try CaseFile.cases(name)
                #expect(cases.count > 20)
                for item in cases { try await check(item, on: server) }
            }
        )
    }

    /// The datasets that the cases speak of.
    private static func fill(_ server: TestServer) async throws {
        let files = try await ParquetFiles()
        for (name, sql) in CaseFile.sections(try CaseFile.lines("tables.sql").joined(separator: "\n")).named {
            guard name == "visits" else {
                try await server.ingest(try await files.bytes(of: sql), as: name)
                continue
            }
            for half in ["id < 60", "id >= 60"] {
                try await server.ingest(
                    try await files.bytes(of: "FROM (\(sql)) WHERE \(half)"),
                    as: name,
                    "&mode=append"
                )
            }
        }
        try await server.ingest(
            try await files.bytes(of: "SELECT range + 1 AS n FROM range(2)"),
            as: "archived",
            headers: [.bucket: "archive"]
        )
        let deleted = try await server.post(
            "/catalog/datasets/by-name/visits/rows/delete",
            #"{"where": "id % 7 = ?", "params": [3]}"#
        )
        try #require(deleted.status == 200, "\(deleted.text)")
        #expect(try deleted.json["version"]?.number == 7)
    }

    private func check(_ item: CaseFile.Case, on server: TestServer) async throws {
        let more = item.more.isEmpty ? "" : ", \(item.more)"
        let body = #"{"sql":\#(JSONValue.string(item.sql).compact)\#(more)}"#
        let answer = try await server.post("/query/sql", body)
        switch item.expectation {
        case .error(let code, let words):
            #expect(try answer.code == code, "\(item) gave \(answer.text)")
            for part in words { #expect(try answer.detail.contains(part), "\(item) gave \(answer.text)") }
        case .rows(let expected, let anyOrder):
            guard answer.status == 200 else {
                Issue.record("\(item) gave \(answer.text)")
                return
            }
            let rows =
                try answer.json["rows"]?.items?.map { ($0.items ?? []).map(\.words).joined(separator: "|") } ?? []
            #expect(anyOrder ? rows.sorted() == expected.sorted() : rows == expected, "\(item) gave \(rows)")
        }
    }
}

extension JSONValue {
    /// As the case files write it.
    fileprivate var words: String {
        switch self {
        case .null: "NULL"
        case .string(let text): text
        default: compact
        }
    }
}
