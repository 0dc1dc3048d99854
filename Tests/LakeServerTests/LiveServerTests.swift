import Foundation
import HTTPTypes
import LakeCore
import LakeEngine
import LakeTesting
import Logging
import NIOCore
import Synchronization
import Testing

@testable import LakeServer

/// The server over real sockets: what only connections can show.
@Suite struct LiveServerTests {
    /// Runs `body` while a server runs on a fresh lake.
    private func withServer(
        _ change: (inout ServerSettings) -> Void = { _ in },
        logger: Logger = TestServer.silent,
        _ body: @escaping @Sendable (_ port: Int, _ lakeFolder: String) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        var settings = TestServer.settings(folder)
        settings.shutdownGrace = .milliseconds(500)
        change(&settings)
        let final = settings
        let (urls, url) = AsyncStream<String>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { url.finish() }
                try await LakeServer.run(final, logger: logger, stopSignals: []) { progress in
                    if case .listening(let listening) = progress { url.yield(listening) }
                }
            }
            for await url in urls {
                let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
                try await body(port, final.lake.lakeFolder)
                break
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        withExtendedLifetime(folder) {}
    }

    private func post(_ body: String, accept: String = "application/json") -> String {
        "POST /query/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: \(accept)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func ingest(_ csv: String, as dataset: String) -> String {
        "POST /ingest/file?dataset=\(dataset) HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
            + "Content-Length: \(csv.utf8.count)\r\nConnection: close\r\n\r\n\(csv)"
    }

    private static let numbers = "i\n" + (0..<200_000).map { "\($0)\n" }.joined()
    /// Fails at its last row, long after the first ones were sent.
    private static let failsLate =
        #"{"sql":"SELECT i, CAST(CASE WHEN i = 199999 THEN 'x' ELSE '1' END AS INTEGER) AS c, 'some text' AS t FROM n"}"#
    /// Runs until it is stopped.
    private static let endless =
        #"{"sql":"SELECT count(*) FROM n a, n b, n c WHERE a.i + b.i + c.i < 0","timeout_ms":60000}"#

    @Test func connectionIsKeptForTheNextRequest() async throws {
        try await withServer { port, _ in
            let get = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let last = "GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            let answer = try await RawClient.exchange(port, get + get + last)
            #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 4)
            #expect(answer.contains(LakeServer.version))
        }
    }

    @Test func jsonThatFailsOnTheWayIsCutOff() async throws {
        try await withServer { port, _ in
            #expect(try await RawClient.exchange(port, ingest(Self.numbers, as: "n")).hasPrefix("HTTP/1.1 200"))
            let answer = try await RawClient.exchange(port, post(Self.failsLate))
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.utf8.count > ResultStream.gatherBytes)
            // Neither the document nor the chunks it comes in have their end.
            #expect(!answer.contains("\"row_count\""))
            #expect(!answer.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func linesThatFailOnTheWaySaySo() async throws {
        try await withServer { port, _ in
            _ = try await RawClient.exchange(port, ingest(Self.numbers, as: "n"))
            let request = post(Self.failsLate, accept: "application/x-ndjson")
                .replacing("Host:", with: "Connection: close\r\nHost:")
            let answer = try await RawClient.exchange(port, request)
            #expect(answer.hasSuffix("0\r\n\r\n"))
            let last = try #require(answer.utf8.split(separator: 0x0A).last { $0.first == UInt8(ascii: "{") })
            let line = try JSONValue(parsing: Array(last))
            #expect(line["error"]?["status"]?.number == 400)
            #expect(line["error"]?["request_id"] != nil)
        }
    }

