import HTTPTypes
import LakeCore
import LakeEngine
import NIOCore
import Testing

@testable import LakeServer

@Suite struct BackgroundRouteTests {
    /// Runs `body` with a server whose background work runs.
    private func withServer(_ body: @escaping @Sendable (TestServer) async throws -> Void) async throws {
        try await TestServer.run { server in
            let work = Task { try await server.lakehouse.run() }
            defer { work.cancel() }
            try await body(server)
        }
    }

    private func ended(_ id: String, _ server: TestServer) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let query = try await server.get("/queries/\(id)").json
            let isOver = !["queued", "running"].contains(query["state"]?.text)
            if isOver || ContinuousClock.now > deadline { return query }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func submit(_ body: String, _ server: TestServer) async throws -> String {
        let answer = try await server.post("/queries", body)
        #expect(answer.status == 202, "\(answer.text)")
        let id = try #require(try answer.json["query_id"]?.text)
        #expect(answer.headers[.location] == "/queries/\(id)")
        return id
    }

    @Test func rowsComeByPage() async throws {
        try await withServer { server in
            let id = try await submit(#"{"sql":"SELECT range AS n FROM range(5)"}"#, server)
            let done = try await ended(id, server)
            #expect(done["state"]?.text == "succeeded" && done["row_count"]?.number == 5)
            let first = try await server.get("/queries/\(id)/result?limit=3").json
            #expect(first["rows"] == .array([0, 1, 2].map { .array([.integer($0)]) }))
            #expect(first["columns"]?.items?.first?["name"]?.text == "n")
            let cursor = try #require(first["next_cursor"]?.text)
            let second = try await server.get("/queries/\(id)/result?limit=3&cursor=\(cursor)").json
            #expect(second["rows"] == .array([3, 4].map { .array([.integer($0)]) }))
            #expect(second["next_cursor"] == nil)
            #expect(try await server.get("/queries/\(id)/result?cursor=1").status == 400)
            let later = try await submit(#"{"sql":"SELECT 1"}"#, server)
            let listed = try await server.get("/queries").json["items"]?.items ?? []
            #expect(listed.map { $0["query_id"]?.text } == [later, id])
            #expect(try await server.delete("/queries/\(id)").status == 200)
            #expect(try await server.get("/queries/\(id)").status == 404)
        }
    }

    @Test func otherFormsComeWhole() async throws {
        try await withServer { server in
            let csv = try await submit(#"{"sql":"SELECT range AS n FROM range(2)","form":"csv"}"#, server)
            _ = try await ended(csv, server)
            let answer = try await server.get("/queries/\(csv)/result")
            #expect(answer.text == "n\r\n0\r\n1\r\n")
            #expect(answer.headers[.contentType] == "text/csv" && answer.headers[.hasMore] == "false")
            #expect(try await server.get("/queries/\(csv)/result?cursor=1").status == 400)
            let cut = try await submit(
                #"{"sql":"SELECT range AS n FROM range(9)","form":"ndjson","max_rows":1}"#,
                server
            )
            _ = try await ended(cut, server)
            #expect(try await server.get("/queries/\(cut)/result").headers[.hasMore] == "true")
            let arrow = try await submit(#"{"sql":"SELECT 1 AS n","form":"arrow"}"#, server)
            _ = try await ended(arrow, server)
            let stream = try await server.get("/queries/\(arrow)/result")
            #expect(Array(stream.body.readableBytesView.suffix(8)) == [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
        }
    }

    @Test func whatHasNoResultSaysWhy() async throws {
        try await withServer { server in
            #expect(try await server.post("/queries", #"{"sql":"DROP TABLE t"}"#).code == "not_one_select")
            #expect(try await server.post("/queries", #"{"sql":"SELECT 1","form":"xml"}"#).status == 400)
            let id = try await submit(#"{"sql":"SELECT 'x'::INTEGER"}"#, server)
            let failed = try await ended(id, server)
            #expect(failed["error"]?["code"]?.text == "conversion_error")
            let answer = try await server.get("/queries/\(id)/result")
            #expect(answer.status == 409)
            #expect(try answer.code == "query_not_done")
        }
    }
}
