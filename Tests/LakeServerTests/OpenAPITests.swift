import HTTPTypes
import LakeCore
import Testing

@testable import LakeServer

@Suite struct OpenAPITests {
    private var paths: [JSONMember] {
        guard case .object(let members)? = OpenAPIDocument.json["paths"] else { return [] }
        return members
    }

    @Test func everyRouteIsInTheDocumentAndNothingElse() {
        let documented = paths.flatMap { path -> [String] in
            guard case .object(let operations) = path.value else { return [] }
            return operations.map { "\($0.name.uppercased()) \(path.name)" }
        }
        let routes = RouteTable.routes.map { "\($0.method.rawValue) \($0.path)" }
        #expect(documented.sorted() == routes.sorted())
        #expect(Set(routes).count == routes.count)
    }

    @Test func everyRouteAnswersWhereTheDocumentSays() async throws {
        try await TestServer.run { server in
            for route in RouteTable.routes {
                let path = route.pathParameters.reduce(route.path) { $0.replacing("{\($1)}", with: "none") }
                let answer = try await server.send(route.method == .patch ? .put : .patch, path)
                #expect(answer.status == 405, "\(path)")
                let allowed = answer.headers[.allow]?.split(separator: ", ").map(String.init) ?? []
                #expect(allowed.contains(route.method.rawValue), "\(path)")
            }
        }
    }

    @Test func theServerSendsTheDocument() async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/openapi.json")
            #expect(try answer.json == OpenAPIDocument.json)
        }
    }

    @Test func namesOfOperationsAreUnique() {
        let names = RouteTable.routes.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func everyReferenceIsThere() throws {
        let schemas = try #require(OpenAPIDocument.json["components"]?["schemas"])
        var references: [String] = []
        collect(OpenAPIDocument.json, into: &references)
        #expect(!references.isEmpty)
        for reference in Set(references) {
            let name = try #require(reference.split(separator: "/").last)
            #expect(schemas[String(name)] != nil, "\(reference)")
        }
    }

    private func collect(_ value: JSONValue, into references: inout [String]) {
        switch value {
        case .object(let members):
            for member in members {
                if member.name == "$ref", let text = member.value.text { references.append(text) }
                collect(member.value, into: &references)
            }
        case .array(let items): for item in items { collect(item, into: &references) }
        default: break
        }
    }

    private func headers(_ path: String, _ method: String) -> Set<String> {
        let parameters = OpenAPIDocument.json["paths"]?[path]?[method]?["parameters"]?.items ?? []
        return Set(parameters.filter { $0["in"]?.text == "header" }.compactMap { $0["name"]?.text })
    }

    @Test func headersAreSaidWhereTheyHold() {
        let key = "Idempotency-Key"
        let repeatable = RouteTable.routes.filter { headers($0.path, $0.method.rawValue.lowercased()).contains(key) }
        let names = [
            "createIndex", "createKey", "describeDataset", "dropDataset", "dropIndex", "ingestFile",
            "migrateBuckets", "migrateSchema", "registerDataset", "revokeKey",
        ]
        #expect(repeatable.map(\.name).sorted() == names)
        #expect(headers("/ingest/file", "post") == ["If-Version-At-Least", key, "X-Lakehouse-Bucket"])
        #expect(headers("/health", "get").isEmpty)
        let object = "/storage/objects/{key}"
        #expect(headers(object, "get") == ["If-Version-At-Least", "If-Match", "If-None-Match", "Range"])
        for (path, isSaid) in [("/catalog/datasets", true), ("/health", false)] {
            let answer = OpenAPIDocument.json["paths"]?[path]?["get"]?["responses"]?["200"]
            #expect((answer?["headers"]?["X-Lakehouse-Rescue-Used"] != nil) == isSaid, "\(path)")
        }
    }

    @Test func noComponentIsThereTwice() throws {
        guard case .object(let schemas)? = OpenAPIDocument.json["components"]?["schemas"] else {
            Issue.record("no schemas")
            return
        }
        #expect(Set(schemas.map(\.name)).count == schemas.count)
    }

    @Test func theGuideNamesEveryRoute() throws {
        let guide = try Repository.text("docs/HTTP.md")
        for route in RouteTable.routes {
            #expect(
                guide.contains("`\(route.method.rawValue) \(route.path)`"),
                "\(route.method.rawValue) \(route.path)"
            )
        }
    }
}
