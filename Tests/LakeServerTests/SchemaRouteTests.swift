import HTTPTypes
import LakeCore
import Testing

@testable import LakeServer

@Suite(.timeLimit(.minutes(5))) struct SchemaRouteTests {
    private static let path = "/catalog/datasets/by-name/t"

    private func append(_ server: TestServer, _ text: String, _ more: String = "") async throws -> TestAnswer {
        try await server.send(
            .post,
            "/ingest/file?dataset=t&mode=append\(more)",
            headers: [.contentType: "text/csv"],
            body: Array(text.utf8)
        )
    }

    @Test func columnsAreComparedChangedAndBrought() async throws {
        try await TestServer.run { server in
            try await server.ingest("id,name,n\n1,Ada,1\n2,Alan,2\n", as: "t")
            let brought = try await append(server, "id,name,n,note\n3,Grace,2.5,x\n")
            #expect(brought.status == 200, "\(brought.text)")
            #expect(try brought.json["schema_changes"]?.items?.count == 2)
            let likely = try await append(server, "id,full_name,n,note\n1,Ada,1,\n")
            #expect(likely.status == 409)
            #expect(try likely.code == "rename_likely")
            #expect(try likely.json["diff"]?["renamed"]?.items?.first?["from"]?.text == "name")
            let rules =
                #"{"rules": [{"rule": "rename", "column": "name", "to": "full_name"}, "#
                + #"{"rule": "add", "column": "k", "type": "INT", "default": "7"}], "dry_run": false}"#
            let stale = try await server.post(Self.path + "/schema/migrate", rules, headers: [.ifMatch: "\"1\""])
            #expect(stale.status == 409)
            let migrated = try await server.post(Self.path + "/schema/migrate", rules, headers: [.ifMatch: "\"2\""])
            #expect(migrated.status == 200, "\(migrated.text)")
            #expect(migrated.headers[.lakeVersion] == "3")
            #expect(try migrated.json["columns"]?.items?.last?["default"]?.text == "7")
            #expect(try await server.get(Self.path).json["columns"]?.items?.last?["default"]?.text == "7")
            #expect(
                try await server.rows("SELECT full_name, k FROM t WHERE id = 1")
                    == .array([.array([.string("Ada"), .number("7")])])
            )
            let diff = try await server.post(
                Self.path + "/schema/diff",
                #"{"columns": [{"name": "id", "type": "text"}, {"name": "x", "type": "DATE"}]}"#
            )
            #expect(try diff.json["diff"]?["changed"]?.items?.first?["from"]?.text == "BIGINT")
            #expect(try diff.json["diff"]?["added"]?.items?.first?["name"]?.text == "x")
            let file = try await server.send(
                .post,
                Self.path + "/schema/diff/file?name=u.csv",
                headers: [.contentType: "text/csv"],
                body: Array("id,n\nx,1\n".utf8)
            )
            #expect(try file.json["refusal"]?.text?.contains("first in row 1") == true, "\(file.text)")
            let hidden = try await server.post(
                Self.path + "/tombstone",
                #"{"row_key_column": "id", "row_key_values": [1], "reason": "r"}"#
            )
            #expect(hidden.status == 200)
            let drop = #"{"rules": [{"rule": "drop", "column": "id"}]}"#
            let refused = try await server.post(Self.path + "/schema/migrate", drop)
            #expect(refused.status == 409)
            #expect(try refused.json["needed"]?.items?.first?["kind"]?.text == "tombstone")
            let preview = try await server.post(Self.path + "/schema/migrate?cascade=true", drop)
            #expect(preview.status == 200)
            #expect(try preview.json["dry_run"] == .boolean(true))
            #expect(try preview.json["needed"]?.items?.count == 1)
        }
    }

    @Test(arguments: [
        ("/schema/migrate", #"{"rules": []}"#), ("/schema/migrate", #"{"rules": [{"rule": "fold", "column": "id"}]}"#),
        ("/schema/migrate", #"{"rules": [{"rule": "rename", "column": "id"}]}"#),
        ("/schema/migrate", #"{"rules": [{"rule": "drop", "column": "none"}]}"#),
        ("/schema/migrate", #"{"rules": [{"rule": "drop", "column": "id", "more": 1}]}"#),
        ("/schema/migrate", #"{"rules": [{"rule": "add", "column": "x", "type": "INT); SELECT 1"}]}"#),
        ("/schema/diff", #"{"columns": [{"name": "id"}]}"#),
        ("/schema/diff", #"{"columns": [{"name": "id", "type": "NONE"}]}"#),
    ])
    func whatIsWrongIsSaid(path: String, body: String) async throws {
        try await TestServer.run { server in
            try await server.ingest("id,v\n1,a\n", as: "t")
            #expect(try await server.post(Self.path + path, body).status == 400)
            #expect(try await server.post("/catalog/datasets/by-name/none" + path, body).status >= 400)
            #expect(try await server.rows("SELECT count(*) FROM t") == .array([.array([.number("1")])]))
        }
    }
}
