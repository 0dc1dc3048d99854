import HTTPTypes
import LakeCore
import Testing

@testable import LakeServer

@Suite(.timeLimit(.minutes(5))) struct RowRouteTests {
    private static let path = "/catalog/datasets/by-name/t"

    private func send(_ server: TestServer, _ path: String, _ json: String) async throws -> TestAnswer {
        try await server.send(.post, path, headers: [.contentType: "application/json"], body: Array(json.utf8))
    }

    @Test func rowsAreChangedHiddenAndBroughtBack() async throws {
        try await TestServer.run { server in
            try await server.ingest("id,v\n1,a\n2,b\n3,c\n4,d\n", as: "t")
            let deleted = try await send(server, Self.path + "/rows/delete", #"{"where": "id = ?", "params": [1]}"#)
            #expect(deleted.status == 200)
            #expect(try deleted.json["rows_deleted"] == .number("1"))
            #expect(try deleted.json["rows"] == .number("3"))
            let updated = try await send(
                server,
                Self.path + "/rows/update",
                #"{"set": {"v": "upper(v)"}, "where": "id = 2"}"#
            )
            #expect(try updated.json["rows_added"] == .number("1"))
            let hidden = try await send(
                server,
                Self.path + "/tombstone",
                #"{"row_key_column": "id", "row_key_values": [3, 9], "reason": "asked to"}"#
            )
            #expect(try hidden.json["rows_hidden"] == .number("1"))
            #expect(
                try await server.rows("SELECT v FROM t ORDER BY id")
                    == .array([.array([.string("B")]), .array([.string("d")])])
            )
            let listed = try await server.get(Self.path + "/tombstone")
            #expect(try listed.json["items"]?.items?.first?["reason"]?.text == "asked to")
            let id = try #require(try hidden.json["id"]?.text)
            #expect(try await server.delete(Self.path + "/tombstone/" + id).status == 200)
            #expect(try await server.delete(Self.path + "/tombstone/" + id).status == 404)
            let keys = try await server.send(
                .post,
                Self.path + "/tombstone/file?row_key_columns=id&reason=left&name=keys.csv",
                headers: [.contentType: "text/csv"],
                body: Array("id\n3\n4\n".utf8)
            )
            #expect(try keys.json["rows_hidden"] == .number("2"))
            let compacted = try await send(server, "/query/compact", #"{"dataset": "t"}"#)
            #expect(try compacted.json["rows"] == .number("1"))
            #expect(try compacted.json["tombstones_erased"] == .number("1"))
            let history = try await server.get(Self.path + "/history?limit=2")
            #expect(try history.json["items"]?.items?.count == 2)
            #expect(try history.json["next_cursor"] != nil)
            #expect(try await send(server, Self.path + "/restore", #"{"version": 1}"#).status == 200)
            #expect(try await server.rows("SELECT count(*) FROM t") == .array([.array([.number("4")])]))
            #expect(try await server.delete(Self.path).status == 200)
            #expect(try await send(server, Self.path + "/restore", "{}").status == 200)
            #expect(try await server.rows("SELECT count(*) FROM t") == .array([.array([.number("4")])]))
        }
    }

    @Test(arguments: [
        ("/rows/delete", #"{"where": "nothing = 1"}"#, 400, "binder_error"),
        ("/rows/delete", #"{"where": "id = 1) OR (true"}"#, 400, "invalid"),
        ("/rows/delete", #"{"where": "id IN (SELECT 1 FROM read_csv('/etc/passwd'))"}"#, 400, ""),
        ("/rows/update", #"{"set": {}, "where": "true"}"#, 400, "invalid"),
        ("/rows/update", #"{"set": {"v": 1}, "where": "true"}"#, 400, ""),
        ("/tombstone", #"{"row_key_column": "id", "row_key_values": ["x"], "reason": "r"}"#, 400, "invalid"),
        ("/tombstone", #"{"row_key_column": "id", "row_key_values": 3, "reason": "r"}"#, 400, ""),
        ("/restore", #"{"version": 99}"#, 404, "no_such_version"),
    ])
    func whatIsWrongChangesNothing(path: String, body: String, status: Int, code: String) async throws {
        try await TestServer.run { server in
            try await server.ingest("id,v\n1,a\n2,b\n", as: "t")
            let answer = try await send(server, Self.path + path, body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(try answer.code?.hasPrefix(code) == true, "\(answer.text)")
            #expect(try await server.rows("SELECT count(*) FROM t") == .array([.array([.number("2")])]))
            #expect(try await send(server, "/catalog/datasets/by-name/none" + path, body).status >= 400)
        }
    }
}
