import HTTPTypes
import LakeCore
import Testing

@testable import LakeServer

/// What is said of datasets, what was found in them, and finding them by it.
@Suite struct CardRouteTests {
    private static let people = "/catalog/datasets/by-name/people"

    private func patch(
        _ server: TestServer,
        _ json: String,
        headers: HTTPFields = [:],
        of path: String = people
    ) async throws -> TestAnswer {
        var headers = headers
        headers[.contentType] = "application/json"
        return try await server.send(.patch, path + "/metadata", headers: headers, body: Array(json.utf8))
    }

    private func column(_ name: String, of dataset: JSONValue) -> JSONValue? {
        dataset["columns"]?.items?.first { $0["name"]?.text == name }
    }

    @Test func personalDataIsProposedAndDecidedOn() async throws {
        try await TestServer.run { server in
            let rows = (0..<20).map { "\($0),u\($0)@example.org,\($0)\n" }.joined()
            let ingested = try await server.ingest("id,email,n\n" + rows, as: "people").json
            #expect(ingested["pii"]?.items?.compactMap { $0["column"]?.text } == ["email"])
            let found = try await server.get(Self.people).json
            let email = try #require(column("email", of: found))
            #expect(email["sensitivity"]?.text == "personal")
            #expect(email["sensitivity_proposed"]?.boolean == true)
            #expect(email["pii"]?.items?.first?["kind"]?.text == "email")
            #expect(email["pii"]?.items?.first?["matches"]?.number == 20)
            #expect(found["sensitivity"]?.text == "personal")
            #expect(column("n", of: found)?["sensitivity"] == nil)
            let rejected = try await patch(server, #"{"columns": {"EMAIL": {"sensitivity": "public"}}}"#).json
            #expect(column("email", of: rejected)?["sensitivity"]?.text == "public")
            #expect(column("email", of: rejected)?["sensitivity_proposed"]?.boolean == false)
            #expect(rejected["sensitivity"]?.text == "public")
            // More rows of the kind are no decision.
            let more = try await server.send(
                .post,
                "/ingest/file?dataset=people&mode=append",
                headers: [.contentType: "text/csv"],
                body: Array("id,email,n\n21,z@example.org,1\n".utf8)
            )
            #expect(more.status == 200)
            #expect(column("email", of: try await server.get(Self.people).json)?["sensitivity"]?.text == "public")
            let open = try await patch(server, #"{"columns": {"email": {"sensitivity": null}}}"#).json
            #expect(column("email", of: open)?["sensitivity_proposed"]?.boolean == true)
        }
    }

    @Test func whatIsSaidStaysUntilItIsTakenBack() async throws {
        try await TestServer.run { server in
            try await server.ingest("id,name\n1,x\n", as: "people")
            let said = try await patch(
                server,
                """
                {"description": "Who works here.", "owner": "hr@example.org", "tags": ["staff", "core", "staff"], "licence": "internal",
                 "links": [{"title": "Wiki", "url": "https://example.org/people"}],
                 "columns": {"id": {"description": "The number on the badge."}}}
                """
            )
            #expect(said.status == 200 && said.headers[.lakeVersion] == "2")
            let item = try await server.get(Self.people).json
            #expect(try item == said.json)
            #expect(item["description"]?.text == "Who works here." && item["owner"]?.text == "hr@example.org")
            #expect(item["tags"]?.items?.compactMap(\.text) == ["core", "staff"])
            #expect(item["links"]?.items?.first?["url"]?.text == "https://example.org/people")
            #expect(column("id", of: item)?["description"]?.text == "The number on the badge.")
            // The rows are as they were.
            #expect(item["version"]?.number == 1)
            let less = try await patch(
                server,
                #"{"owner": null, "tags": null, "columns": {"id": {"description": null}}}"#
            ).json
            #expect(
                less["owner"] == nil && less["tags"] == .array([]) && less["description"]?.text == "Who works here."
            )
            #expect(column("id", of: less)?["description"] == nil)
            // Nothing new, no commit.
            #expect(try await patch(server, #"{"licence": "internal"}"#).headers[.lakeVersion] == "3")
            // A replacement keeps what is said of columns of the same name.
            _ = try await patch(server, #"{"columns": {"name": {"description": "As on the badge."}}}"#)
            let replaced = try await server.send(
                .post,
                "/ingest/file?dataset=people&mode=replace",
                headers: [.contentType: "text/csv"],
                body: Array("name,age\nAda,36\n".utf8)
            )
            #expect(replaced.status == 200)
            let after = try await server.get(Self.people).json
            #expect(column("name", of: after)?["description"]?.text == "As on the badge.")
            #expect(column("age", of: after)?["description"] == nil)
        }
    }

    @Test func aPatchOfWhatChangedMeanwhileIsRefused() async throws {
        try await TestServer.run { server in
            try await server.ingest("id\n1\n", as: "people")
            let first = try await server.get(Self.people)
            let etag = try #require(first.headers[.eTag])
            #expect(try etag == "\"\(first.json["etag"]?.text ?? "")\"")
            let said = try await patch(server, #"{"owner": "ada"}"#, headers: [.ifMatch: etag])
            #expect(said.status == 200 && said.headers[.eTag] != etag)
            let late = try await patch(server, #"{"owner": "grace"}"#, headers: [.ifMatch: etag])
            #expect(try late.status == 412 && late.code == "precondition_failed")
            #expect(try await patch(server, #"{"owner": "grace"}"#, headers: [.ifMatch: "*"]).status == 200)
            #expect(try await server.get(Self.people).json["owner"]?.text == "grace")
        }
    }

    @Test(arguments: [
        (#"{"owner": ""}"#, "owner"), (#"{"tags": ["two words"]}"#, "tags"),
        (#"{"links": [{"url": "javascript:x"}]}"#, "links"),
        (#"{"fresh_within_s": 0}"#, "fresh_within_s"), (#"{"event_time_column": "id"}"#, "event_time_column"),
        (#"{"event_time_column": "nothing"}"#, "event_time_column"), (#"{"columns": {"idd": {}}}"#, "columns.idd"),
        (#"{"columns": {"id": {"sensitivity": "secret"}}}"#, "columns.id.sensitivity"), (#"{"colour": 1}"#, "colour"),
        (#"{"columns": {"id": {"type": "x"}}}"#, "columns.id.type"),
        (#"{"delete_protection": "yes"}"#, "delete_protection"),
    ])
    func whatCannotBeSaidIsRefusedByName(_ body: String, _ field: String) async throws {
        try await TestServer.run { server in
            try await server.ingest("id\n1\n", as: "people")
            let answer = try await patch(server, body)
            #expect(answer.status == 400)
            let named = try answer.detail.split(separator: "'").first.map(String.init)
            #expect(try answer.json["field"]?.text ?? named == field, "\(answer.text)")
            #expect(try await patch(server, #"{}"#, of: "/catalog/datasets/by-name/none").status == 404)
        }
    }

    @Test func aProtectedDatasetIsNotDropped() async throws {
        try await TestServer.run { server in
            try await server.ingest("id\n1\n", as: "people")
            #expect(try await patch(server, #"{"delete_protection": true}"#).json["delete_protection"]?.boolean == true)
            let refused = try await server.delete(Self.people)
            #expect(try refused.status == 409 && refused.code == "protected")
            _ = try await patch(server, #"{"delete_protection": false}"#)
            #expect(try await server.delete(Self.people).status == 200)
        }
    }

    @Test func freshnessComesOfTheRowsOrTheCommits() async throws {
        try await TestServer.run { server in
            try await server.ingest("id,at\n1,2024-01-31 10:00:00\n2,2024-03-01 12:30:00\n3,\n", as: "people")
            let first = try await server.get(Self.people).json
            #expect(first["freshness"]?["as_of"] == first["updated_at"] && first["freshness"]?["is_stale"] == nil)
            let fresh = try await patch(server, #"{"fresh_within_s": 3600}"#).json["freshness"]
            #expect(fresh?["is_stale"]?.boolean == false)
            let late = try await patch(server, #"{"event_time_column": "AT"}"#).json["freshness"]
            #expect(late?["event_time_column"]?.text == "at" && late?["is_stale"]?.boolean == true)
            #expect(late?["as_of"]?.text == "2024-03-01T12:30:00.000Z")
            func append(_ rows: String, _ mode: String) async throws -> String? {
                _ = try await server.send(
                    .post,
                    "/ingest/file?dataset=people&mode=\(mode)",
                    headers: [.contentType: "text/csv"],
                    body: Array("id,at\n\(rows)\n".utf8)
                )
                return try await server.get(Self.people).json["freshness"]?["as_of"]?.text
            }
            #expect(try await append("4,2024-02-01 00:00:00", "append") == "2024-03-01T12:30:00.000Z")
            #expect(try await append("5,2024-05-01 00:00:00.5", "append") == "2024-05-01T00:00:00.500Z")
            #expect(try await append("6,2023-05-01 00:00:00", "replace") == "2023-05-01T00:00:00.000Z")
        }
    }

    @Test func allWordsAreSearchedForEverywhere() async throws {
        try await TestServer.run { server in
            try await server.ingest("id,customer_name\n1,x\n", as: "orders")
            try await server.ingest("id,orders_total\n1,2\n", as: "customers")
            try await server.ingest("id,amount\n1,2\n", as: "payments")
            let payments = "/catalog/datasets/by-name/payments"
            _ = try await patch(
                server,
                #"{"description": "What came in for orders", "tags": ["finance"]}"#,
                of: payments
            )
            func names(_ query: String) async throws -> [String] {
                let page = try await server.get("/catalog/search?q=\(query)").json
                return (page["items"]?.items ?? []).compactMap { $0["name"]?.text }
            }
            #expect(try await names("orders") == ["orders", "customers", "payments"])
            #expect(try await names("ORDERS%20customer") == ["orders", "customers"])
            #expect(try await names("finance") == ["payments"])
            #expect(try await names("nothing").isEmpty)
            let hit = try await server.get("/catalog/search?q=came").json["items"]?.items?.first
            #expect(hit?["matches"]?.items?.first?["field"]?.text == "description")
            var path = "/catalog/search?q=orders&limit=1"
            var paged: [String] = []
            while true {
                let page = try await server.get(path).json
                paged += (page["items"]?.items ?? []).compactMap { $0["name"]?.text }
                guard let cursor = page["next_cursor"]?.text else { break }
                path = "/catalog/search?q=orders&limit=1&cursor=\(cursor)"
            }
            #expect(paged == ["orders", "customers", "payments"])
            #expect(try await server.get("/catalog/search").status == 400)
            #expect(try await server.get("/catalog/search?q=%20-").status == 400)
        }
    }
}
