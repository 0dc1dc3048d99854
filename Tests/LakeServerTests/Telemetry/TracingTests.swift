import HTTPTypes
import LakeCore
import Logging
import Testing
import Tracing

@testable import LakeServer

@Suite struct TracingTests {
    static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func aParentIsReadAndWrittenAsTheRecommendationSays() throws {
        let place = try #require(TraceParent(header: Self.parent, state: "vendor=1"))
        #expect(place.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(place.spanID == "00f067aa0ba902b7")
        #expect(place.isSampled)
        #expect(place.state == "vendor=1")
        #expect(place.header == Self.parent)
        #expect(TraceParent(header: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")?.isSampled == false)
        // A later version may have more behind.
        #expect(TraceParent(header: "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what") != nil)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e47é6-00f067aa0ba902b7-01",
    ])
    func anInvalidParentIsAsNone(header: String) {
        #expect(TraceParent(header: header) == nil)
    }

    @Test func spansOfARequestAreOneTrace() async throws {
        try await Self.traced { server, spans in
            var headers: HTTPFields = [.requestID: "req-1"]
            headers[try #require(HTTPField.Name("traceparent"))] = Self.parent
            headers[.contentType] = "text/csv"
            let answer = try await server.send(
                .post,
                "/ingest/file?dataset=people",
                headers: headers,
                body: Array("name\nada\n".utf8)
            )
            #expect(answer.status == 200)
            let found = spans.take(upTo: 100)
            #expect(found.map(\.name) == ["lake.commit", "lake.ingest", "POST /ingest/file"])
            #expect(found.allSatisfy { $0.place.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" })
            let request = try #require(found.last)
            #expect(request.parentID == "00f067aa0ba902b7")
            #expect(found.dropLast().map(\.parentID) == [found[1].place.spanID, request.place.spanID])
            #expect(request.attributes.contains { $0.name == "request.id" })
            #expect(found.allSatisfy { $0.startNanoseconds <= $0.endNanoseconds })
        }
    }

    @Test func aTraceThatItsMakerDoesNotExportIsNotExportedHere() async throws {
        try await Self.traced { server, spans in
            let name = try #require(HTTPField.Name("traceparent"))
            _ = try await server.get("/catalog/datasets", headers: [name: String(Self.parent.dropLast(2)) + "00"])
            #expect(spans.take(upTo: 10).isEmpty)
            _ = try await server.get("/catalog/datasets")
            #expect(spans.take(upTo: 10).map(\.name) == ["GET /catalog/datasets"])
        }
    }

    @Test func aFailureIsNotedByItsCodeAlone() async throws {
        try await Self.traced { server, spans in
            _ = try await server.post("/query/sql", #"{"sql":"SELECT 'very secret' FROM nowhere"}"#)
            let found = spans.take(upTo: 10)
            let query = try #require(found.first { $0.name == "lake.query" })
            #expect(query.isOK == false)
            #expect(query.attributes.contains { $0.value["stringValue"] == "unknown_table" })
            #expect(query.events.map(\.name) == ["exception"])
            let text = String(
                decoding: OTLP.traces(found, from: .init(serviceName: "s", instanceID: "i")),
                as: UTF8.self
            )
            #expect(!text.contains("secret"))
            #expect(!text.contains("nowhere"))
        }
    }

    @Test func theQueueIsBoundedAndCountsWhatItDrops() {
        let queue = SpanQueue(limit: 2)
        let tracer = LakeTracer(queue: queue)
        for _ in 0..<5 { tracer.startSpan("work").end() }
        #expect(queue.takeDropped() == 3)
        #expect(queue.takeDropped() == 0)
        #expect(queue.take(upTo: 10).count == 2)
    }

    @Test func aSpanEndsOnce() {
        let queue = SpanQueue(limit: 10)
        let span = LakeTracer(queue: queue).startSpan("work")
        span.end()
        span.end()
        #expect(queue.take(upTo: 10).count == 1)
    }

    @Test func noneOfAHundredTracesIsExportedWhenNoneShallBe() {
        let queue = SpanQueue(limit: 1000)
        let tracer = LakeTracer(queue: queue, sampledPercent: 0)
        for _ in 0..<100 { tracer.startSpan("work").end() }
        #expect(queue.take(upTo: 1000).isEmpty)
    }

    @Test func whatIsWithinASpanIsPartOfIt() async throws {
        let queue = SpanQueue(limit: 10)
        let tracer = LakeTracer(queue: queue)
        await tracer.withSpan("outer") { _ in
            await tracer.withSpan("inner") { _ in await Task { tracer.startSpan("innermost").end() }.value }
        }
        let found = queue.take(upTo: 10)
        #expect(found.map(\.name) == ["innermost", "inner", "outer"])
        #expect(found[0].parentID == found[1].place.spanID)
        #expect(found[1].parentID == found[2].place.spanID)
        #expect(found[2].parentID == nil)
    }

    @Test func linesOfTheLogNameTheirRequestAndTrace() async throws {
        let lines = WrittenLines()
        var log = StandardErrorLog(format: .text) { lines.add($0) }
        log.metadataProvider = ServerTelemetry.logMetadata
        let logger = Logger(label: "test") { [log] _ in log }
        var context = ServiceContext.topLevel
        context.requestID = "req-7"
        context.traceParent = TraceParent(header: Self.parent)
        ServiceContext.withValue(context) { logger.info("Hello") }
        logger.info("Nobody")
        let written = lines.all
        #expect(written.first?.contains("request.id=req-7") == true)
        #expect(written.first?.contains("trace.id=4bf92f3577b34da6a3ce929d0e0e4736") == true)
        #expect(written.last?.contains("trace.id") == false)
    }

    /// A server whose spans are kept where the test can see them.
    static func traced(_ body: @Sendable (TestServer, SpanQueue) async throws -> Void) async throws {
        try await TestServer.run({ $0.telemetry.exporter = .stdout }) { server in
            try await body(server, server.telemetry.spans)
        }
    }
}
