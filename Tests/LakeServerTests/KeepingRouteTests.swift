import HTTPTypes
import LakeCore
import Testing

@testable import LakeServer

@Suite(.timeLimit(.minutes(5))) struct KeepingRouteTests {
    private static let path = "/catalog/datasets/by-name/t"

    private func put(_ server: TestServer, _ path: String, _ json: String) async throws -> TestAnswer {
        try await server.send(.put, path, headers: [.contentType: "application/json"], body: Array(json.utf8))
    }

    @Test func versionsAreNamedKeptAndToldOf() async throws {
        try await TestServer.run { server in
            try await server.ingest("id,v\n1,a\n", as: "t")
            let tagged = try await server.post(Self.path + "/tags", #"{"tag": "first"}"#)
            #expect(tagged.status == 200, "\(tagged.text)")
            let again = try await server.post(Self.path + "/tags", #"{"tag": "first", "version": 1}"#)
            #expect(again.status == 409)
            #expect(try again.code == "tag_taken")
            #expect(try await server.post(Self.path + "/tags", #"{"tag": "a b"}"#).status == 400)
            #expect(try await server.post(Self.path + "/rows/delete", #"{"where": "true"}"#).status == 200)
            let sql = "SELECT v FROM t x AT (TAG => 'first')"
            #expect(try await server.rows(sql) == .array([.array([.string("a")])]))
            #expect(try await server.rows("SELECT v FROM t AT ( tag=>'first')") == .array([.array([.string("a")])]))
            let unknown = try await server.post("/query/sql", #"{"sql": "SELECT 1 FROM t AT (TAG => 'none')"}"#)
            #expect(unknown.status == 404)
            #expect(try await server.get(Self.path + "/history").json["items"]?.items?.last?["tags"]?.items?.count == 1)
            let kept = try await put(server, Self.path + "/retention", #"{"versions": 3}"#)
            #expect(try kept.json["retention"]?["versions"] == .number("3"), "\(kept.text)")
            #expect(try await put(server, Self.path + "/retention", #"{"versions": 0}"#).status == 400)
            let sorted = try await put(server, Self.path + "/clustering", #"{"columns": ["v"]}"#)
            #expect(try sorted.json["cluster_by"]?.items?.first?.text == "v")
            #expect(try await put(server, Self.path + "/clustering", #"{"columns": ["w"]}"#).status == 400)
            #expect(try await put(server, Self.path + "/retention", "{}").json["retention"] == nil)
            #expect(try await server.get(Self.path + "/retention").status == 200)
            let graph = try await server.get("/catalog/lineage?dataset=t")
            #expect(try graph.json["nodes"]?.items?.count == 3, "\(graph.text)")
            let picture = try await server.get("/catalog/lineage.svg")
            #expect(picture.headers[.contentType] == "image/svg+xml")
            #expect(picture.text.hasPrefix("<svg "))
            #expect(try await server.get("/catalog/lineage?dataset=none").status == 404)
            #expect(try await server.delete(Self.path + "/tags/first").status == 200)
            #expect(try await server.delete(Self.path + "/tags/first").status == 409)
        }
    }
}
