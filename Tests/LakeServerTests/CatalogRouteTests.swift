import HTTPTypes
import LakeCore
import Testing

@testable import LakeServer

@Suite struct CatalogRouteTests {
    @Test func ingestedDatasetIsListedFoundAndDropped() async throws {
        try await TestServer.run { server in
            try await server.ingest("name,age\nAda,36\nAlan,41\n", as: "people")
            let list = try await server.get("/catalog/datasets")
            #expect(try list.json["items"]?.items?.count == 1)
            let named = try await server.get("/catalog/datasets/by-name/people")
            #expect(try named.json["rows"]?.number == 2)
            let id = try #require(try named.json["id"]?.text)
            #expect(try await server.get("/catalog/datasets/\(id)").json == named.json)
            let dropped = try await server.delete("/catalog/datasets/by-name/people")
            #expect(try dropped.json["version"]?.number == 2)
            #expect(dropped.headers[.lakeVersion] == "2")
            #expect(try await server.get("/catalog/datasets/by-name/people").status == 404)
            #expect(try await server.delete("/catalog/datasets/by-name/people").status == 404)
            #expect(try await server.get("/catalog/datasets").json["items"]?.items?.isEmpty == true)
        }
    }

    @Test func absentDatasetIsNamedWithTheNearest() async throws {
        try await TestServer.run { server in
            try await server.ingest("a\n1\n", as: "candidates")
            let answer = try await server.get("/catalog/datasets/by-name/candidate")
            #expect(answer.status == 404)
            #expect(try answer.detail.contains("'candidates'"))
            #expect(try await server.get("/catalog/datasets/by-name/a%2Fb").status == 404)
            #expect(try await server.get("/catalog/datasets/by-name/%FF").status == 400)
        }
    }

    @Test func listsComeInPages() async throws {
        try await TestServer.run { server in
            for name in ["a", "b", "c"] { try await server.ingest("x\n\(name)\n", as: name) }
            var names: [String] = []
            var path = "/catalog/datasets?limit=2"
            while true {
                let page = try await server.get(path).json
                names += (page["items"]?.items ?? []).compactMap { $0["name"]?.text }
                guard let cursor = page["next_cursor"]?.text else { break }
                path = "/catalog/datasets?limit=2&cursor=\(cursor)"
            }
            #expect(names == ["a", "b", "c"])
        }
    }

    @Test func soundLakeIsVerified() async throws {
        try await TestServer.run { server in
            try await server.ingest("a\n1\n", as: "t")
            let report = try await server.post("/catalog/verify")
            #expect(try report.json["problems"] == .array([]))
            #expect(try report.json["version"]?.number == 1)
        }
    }

    @Test func demoNeedsAScaleThereIs() async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/catalog/demo", #"{"scale":"huge"}"#)
            #expect(answer.status == 400)
            #expect(try answer.detail == "'scale' must be small, full, not 'huge'.")
        }
    }
}
