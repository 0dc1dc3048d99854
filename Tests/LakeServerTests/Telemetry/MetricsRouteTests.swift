import Foundation
import HTTPTypes
import LakeCore
import LakeEngine
import Testing

@testable import LakeServer

@Suite struct MetricsRouteTests {
    @Test func metricsTellWhatTheServerDid() async throws {
        try await TestServer.run { server in
            try await server.ingest("name,age\nada,36\nalan,41\n", as: "people")
            _ = try await server.rows("SELECT count(*) FROM people")
            _ = try await server.post("/query/sql", #"{"sql":"SELECT nonsense FROM people"}"#)
            _ = try await server.get("/no/such/path")
            let answer = try await server.get("/metrics")
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let metrics = Exposition(answer.text)
            let query = ["route": "/query/sql", "method": "POST"]
            #expect(metrics.value("lake_server_http_requests_total", query.merging(["status": "200"]) { $1 }) == 1)
            #expect(metrics.value("lake_server_http_requests_total", query.merging(["status": "400"]) { $1 }) == 1)
            #expect(metrics.value("lake_server_http_request_seconds_count", query) == 2)
            let lost = ["route": "none", "method": "GET", "status": "404"]
            #expect(metrics.value("lake_server_http_requests_total", lost) == 1)
            #expect(metrics.value("lake_server_http_requests_in_flight") == 1)
            let useCases = "lake_engine_use_cases_total"
            #expect(metrics.value(useCases, ["use_case": "query", "outcome": "ok"]) == 1)
            #expect(metrics.value(useCases, ["use_case": "query", "outcome": "invalid"]) == 1)
            #expect(metrics.value(useCases, ["use_case": "ingest", "outcome": "ok"]) == 1)
            #expect(metrics.value("lake_engine_ingested_rows_total") == 2)
            #expect(metrics.value("lake_engine_ingested_bytes_total") == 24)
            #expect(metrics.value("lake_engine_commits_total", ["outcome": "ok"]) == 1)
            #expect(metrics.value("lake_engine_commit_seconds_count") == 1)
            #expect(metrics.value("lake_engine_log_version") == 1)
            let calls = "lake_engine_bucket_request_seconds_count"
            let writes = ["bucket": "primary", "operation": "write", "outcome": "ok"]
            #expect((metrics.value(calls, writes) ?? 0) >= 2)
            #expect(metrics.values(ofLabel: "operation").isSubset(of: ["read", "write", "list", "delete"]))
            #expect((metrics.value("process_open_fds") ?? 0) > 3)
            #expect((metrics.value("process_resident_memory_bytes") ?? 0) > 1e7)
            #expect((metrics.value("process_cpu_seconds_total") ?? 0) > 0)
            let started = metrics.value("process_start_time_seconds") ?? 0
            #expect(abs(started - Date().timeIntervalSince1970) < 7200)
        }
    }

    @Test func noLabelHoldsWhatACallerWrote() async throws {
        try await TestServer.run { server in
            let secret = "kiwi\(Int.random(in: 1000...9999))"
            try await server.ingest("\(secret)\n1\n", as: secret)
            _ = try await server.rows("SELECT \(secret) FROM \(secret)")
            for path in ["/catalog/datasets/by-name/\(secret)", "/\(secret)", "/query/\(secret)/cancel"] {
                _ = try await server.get(path, headers: [.requestID: secret])
            }
            _ = try await server.post("/access/keys", #"{"name":"\#(secret)","role":"reader"}"#)
            let key = try await server.lakehouse.createKey(name: secret, role: .reader, for: .local)
            let answer = try await server.get("/metrics", key: key.secret)
            #expect(answer.status == 200)
            #expect(!answer.text.contains(secret))
            let routes = Exposition(answer.text).values(ofLabel: "route")
            #expect(routes.isSubset(of: Set(RouteTable.routes.map(\.path) + ["none"])))
        }
    }

    @Test func metricsNeedAKeyOnceThereIsOne() async throws {
        try await TestServer.run { server in
            let key = try await server.lakehouse.createKey(name: "scraper", role: .reader, for: .local)
            #expect(try await server.get("/metrics").status == 401)
            #expect(try await server.get("/metrics", key: key.secret).status == 200)
        }
    }

    @Test(.enabled(if: Promtool.isThere, "promtool is not installed: scripts/setup-tests gets it"))
    func promtoolFindsNothingToSay() async throws {
        try await TestServer.run { server in
            try await server.ingest("a\n1\n", as: "numbers")
            _ = try await server.rows("SELECT a FROM numbers")
            let text = try await server.get("/metrics").text
            let outcome = try Promtool.check(text)
            #expect(outcome.status == 0, "\(outcome.said)")
            #expect(outcome.said.isEmpty)
        }
    }
}

/// Prometheus' own checker.
enum Promtool {
    static let path = Repository.root.appending(path: ".native/tests/bin/promtool").path(percentEncoded: false)
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: path) }

    static func check(_ text: String) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}
