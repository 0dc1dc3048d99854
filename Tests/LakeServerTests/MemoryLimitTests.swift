import HTTPTypes
import LakeCore
import LakeEngine
import Testing

@testable import LakeServer

@Suite struct MemoryLimitTests {
    /// What is refused while nothing of the pool is left, and answered when there is again.
    private func starved(
        _ pool: MemoryPool,
        _ change: @escaping @Sendable (inout ServerSettings) -> Void = { _ in },
        _ ask: @escaping @Sendable (TestServer) async throws -> TestAnswer
    ) async throws {
        try await TestServer.run(change) { server in
            try await server.ingest("name\nada\n", as: "people")
            do {
                let memory = server.lakehouse.memory
                let held = try memory.reserve(memory.limits[pool], from: pool)
                let answer = try await ask(server)
                #expect(answer.status == 429)
                #expect(try answer.code == "memory_pool_full")
                #expect(try answer.detail.contains("'\(pool.rawValue)'"))
                #expect(answer.headers[.retryAfter] != nil)
                withExtendedLifetime(held) {}
            }
            #expect(try await ask(server).status == 200)
            let metrics = Exposition(try await server.get("/metrics").text)
            #expect(metrics.value("lake_engine_memory_refused_total", ["pool": pool.rawValue]) == 1)
            #expect((metrics.value("lake_engine_memory_limit_bytes", ["pool": pool.rawValue]) ?? 0) > 0)
        }
    }

    @Test func queriesAreRefusedByTheirPool() async throws {
        try await starved(.queries) { try await $0.post("/query/sql", #"{"sql":"SELECT * FROM people"}"#) }
    }

    @Test func bodiesAreRefusedByTheirPool() async throws {
        try await starved(.httpBodies) { try await $0.post("/query/sql", #"{"sql":"SELECT * FROM people"}"#) }
    }

    @Test func filesAreRefusedByThePoolOfIngest() async throws {
        try await starved(.ingest) { server in
            let rows = Array("n\n\(UUIDv7.string())\n".utf8)
            return try await server.send(
                .post,
                "/ingest/file?dataset=more&mode=replace",
                headers: [.contentType: "text/csv"],
                body: rows
            )
        }
    }

    @Test func embeddingsAreRefusedByThePoolOfVectors() async throws {
        try await starved(.vectors) { try await $0.post("/ai/embed", #"{"texts":["ada"]}"#) }
    }

    @Test func aBodyBeyondItsPoolIsRefusedBeforeItIsRead() async throws {
        try await TestServer.run({ $0.lake.bodyMemoryBytes = 1 << 20 }) { server in
            let padding = String(repeating: " ", count: 300_000)
            let answer = try await server.post("/query/sql", #"{"sql":"SELECT 1\#(padding)"}"#)
            #expect(answer.status == 429)
            #expect(try answer.detail.contains("'http_bodies'"))
            #expect(try await server.post("/query/sql", #"{"sql":"SELECT 1"}"#).status == 200)
        }
    }

    @Test func whatRequestsHeldComesBack() async throws {
        // Answers that are kept hold memory for as long.
        try await TestServer.run({ $0.lake.resultCacheBytes = 0 }) { server in
            try await server.ingest("name\nada\n", as: "people")
            for _ in 0..<20 {
                _ = try await server.rows("SELECT * FROM people")
                _ = try await server.post("/query/sql", #"{"sql":"SELECT nonsense"}"#)
                _ = try await server.post("/query/sql", "no json")
            }
            try await eventually("nothing is held") {
                server.lakehouse.memory.usage.filter { ![.cache].contains($0.pool) }.allSatisfy { $0.used == 0 }
            }
        }
    }

    @Test func readinessSaysWhatPoolsHold() async throws {
        try await TestServer.run { server in
            let held = try server.lakehouse.memory.reserve(12345, from: .indexBuilds)
            let parts = try await server.get("/ready").json["parts"]?.items ?? []
            let memory = try #require(parts.first { $0["name"] == "memory" })
            #expect(memory["ready"] == .boolean(true))
            #expect(memory["reason"]?.text?.contains("index_builds 12345 of") == true)
            withExtendedLifetime(held) {}
        }
    }

    @Test func aProcessThatHoldsTooMuchIsNotReady() async throws {
        try await TestServer.run({ $0.lake.processMemoryBytes = 1 << 20 }) { server in
            let ready = try await server.get("/ready")
            #expect(ready.status == 503)
            let memory = try ready.json["parts"]?.items?.first { $0["name"] == "memory" }
            #expect(memory?["ready"] == .boolean(false))
            let refused = try await server.post("/query/sql", #"{"sql":"SELECT 1"}"#)
            #expect(refused.status == 503)
            #expect(try refused.code == "memory_full")
            #expect(try await server.get("/health").status == 200)
            #expect(try await server.get("/metrics").status == 200)
        }
    }

    @Test func aFullDiskHasAStatusOfItsOwn() {
        struct Full: LakeFailure {
            var kind: FailureKind { .exhausted }
            var code: String { "no_space" }
            var detail: String { "full" }
        }
        #expect(ProblemDetails(Full(), requestID: "r").status.code == 507)
    }
}
