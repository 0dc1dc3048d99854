import HTTPTypes
import LakeCore
import LakeEngine
import Testing

@testable import LakeServer

@Suite struct LogRouteTests {
    @Test func theLogIsReadInPartsWithoutDigests() async throws {
        try await TestServer.run { server in
            try await server.ingest("a\n1\n", as: "t")
            let key = try await server.lakehouse.createKey(name: "ci", role: .admin, for: .local)
            let log = try await server.get("/catalog/log?since=0&limit=1", key: key.secret)
            #expect(log.headers[.lakeVersion] == "2")
            #expect(try log.json["next_since"]?.number == 1)
            let rest = try await server.get("/catalog/log?since=1", key: key.secret)
            let change = try rest.json["items"]?.items?.first?["transactions"]?.items?.first?["changes"]?.items?.first
            #expect(change?["kind"]?.text == "key_created")
            #expect(change?["key"]?["id"]?.text == key.key.id)
            #expect(!rest.text.contains("sha256") && !rest.text.contains(key.secret))
            for wrong in ["since=-1", "since=x", "limit=0", "wait_s=61"] {
                let answer = try await server.get("/catalog/log?\(wrong)", key: key.secret)
                #expect(answer.status == 400, "\(wrong)")
            }
        }
    }

    @Test func aWriteSentAgainWithItsKeyIsAnsweredAsBefore() async throws {
        try await TestServer.run { server in
            func ingest(_ text: String, _ key: String) async throws -> TestAnswer {
                let headers: HTTPFields = [.contentType: "text/csv", .idempotencyKey: key]
                let path = "/ingest/file?dataset=t&mode=append"
                return try await server.send(.post, path, headers: headers, body: Array(text.utf8))
            }
            let first = try await ingest("a\n1\n", "k1")
            let again = try await ingest("a\n1\n", "k1")
            #expect(first.status == 200)
            #expect(again.text == first.text)
            let other = try await ingest("a\n2\n", "k1")
            #expect(other.status == 422)
            #expect(try other.code == "idempotency_key_reused")
            #expect(try other.detail.contains("'k1'"))
            let wrong = try await ingest("a\n3\n", "a b")
            #expect(wrong.status == 400)
            #expect(try await server.rows("SELECT count(*) FROM t") == .array([.array([.number("1")])]))
        }
    }
    @Test func aKeyThatCannotBeHonouredIsRefused() async throws {
        try await TestServer.run { server in
            let paths = ["/catalog/sweep", "/catalog/repair", "/catalog/resync-missing", "/vectors/jobs/x/resume"]
            for path in paths {
                let headers: HTTPFields = [.contentType: "application/json", .idempotencyKey: "k1"]
                let answer = try await server.send(.post, path, headers: headers, body: Array("{}".utf8))
                #expect(answer.status == 400, "\(path)")
                #expect(try answer.detail.contains("Idempotency-Key"), "\(path)")
            }
            let headers: HTTPFields = [.contentType: "application/json"]
            #expect(
                try await server.send(.post, "/catalog/repair", headers: headers, body: Array("{}".utf8)).status == 200
            )
        }
    }
}