    @Test func clientThatLeavesStopsTheRowsItWasSent() async throws {
        try await withServer { port, _ in
            _ = try await RawClient.exchange(port, ingest(Self.numbers, as: "n"))
            let running = "GET /query/running HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            try await RawClient.with(port) { client in
                // More rows than fit between the two; what is not taken is not made.
                try await client.send(post(#"{"sql":"SELECT a.i, b.i FROM n a, n b"}"#))
                try await eventually { try await RawClient.exchange(port, running).contains("\"query_id\"") }
            }
            try await eventually { try await !RawClient.exchange(port, running).contains("\"query_id\"") }
        }
    }

    @Test func clientThatLeavesStopsTheWorkBeforeTheFirstRow() async throws {
        let lines = WrittenLines()
        let logger = Logger(label: "test") { _ in StandardErrorLog(format: .json) { lines.add($0) } }
        try await withServer(logger: logger) { port, _ in
            _ = try await RawClient.exchange(port, ingest(Self.numbers, as: "n"))
            try await RawClient.with(port) { client in
                // The server has the request once it asks for the rest of it.
                let request = post(Self.endless).replacing("Host:", with: "Expect: 100-continue\r\nHost:")
                try await client.send(request)
                try await client.hear("100 Continue")
            }
            try await eventually { lines.all.contains { $0.contains("client_left") } }
        }
    }

    @Test func uploadThatIsCutOffBecomesNothing() async throws {
        try await withServer { port, _ in
            let whole = ingest("a\n" + String(repeating: "1\n", count: 50000), as: "t")
            try await RawClient.with(port) { client in try await client.send(String(whole.dropLast(10000))) }
            let chunked =
                "POST /ingest/file?dataset=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n6\r\na\n1\n2\n\r\n"
            try await RawClient.with(port) { client in try await client.send(chunked) }
            let list = "GET /catalog/datasets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            // A second, whole upload shows that the server had the time to take the first for one.
            #expect(try await RawClient.exchange(port, ingest("a\n1\n", as: "u")).hasPrefix("HTTP/1.1 200"))
            let answer = try await RawClient.exchange(port, list)
            #expect(answer.contains("\"name\":\"u\""))
            #expect(!answer.contains("\"name\":\"t\""))
        }
    }

    @Test func foreignHostIsRefusedOverTheWire() async throws {
        try await withServer { port, _ in
            let rebound = "GET /catalog/datasets HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
            let answerRebound = try await RawClient.exchange(port, rebound)
            #expect(answerRebound.hasPrefix("HTTP/1.1 403"))
            let old = "GET /catalog/datasets HTTP/1.0\r\n\r\n"
            let answerOld = try await RawClient.exchange(port, old)
            #expect(answerOld.contains(" 403 "))
        }
    }

    @Test func headerOverTheLimitIsRefused() async throws {
        try await withServer({ $0.headerBytesMax = 4096 }) { port, _ in
            let long = "GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: \(String(repeating: "a", count: 5000))\r\n\r\n"
            let answerLong = try await RawClient.exchange(port, long)
            #expect(answerLong.hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func runningServerIsFoundByItsLakeAndStopsInTime() async throws {
        let folders = Mutex<[String]>([])
        try await withServer { port, lakeFolder in
            folders.withLock { $0.append(lakeFolder) }
            #expect(ServerLock.running(lakeFolder: lakeFolder) == "http://127.0.0.1:\(port)")
            // Left open and half said, so that only the grace can end it.
            try await RawClient.with(port) { client in
                // Once it is answered the connection is the server's, and not one that waits to be accepted.
                try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                try await client.hear("200 OK")
                try await client.send("POST /query/sql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
            }
        }
        let folder = try #require(folders.withLock { $0.first })
        #expect(ServerLock.running(lakeFolder: folder) == nil)
    }

    @Test func embeddedServerAnswersItsOwnerWithoutAKey() async throws {
        let folder = try TemporaryFolder()
        let lake = folder.path("lake")
        let keys = "GET /access/keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        let make =
            "POST /access/keys HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 29\r\n"
            + "Connection: close\r\n\r\n{\"name\":\"me\",\"role\":\"reader\"}"
        let path = try await EmbeddedServer.with(lakeFolder: lake, logger: TestServer.silent) { url in
            let path = try #require(url.removingPercentEncoding?.dropFirst("http+unix://".count))
            #expect(try await RawClient.exchange(socket: String(path), make).hasPrefix("HTTP/1.1 201"))
            #expect(try await RawClient.exchange(socket: String(path), keys).hasPrefix("HTTP/1.1 200"))
            return String(path)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        await #expect(throws: (any Error).self) {
            try await EmbeddedServer.with(lakeFolder: lake, logger: TestServer.silent) { _ in throw CancellationError()
            }
        }
    }

    @Test func portThatIsTakenIsSaidSo() async throws {
        try await withServer { port, _ in
            let folder = try TemporaryFolder()
            var settings = TestServer.settings(folder)
            settings.port = port
            // The next port may be somebody else's.
            settings.grpcPort = .off
            let second = settings
            let error = await #expect(throws: ServerError.self) {
                try await LakeServer.run(second, logger: TestServer.silent, stopSignals: [])
            }
            #expect(error?.detail == "Cannot listen on 127.0.0.1:\(port): address already in use.")
        }
    }
}

/// Asks until `condition` holds, for two minutes at most: a whole suite runs beside it.
func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it never came about")
}
