import GRPCCore
import HTTPTypes
import LakeCore
import LakeEngine
import Testing

@testable import LakeServer

@Suite struct JournalRouteTests {
    private func encode(_ text: String) -> String {
        text.utf8.map { byte in "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    @Test func anEventIsRecordedAndListed() async throws {
        try await TestServer.run { server in
            let body =
                #"{"entity":"a:1","field":"f","old":null,"new":{"n":[1,2.5,"é"]},"source":"crm","workspace":"w"}"#
            let answer = try await server.post("/journal/event", body)
            #expect(answer.status == 201)
            let event = try answer.json
            #expect(event["actor"]?.text == "local" && event["source"]?.text == "crm" && event["old"] == nil)
            let history = try await server.get("/journal/history/a:1").json
            #expect(history["items"]?.items == [event] && history["next_cursor"] == nil)
            #expect(try await server.get("/journal/recent?limit=1").json["items"]?.items == [event])
        }
    }

    @Test func anUpdateIsAllOrNothing() async throws {
        try await TestServer.run { server in
            let good = #"{"entity":"a:1","changes":[{"field":"f","new":1},{"field":"g","old":"x"}]}"#
            let answer = try await server.post("/journal/update", good)
            #expect(try answer.status == 201 && answer.json["items"]?.items?.count == 2)
            let bad = #"{"entity":"a:2","changes":[{"field":"f","new":1},{"field":""}]}"#
            #expect(try await server.post("/journal/update", bad).status == 400)
            #expect(try await server.get("/journal/history/a:2").json["items"]?.items == [])
        }
    }

    @Test func theActorIsNeverTakenFromTheBody() async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/journal/event", #"{"entity":"a","field":"f","actor":"eve"}"#)
            #expect(try answer.status == 400 && answer.code == "unknown_field")
            let nested = #"{"entity":"a","changes":[{"field":"f","actor":"eve"}]}"#
            #expect(try await server.post("/journal/update", nested).status == 400)
        }
    }

    @Test(arguments: ["a/b", "..", "../../etc", "🦆 ü", "%2F", "a?b#c", "dataset:x", "'; DROP TABLE x --"])
    func anyPrintableTextNamesAThing(entity: String) async throws {
        try await TestServer.run { server in
            let body = JSONValue.object(("entity", .string(entity)), ("field", "f"))
            let answer = try await server.post("/journal/event", String(decoding: body.encoded, as: UTF8.self))
            #expect(answer.status == 201)
            let found = try await server.get("/journal/history/\(encode(entity))").json["items"]?.items ?? []
            #expect(found.map { $0["entity"]?.text } == [entity])
            let sql = "SELECT entity FROM system.journal"
            #expect(try await server.rows(sql)?.items?.first?.items?.first?.text == entity)
        }
    }

    @Test(arguments: ["\\u0000", "a\\nb", String(repeating: "x", count: 10_240)])
    func otherTextIsRefused(escaped: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/journal/event", #"{"entity":"\#(escaped)","field":"f"}"#)
            #expect(answer.status == 400)
            #expect(try answer.detail.contains("'entity'"))
            #expect(try await server.get("/journal/history/%00").status == 400)
        }
    }

    @Test func rolesAreKept() async throws {
        try await TestServer.run { server in
            let writer = try await server.lakehouse.createKey(name: "w", role: .writer, for: .local).secret
            let reader = try await server.lakehouse.createKey(name: "r", role: .reader, for: .local).secret
            let event = #"{"entity":"a","field":"f"}"#
            #expect(try await server.post("/journal/event", event).status == 401)
            #expect(try await server.post("/journal/event", event, key: reader).status == 403)
            #expect(try await server.post("/journal/event", event, key: writer).json["actor"]?.text == "w")
            #expect(try await server.get("/journal/recent", key: reader).status == 200)
            #expect(try await server.get("/journal/stats", key: writer).status == 403)
            #expect(try await server.post("/journal/flush", key: reader).status == 403)
            #expect(try await server.post("/journal/flush", key: writer).status == 200)
            let checks = try await server.post("/journal/verify", key: writer).json["items"]?.items ?? []
            #expect(checks.map { $0["problem_count"]?.number } == [0, 0, 0])
            let sql = #"{"sql":"FROM system.audit"}"#
            #expect(try await server.post("/query/sql", sql, key: writer).code == "unknown_table")
        }
    }

    @Test func theAuditNamesTheRequest() async throws {
        try await TestServer.run { server in
            let id = try #require(HTTPField.Name("X-Request-Id"))
            _ = try await server.get("/catalog/datasets", headers: [id: "my-request"])
            let rows = try await server.rows("SELECT action FROM system.audit WHERE request_id = 'my-request'")
            #expect(rows?.items?.map { $0.items?.first?.text } == ["list datasets"])
        }
    }

    @Test func whoIsTurnedAwayIsInTheAuditWithoutTheirKey() async throws {
        try await GRPCLab.run { lab in
            let server = lab.server
            let key = try await server.lakehouse.createKey(name: "boss", role: .admin, for: .local).secret
            let wrong = "lk_a-wrong-key-that-nobody-may-see"
            for _ in 0..<50 { #expect(try await server.get("/catalog/datasets", key: wrong).status == 401) }
            #expect(try await server.get("/catalog/datasets").status == 401)
            await #expect(throws: RPCError.self) {
                let _: Lakehouse_V1_ListDatasetsResponse = try await lab.ask(
                    Lakehouse_V1_CatalogService.Method.ListDatasets.descriptor,
                    Lakehouse_V1_ListDatasetsRequest(),
                    metadata: ["x-api-key": "\(wrong)"]
                )
            }
            let sql =
                "SELECT reason, address, count, outcome FROM system.audit WHERE principal = 'unknown' ORDER BY 1, 2"
            let answer = try await server.post("/query/sql", #"{"sql":"\#(sql)"}"#, key: key)
            let rows = try answer.json["rows"]?.items?.map { $0.items ?? [] } ?? []
            #expect(rows.map { $0[0].text } == ["credentials_missing", "credentials_unknown", "credentials_unknown"])
            #expect(rows.map { $0[1].text } == [nil, "127.0.0.1", nil])
            #expect(rows.allSatisfy { $0[2].number == 1 && $0[3].text == "refused" })
            let all = try await server.post("/query/sql", #"{"sql":"FROM system.audit"}"#, key: key)
            #expect(all.status == 200 && !all.text.contains("lk_"))
        }
    }

    @Test func aPageOfAnotherSiteIsInTheAudit() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/catalog/datasets", headers: [.origin: "http://evil.example"]).status == 403)
            let rows = try await server.rows("SELECT reason FROM system.audit WHERE principal = 'unknown'")
            #expect(rows?.items?.map { $0.items?.first?.text } == ["origin_refused"])
        }
    }

    @Test func theJournalInSQLHasTheEventsOfCommits() async throws {
        try await TestServer.run { server in
            try await server.ingest("a\n1\n", as: "numbers")
            _ = try await server.post("/journal/event", #"{"entity":"dataset:numbers","field":"owner","new":"ada"}"#)
            let rows = try await server.rows(
                "SELECT field, source FROM system.journal WHERE entity = 'dataset:numbers' ORDER BY 1"
            )
            let found = rows?.items?.map { $0.items?.compactMap(\.text) ?? [] } ?? []
            let expected = [
                ["dataset", "commit"], ["files_added", "commit"], ["ingest", "commit"], ["owner", "api"],
            ]
            #expect(found == expected)
        }
    }
}
