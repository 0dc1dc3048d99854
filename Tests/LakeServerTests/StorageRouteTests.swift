import Foundation
import HTTPTypes
import LakeCore
import LakeEngine
import LakeTesting
import NIOCore
import Testing

@testable import LakeServer

@Suite struct StorageRouteTests {
    /// Runs `body` with a server that has a second bucket named `other`.
    private func run(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await TestServer.run({ settings in
            settings.lake.storage.buckets = [BucketSettings(name: "other", place: .folder(folder.path("other")))]
        }) { server in try await body(server) }
    }

    private func put(
        _ server: TestServer,
        _ path: String,
        _ text: String,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        try await server.send(.put, path, headers: headers, body: Array(text.utf8))
    }

    @Test func bucketsAreListedThePrimaryOneFirst() async throws {
        try await run { server in
            _ = try await put(server, "/storage/buckets/other/objects/k", "x")
            let buckets = try await server.get("/storage/buckets").json.items ?? []
            #expect(buckets.map { $0["name"] } == ["primary", "other"])
            #expect(buckets.map { $0["primary"] } == [.boolean(true), .boolean(false)])
            #expect(buckets.map { $0["kind"] } == ["local", "local"])
            let health = try await server.get("/storage/bucket-health").json["buckets"]?.items ?? []
            #expect(health.map { $0["circuit"] } == ["closed", "closed"])
            #expect(health.map { $0["errors"]?.number } == [0, 0])
            #expect(try await server.get("/storage/errors?bucket=other&limit=5").json["items"]?.items == [])
        }
    }

    @Test(arguments: ["/storage/objects", "/storage/buckets/other/objects", "/storage/buckets/primary/objects"])
    func anObjectIsWrittenReadListedAndRemoved(path: String) async throws {
        try await run { server in
            let written = try await put(server, path + "/in/a%20b.txt", "0123456789")
            #expect(written.status == 200)
            #expect(try written.json["key"]?.text == "in/a b.txt")
            let read = try await server.get(path + "/in/a%20b.txt")
            #expect(read.text == "0123456789")
            #expect(read.headers[.eTag] == written.headers[.eTag])
            #expect(read.headers[.contentLength] == "10")
            #expect(read.headers[.lastModified]?.hasSuffix(" GMT") == true)
            let head = try await server.send(.head, path + "/in/a%20b.txt")
            #expect(head.status == 200)
            #expect(head.headers[.contentLength] == "10")
            #expect(head.text.isEmpty)
            let listed = try await server.get(path + "?prefix=in/").json["items"]?.items ?? []
            #expect(listed.map { $0["key"] } == ["in/a b.txt"])
            #expect(try await server.delete(path + "/in/a%20b.txt").status == 200)
            #expect(try await server.delete(path + "/in/a%20b.txt").status == 200)
            #expect(try await server.get(path + "/in/a%20b.txt").status == 404)
            #expect(try await server.send(.head, path + "/in/a%20b.txt").status == 404)
        }
    }

