import HTTPTypes
import LakeCore
import LakeEngine
import NIOCore
import Testing

@testable import LakeServer

@Suite struct IngestRouteTests {
    private static let csv = "i,t\n1,a\n2,b\n3,c\n"

    /// A form of `parts`, each a disposition and a content.
    private func form(_ parts: [(String, String)]) -> [UInt8] {
        let text = parts.map { "--xyz\r\nContent-Disposition: form-data; \($0.0)\r\n\r\n\($0.1)\r\n" }.joined()
        return Array((text + "--xyz--\r\n").utf8)
    }

    private func send(_ server: TestServer, _ parts: [(String, String)], query: String = "") async throws -> TestAnswer
    {
        try await server.send(
            .post,
            "/ingest/file" + query,
            headers: [.contentType: "multipart/form-data; boundary=xyz"],
            body: form(parts)
        )
    }

    private static let file = (#"name="file"; filename="people.csv""#, csv)

    @Test func formBecomesADataset() async throws {
        try await TestServer.run { server in
            let answer = try await send(server, [Self.file])
            #expect(answer.status == 200)
            #expect(try answer.json["dataset"]?.text == "people")
            #expect(try answer.json["rows"]?.number == 3)
            #expect(
                try await server.rows("SELECT t FROM people ORDER BY i")
                    == .array(["a", "b", "c"].map { .array([.string($0)]) })
            )
        }
    }

    @Test func fieldsMayStandBeforeOrBehindTheFile() async throws {
        try await TestServer.run { server in
            let fields = [(#"name="dataset""#, "d1"), (#"name="header""#, "true"), (#"name="delimiter""#, ",")]
            let before = try await send(server, fields + [Self.file])
            let behind = try await send(server, [Self.file, (#"name="dataset""#, "d2"), (#"name="format""#, "csv")])
            #expect(try before.json["dataset"]?.text == "d1")
            #expect(try behind.json["dataset"]?.text == "d2")
            #expect(try before.json["columns"] == behind.json["columns"])
        }
    }

    @Test func fieldsMayStandInTheQuery() async throws {
        try await TestServer.run { server in
            let answer = try await send(server, [Self.file], query: "?dataset=d%31&mode=create")
            #expect(try answer.json["dataset"]?.text == "d1")
            let twice = try await send(server, [Self.file, (#"name="dataset""#, "d2")], query: "?dataset=d1")
            #expect(try twice.detail == "'dataset' is given twice.")
        }
    }

    @Test func rawBodyBecomesADataset() async throws {
        try await TestServer.run { server in
            let named = try await server.send(
                .post,
                "/ingest/file?name=people%20(final).csv",
                headers: [.contentType: "application/octet-stream"],
                body: Array(Self.csv.utf8)
            )
            #expect(try named.json["dataset"]?.text == "people_final")
            let untyped = try await server.send(.post, "/ingest/file?dataset=d2&format=csv", body: Array(Self.csv.utf8))
            #expect(untyped.status == 200)
        }
    }

    @Test func modesAreObeyed() async throws {
        try await TestServer.run { server in
            try await server.ingest("a\n1\n", as: "t")
            #expect(
                try await server.send(.post, "/ingest/file?dataset=t&name=x.csv", body: Array("a\n2\n".utf8)).status
                    == 409
            )
            let path = "/ingest/file?dataset=t&name=x.csv&mode="
            #expect(try await server.send(.post, path + "append", body: Array("a\n3\n".utf8)).status == 200)
            #expect(try await server.rows("SELECT count(*) FROM t") == .array([.array([.number("2")])]))
            #expect(try await server.send(.post, path + "replace", body: Array("a\n4\n".utf8)).status == 200)
            #expect(try await server.rows("SELECT a FROM t") == .array([.array([.number("4")])]))
            let wrong = try await server.send(.post, path + "merge", body: Array("a\n4\n".utf8))
            #expect(try wrong.detail == "'mode' must be create, append, replace, upsert, not 'merge'.")
        }
    }

    @Test func wrongFormIsRefusedAndLeavesNothing() async throws {
        try await TestServer.run { server in
            let cases: [([(String, String)], String)] = [
                ([], "missing_field"), ([(#"name="dataset""#, "d")], "missing_field"),
                ([Self.file, Self.file], "invalid_value"), ([(#"name="datset""#, "d"), Self.file], "unknown_field"),
                ([Self.file, (#"name="header""#, "maybe")], "invalid_value"),
                ([Self.file, (#"name="delimiter""#, ",,")], "invalid_value"),
                ([Self.file, (#"name="format""#, "xlsx")], "invalid_value"),
                ([(#"name="file""#, Self.csv)], "missing_field"),
                ([Self.file, (#"name="dataset""#, String(repeating: "d", count: 5000))], "invalid_value"),
            ]
            for (parts, code) in cases {
                let answer = try await send(server, parts)
                #expect(answer.status == 400, "\(parts.map(\.0)): \(answer.text)")
                #expect(try answer.code == code, "\(parts.map(\.0)): \(answer.text)")
            }
            #expect(try await server.get("/catalog/datasets").json["items"]?.items?.isEmpty == true)
        }
    }

    @Test func bodyThatIsNoFormIsRefused() async throws {
        try await TestServer.run { server in
            for (type, body, status) in [
                ("multipart/form-data", "x", 400), ("multipart/form-data; boundary=", "x", 400),
                ("multipart/form-data; boundary=xyz", "x", 400),
                ("multipart/form-data; boundary=xyz", "--xyz\r\n", 400),
                ("multipart/mixed; boundary=xyz", "--xyz--", 415), ("application/x-www-form-urlencoded", "a=b", 415),
                ("image/png", "x", 415),
            ] {
                let answer = try await server.send(
                    .post,
                    "/ingest/file?dataset=d",
                    headers: [.contentType: type],
                    body: Array(body.utf8)
                )
                #expect(answer.status == status, "\(type): \(answer.text)")
            }
        }
    }

    @Test func fileOverTheLimitIsRefused() async throws {
        try await TestServer.run({ $0.lake.maxUploadBytes = 100_000 }) { server in
            let big = String(repeating: "1\n", count: 60000)
            let form = try await send(server, [(#"name="file"; filename="big.csv""#, big)])
            #expect(form.status == 413)
            let raw = try await server.send(.post, "/ingest/file?name=big.csv", body: Array(big.utf8))
            #expect(raw.status == 413)
            #expect(try await server.get("/catalog/datasets").json["items"]?.items?.isEmpty == true)
        }
    }
}
