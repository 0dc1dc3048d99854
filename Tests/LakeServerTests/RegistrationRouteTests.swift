import HTTPTypes
import LakeCore
import LakeEngine
import LakeTesting
import Testing

@testable import LakeServer

/// Datasets of objects that are in buckets already.
@Suite struct RegistrationRouteTests {
    /// Runs `body` with a server that has a second bucket named `other`, and Parquet objects in both.
    private func run(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        let (folder, files) = (try TemporaryFolder(), try await ParquetFiles())
        let objects = [
            ("objects/in/a.parquet", "SELECT range AS id, 'a' || range AS name FROM range(3)"),
            ("buckets/other/objects/b.parquet", "SELECT range + 10 AS id, 'b' || range AS name FROM range(2)"),
            ("objects/c.parquet", "SELECT 1 AS other"),
            ("objects/empty.parquet", "SELECT 1 AS id, '' AS name WHERE false"),
        ]
        var bytes: [(String, [UInt8])] = []
        for (path, sql) in objects { bytes.append((path, try await files.bytes(of: sql))) }
        try await TestServer.run({ settings in
            settings.lake.storage.buckets = [BucketSettings(name: "other", place: .folder(folder.path("other")))]
        }) { [bytes] server in
            for (path, content) in bytes { _ = try await server.send(.put, "/storage/\(path)", body: content) }
            _ = try await server.send(.put, "/storage/objects/t.csv", body: Array("id,name\n1,x\n".utf8))
            try await body(server)
        }
    }

    @Test func rowsOfObjectsBecomeADatasetInOneCommit() async throws {
        try await run { server in
            let body = """
                {"name":"people","description":"who","objects":[{"key":"in/a.parquet"},{"bucket":"other","key":"b.parquet"}]}
                """
            let made = try await server.post("/catalog/datasets", body)
            #expect(made.status == 201 && made.headers[.lakeVersion] == "1", "\(made.text)")
            #expect(try made.json["rows"]?.number == 5 && made.json["description"]?.text == "who")
            #expect(try made.headers[.location] == "/catalog/datasets/\(made.json["id"]?.text ?? "")")
            let rows = try await server.rows("SELECT count(*), max(id), max(name) FROM people")
            #expect(rows == .array([.array([5, 11, "b1"])]))
            // The objects are nobody's any more.
            for path in ["/storage/objects/in/a.parquet", "/storage/buckets/other/objects/b.parquet"] {
                #expect(try await server.delete(path).status == 200)
            }
            #expect(try await server.rows("SELECT sum(id) FROM people") == .array([.array(["24"])]))
            #expect(try await server.post("/catalog/verify").json["problems"] == .array([]))
            let again = try await server.post(
                "/catalog/datasets",
                #"{"name":"people","objects":[{"key":"c.parquet"}]}"#
            )
            #expect(try again.status == 409 && again.code == "name_taken")
        }
    }

    @Test func aRepeatedRequestIsCarriedOutOnce() async throws {
        try await run { server in
            let body = #"{"name":"people","objects":[{"key":"in/a.parquet"},{"key":"empty.parquet"}]}"#
            let key: HTTPFields = [.idempotencyKey: "one"]
            let first = try await server.post("/catalog/datasets", body, headers: key)
            let second = try await server.post("/catalog/datasets", body, headers: key)
            #expect(first.status == 201 && second.status == 201)
            #expect(try first.json["id"] == second.json["id"] && second.headers[.lakeVersion] == "1")
        }
    }

    @Test(arguments: [
        (#"{"name":"A b","objects":[{"key":"c.parquet"}]}"#, 400, "invalid_value"),
        (#"{"name":"p","objects":[]}"#, 400, "invalid_value"),
        (#"{"name":"p","objects":[{"key":"datasets/x"}]}"#, 400, "invalid_value"),
        (#"{"name":"p","objects":[{"key":"c.parquet"},{"key":"c.parquet"}]}"#, 400, "invalid_value"),
        (#"{"name":"p","objects":[{"key":"none"}]}"#, 404, "notFound"),
        (#"{"name":"p","objects":[{"key":"c.parquet","bucket":"none"}]}"#, 404, "not_found"),
        (#"{"name":"p","objects":[{"key":"t.csv"}]}"#, 415, "unsupported_file"),
        (#"{"name":"p","objects":[{"key":"in/a.parquet"},{"key":"c.parquet"}]}"#, 0, ""),
    ])
    func whatCannotBeTakenOverLeavesNothing(body: String, status: Int, code: String) async throws {
        try await run { server in
            let answer = try await server.post("/catalog/datasets", body)
            #expect(status == 0 ? answer.status >= 400 : answer.status == status, "\(answer.text)")
            if status > 0 { #expect(try answer.code == code, "\(answer.text)") }
            #expect(try await server.get("/catalog/datasets").json["items"] == .array([]))
            #expect(try await server.post("/catalog/verify").json["unreferenced"]?.number ?? 0 == 0)
        }
    }

    @Test func onlyAdministratorsMay() async throws {
        try await run { server in
            let writer = try await server.lakehouse.createKey(name: "w", role: .writer, for: .local).secret
            let body = #"{"name":"people","objects":[{"key":"in/a.parquet"}]}"#
            #expect(try await server.post("/catalog/datasets", body, key: writer).status == 403)
        }
    }
}