    @Test(
        arguments: [
            ("bytes=0-3", 206, "0123", "bytes 0-3/10"), ("bytes=8-99", 206, "89", "bytes 8-9/10"),
            ("bytes=7-", 206, "789", "bytes 7-9/10"), ("bytes=-2", 206, "89", "bytes 8-9/10"),
            ("bytes=-99", 206, "0123456789", "bytes 0-9/10"), ("bytes=10-", 416, nil, "bytes */10"),
            ("bytes=-0", 416, nil, "bytes */10"), ("bytes=5-2", 200, "0123456789", nil),
            ("bytes=0-1,4-5", 200, "0123456789", nil), ("lines=1-2", 200, "0123456789", nil),
            ("bytes=+1-2", 200, "0123456789", nil),
        ] as [(String, Int, String?, String?)]
    )
    func aRangeIsAnsweredAsHTTPWantsIt(_ range: String, _ status: Int, _ text: String?, _ place: String?) async throws {
        try await run { server in
            _ = try await put(server, "/storage/objects/k", "0123456789")
            let answer = try await server.get("/storage/objects/k", headers: [.range: range])
            #expect(answer.status == status)
            if let text { #expect(answer.text == text) }
            #expect(answer.headers[.contentRange] == place)
        }
    }

    @Test func conditionsAreKept() async throws {
        try await run { server in
            let path = "/storage/buckets/other/objects/k"
            let absent = try await put(server, path, "0", headers: [.ifMatch: "*"])
            #expect(absent.status == 412)
            let first = try await put(server, path, "1", headers: [.ifNoneMatch: "*"])
            #expect(first.status == 200)
            #expect(try await put(server, path, "2", headers: [.ifNoneMatch: "*"]).status == 412)
            let etag = try #require(first.headers[.eTag])
            let second = try await put(server, path, "2", headers: [.ifMatch: etag])
            #expect(second.status == 200)
            #expect(try await put(server, path, "3", headers: [.ifMatch: etag]).code == "precondition_failed")
            #expect(try await server.get(path).text == "2")
            let now = try #require(second.headers[.eTag])
            #expect(try await server.get(path, headers: [.ifNoneMatch: now]).status == 304)
            #expect(try await server.get(path, headers: [.ifNoneMatch: "\"x\", W/\(now)"]).status == 304)
            #expect(try await server.get(path, headers: [.ifNoneMatch: etag]).text == "2")
            #expect(try await server.get(path, headers: [.ifMatch: etag]).status == 412)
            #expect(try await server.get(path, headers: [.ifMatch: now]).text == "2")
            #expect(try await server.send(.delete, path, headers: [.ifMatch: etag]).status == 412)
            #expect(try await server.send(.delete, path, headers: [.ifMatch: now]).status == 200)
            #expect(try await put(server, path, "4", headers: [.ifNoneMatch: now]).status == 400)
        }
    }

    @Test(arguments: [
        "_lake/log/00000000000000000001.json", "_lake", "datasets/x", "indexes/x", "journals/x", "jobs/x", "staging/x",
        "%5Flake/x", "datasets%2Fx",
    ])
    func whatTheLakeKeepsIsNotWritten(key: String) async throws {
        try await run { server in
            for path in ["/storage/objects/", "/storage/buckets/other/objects/"] {
                for method in [HTTPRequest.Method.put, .delete] {
                    let answer = try await server.send(method, path + key, body: method == .put ? [1] : nil)
                    #expect(answer.status == 403)
                    #expect(try answer.code == "reserved_key")
                    #expect(try answer.detail.contains("the lake keeps its own objects under"))
                }
            }
        }
    }

    @Test func whatTheLakeKeepsCanBeRead() async throws {
        try await run { server in
            let answer = try await server.get("/storage/objects/_lake/format.json")
            #expect(answer.status == 200)
            #expect(answer.text.contains("lake_id"))
        }
    }

    @Test(arguments: [
        ("a%2Fb", "a/b"), ("a%252Fb", "a%2Fb"), ("a+b", "a+b"), ("%C3%A9", "é"), ("a%3Fb", "a?b"), ("..a", "..a"),
    ])
    func keysAreDecodedOnce(_ written: String, _ key: String) async throws {
        try await run { server in
            let answer = try await put(server, "/storage/objects/" + written, "x")
            #expect(try answer.json["key"]?.text == key)
        }
    }

    @Test(arguments: [
        "../x", "a/../b", "a%2F..%2Fb", "%2e%2e/x", "a//b", "a/", "./a", "a%00b", "%FF",
        String(repeating: "x", count: 256),
    ])
    func keysThatAreNoneAreRefused(key: String) async throws {
        try await run { server in
            let answer = try await put(server, "/storage/buckets/other/objects/" + key, "x")
            #expect(answer.status == 400, "\(answer.text)")
        }
    }

    @Test func anUnknownBucketIsNotFound() async throws {
        try await run { server in
            for (method, path) in [
                (HTTPRequest.Method.get, "/storage/buckets/othr/objects"),
                (.get, "/storage/buckets/othr/objects/k"), (.put, "/storage/buckets/othr/objects/k"),
                (.delete, "/storage/buckets/othr/objects/k"), (.get, "/storage/errors?bucket=othr"),
            ] {
                let answer = try await server.send(method, path, body: method == .put ? [1] : nil)
                #expect(answer.status == 404)
                #expect(try answer.detail.contains("Did you mean 'other'?"))
            }
        }
    }

    @Test func onlyAdministratorsComeIn() async throws {
        try await run { server in
            let key = try await server.lakehouse.createKey(name: "w", role: .writer, for: .local)
            for (method, path) in [
                (HTTPRequest.Method.get, "/storage/buckets"), (.get, "/storage/bucket-health"),
                (.get, "/storage/errors"), (.get, "/storage/objects"), (.get, "/storage/objects/k"),
                (.head, "/storage/objects/k"), (.put, "/storage/objects/k"), (.delete, "/storage/objects/k"),
            ] {
                let answer = try await server.send(method, path, key: key.secret, body: method == .put ? [1] : nil)
                #expect(answer.status == 403, "\(method) \(path)")
            }
        }
    }
}
