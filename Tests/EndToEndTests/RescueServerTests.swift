import Foundation
import LakeClient
import LakeCore
import LakeStorage
import LakeTesting
import Testing

/// Real servers whose primary bucket in S3 is gone, with a copy of the lake in another bucket in S3.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RescueServerTests {
    /// What settings of a bucket in S3 begin with.
    private struct Bucket {
        let name: String
        let endpoint: String
        let bucket: String

        var table: String {
            """
            [[storage.buckets]]
            name = "\(name)"
            kind = "s3"
            endpoint = "\(endpoint)"
            bucket = "\(bucket)"
            path_style = true
            credentials = "env:AWS"
            connect_timeout = "1s"
            answer_timeout = "3s"
            idle_timeout = "1s"
            total_timeout = "6s"
            attempts = 2
            """
        }
    }

    private static let environment = [
        "AWS_ACCESS_KEY_ID": S3TestServer.credentials.accessKeyID,
        "AWS_SECRET_ACCESS_KEY": S3TestServer.credentials.secretAccessKey,
    ]

    private func bucket(_ name: String) async throws -> Bucket {
        let settings = try await S3TestServer.shared.bucket()
        return Bucket(name: name, endpoint: settings.endpoint ?? "", bucket: settings.bucket)
    }

    private func server(_ place: Workplace, _ name: String, _ buckets: [Bucket]) async throws -> ServerProcess {
        let head = "[storage]\nrescue_bucket = \"copies\"\nprobe_interval = \"300ms\"\n\n"
        let config = try place.file(name, head + buckets.map(\.table).joined(separator: "\n\n"))
        let arguments = ["--config", config]
        return try await ServerProcess(lake: place.lake, arguments: arguments, environment: Self.environment)
    }

    /// The head of an answer and its body, as they came.
    private func ask(_ server: ServerProcess, _ request: String, _ body: String = "") throws -> String {
        let port = try #require(server.url.split(separator: ":").last.flatMap { UInt16($0) })
        let connection = try #require(RawConnection(port: port))
        defer { connection.close() }
        let length = "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        connection.send("\(request) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\(length)\r\n\(body)")
        return connection.receive(atMost: 8 << 20).lowercased()
    }

    /// Waits until the rescue bucket has the version.
    private func copied(_ server: ServerProcess, version: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let health = try await server.client { try await $0.json(.get, "/storage/bucket-health") }
            if health["rescue"]?["version"]?.int == version { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the copy does not come")
    }

    @Test func aServerStartsFromTheCopyWhileItsPrimaryBucketIsDown() async throws {
        let place = try Workplace()
        let (primary, copies) = (try await bucket("primary"), try await bucket("copies"))
        let first = try await server(place, "up.toml", [primary, copies])
        try await first.client { try await $0.ingest("id,name\n1,Ada\n2,Bo\n", as: "people") }
        let listed = try await first.client { try await $0.json(.get, "/storage/objects?prefix=datasets/") }
        let key = try #require(listed["items"]?.array?.first?["key"]?.string)
        try await copied(first, version: 1)
        #expect(first.stop() == 0)

        // Nobody listens there.
        let gone = Bucket(name: "primary", endpoint: "http://127.0.0.1:1", bucket: primary.bucket)
        let second = try await server(place, "down.toml", [gone, copies])
        let sql = #"{"sql":"SELECT name FROM people ORDER BY id"}"#
        for _ in 0..<2 {
            let rows = try ask(second, "POST /query/sql", sql)
            #expect(rows.hasPrefix("http/1.1 200") && rows.contains("ada"), "\(rows.prefix(600))")
            #expect(rows.contains("x-lakehouse-rescue-used: true"))
            #expect(rows.contains("x-lakehouse-rescue-bucket: copies"))
        }
        for path in ["/catalog/datasets", "/catalog/datasets/by-name/people", "/storage/objects/\(key)"] {
            let answer = try ask(second, "GET \(path)")
            #expect(answer.hasPrefix("http/1.1 200"), "\(path): \(answer.prefix(600))")
            #expect(answer.contains("x-lakehouse-rescue-used: true"), "\(path)")
        }
        let absent = try ask(second, "GET /catalog/datasets/by-name/nobody")
        #expect(absent.hasPrefix("http/1.1 404"), "\(absent.prefix(400))")
        let writes = [
            ("DELETE /catalog/datasets/by-name/people", ""), ("PUT /storage/objects/mine", "x"),
            ("POST /vectors/index", #"{"name":"i","dataset":"people","text_columns":["name"]}"#),
            ("POST /journal/event", #"{"entity":"a","field":"b","new":"c"}"#),
        ]
        for (request, body) in writes {
            let answer = try ask(second, request, body)
            #expect(
                answer.hasPrefix("http/1.1 503") && answer.contains("\"detail\""),
                "\(request): \(answer.prefix(600))"
            )
        }
        let ready = try ask(second, "GET /ready")
        #expect(ready.hasPrefix("http/1.1 503"), "\(ready.prefix(900))")
        _ = second.stop()

        let third = try await server(place, "up.toml", [primary, copies])
        let rows = try ask(third, "POST /query/sql", sql)
        #expect(rows.hasPrefix("http/1.1 200") && !rows.contains("x-lakehouse-rescue"), "\(rows.prefix(600))")
        try await third.client { try await $0.ingest("id,name\n3,Cy\n", as: "more") }
        #expect(third.stop() == 0)
    }

    @Test func anAnswerThatBreaksOffInTheMiddleIsNoAnswer() async throws {
        let place = try Workplace()
        let (primary, copies) = (try await bucket("primary"), try await bucket("copies"))
        let target = try #require(URL(string: primary.endpoint)?.port)
        let proxy = try await FaultyProxy(to: target)
        let behind = Bucket(name: "primary", endpoint: "http://127.0.0.1:\(proxy.port)", bucket: primary.bucket)
        let server = try await server(place, "proxy.toml", [behind, copies])
        // Random, so that it stays long.
        var text = "id,noise\n"
        for id in 0..<60_000 { text += "\(id),\(UInt64.random(in: 0 ... .max))\(UInt64.random(in: 0 ... .max))\n" }
        try await server.client { try await $0.ingest(text, as: "noise") }
        let listed = try await server.client { try await $0.json(.get, "/storage/objects?prefix=datasets/") }
        let object = try #require(listed["items"]?.array?.first)
        let (key, size) = (try #require(object["key"]?.string), try #require(object["size"]?.int))
        #expect(size > 600 << 10)
        try await copied(server, version: 1)

        try await proxy.set(.breaking)
        let got = try await Program.run(["objects", "get", key], environment: ["LAKEHOUSE_URL": server.url])
        #expect(got.status != 0, "a part of an object passed for the whole")
        // Asked again, the rest comes from the copy.
        let rest = try ask(server, "GET /storage/objects/\(key)")
        #expect(rest.hasPrefix("http/1.1 200") && rest.contains("x-lakehouse-rescue-used: true"), "\(rest.prefix(300))")
        let counted = try ask(server, "POST /query/sql", #"{"sql":"SELECT count(DISTINCT noise) AS n FROM noise"}"#)
        #expect(
            counted.contains("60000") && counted.contains("x-lakehouse-rescue-used: true"),
            "\(counted.prefix(600))"
        )
        try await proxy.set(.passing)
        _ = server.stop()
    }
}
