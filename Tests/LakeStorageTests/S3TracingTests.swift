import InMemoryTracing
import LakeCore
import LakeTesting
import Testing
import Tracing

@testable import LakeStorage

@Suite struct S3TracingTests {
    @Test func everyRequestHasASpanAndCarriesItsTraceOn() async throws {
        let server = try await HostileServer.start { _ in .answer(404) }
        var settings = S3Settings(bucket: "bucket")
        settings.endpoint = "http://127.0.0.1:\(server.port)"
        settings.allowsPlainHTTP = true
        settings.addressing = .path
        let tracer = InMemoryTracer()
        let store = try S3ObjectStore(settings: settings, tracer: tracer) {
            S3Credentials(accessKeyID: "id", secretAccessKey: "hush")
        }
        let key = try ObjectKey(validating: "a/k")
        await tracer.withSpan("work") { _ in
            _ = await #expect(throws: StorageError.noSuchObject(key)) { try await store.get(key) }
        }
        let spans = tracer.finishedSpans
        #expect(spans.map(\.operationName) == ["GET", "work"])
        #expect(spans.first?.spanContext.parentSpanID == spans.last?.spanContext.spanID)
        let sent = try #require(server.requests.first)
        let trace = try #require(spans.last?.spanContext.traceID)
        #expect(sent.headers.contains { $0.value == trace })
        #expect(!spans.contains { "\($0.attributes)".contains("hush") })
    }
}
