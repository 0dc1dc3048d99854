import HTTPTypes
import LakeCore
import LakeEngine
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import LakeServer

@Suite struct ExporterTests {
    private static func server(
        _ endpoint: String,
        interval: Duration = .milliseconds(20),
        timeout: Duration = .seconds(5),
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.run(
            {
                $0.telemetry.exporter = .otlp
                $0.telemetry.endpoint = endpoint
                $0.telemetry.interval = interval
                $0.telemetry.timeout = timeout
                $0.telemetry.serviceName = "lake-under-test"
            },
            body
        )
    }

    @Test func aCollectorGetsTheSpansAndTheMetrics() async throws {
        try await Collector.run { collector, endpoint in
            try await Self.server(endpoint) { server in
                try await exporting(server) {
                    try await server.ingest("name\nada\n", as: "people")
                    try await eventually("spans arrive") { Self.spans(collector).count >= 3 }
                    try await eventually("metrics arrive") { !collector.batches("/v1/metrics").isEmpty }
                }
                let spans = Self.spans(collector)
                #expect(
                    spans.compactMap { $0["name"]?.text }.sorted() == [
                        "POST /ingest/file", "lake.commit", "lake.ingest",
                    ]
                )
                #expect(Set(spans.compactMap { $0["traceId"]?.text }).count == 1)
                for span in spans {
                    #expect(span["traceId"]?.text?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
                    #expect(span["spanId"]?.text?.wholeMatch(of: /[0-9a-f]{16}/) != nil)
                    let (start, end) = (span["startTimeUnixNano"]?.text, span["endTimeUnixNano"]?.text)
                    #expect(UInt64(start ?? "") ?? .max <= UInt64(end ?? "") ?? 0)
                }
                let resource = collector.batches("/v1/traces").first?["resourceSpans"]?.items?.first?["resource"]
                let service = resource?["attributes"]?.items?.first { $0["key"] == "service.name" }
                #expect(service?["value"]?["stringValue"] == "lake-under-test")
                let rows = try #require(Self.metric("lake_engine_ingested_rows_total", collector))
                #expect(rows["sum"]?["isMonotonic"] == .boolean(true))
                #expect(rows["sum"]?["aggregationTemporality"] == .integer(2))
                #expect(rows["sum"]?["dataPoints"]?.items?.first?["asDouble"] == .number("1.0"))
                let times = try #require(Self.metric("lake_server_http_request_seconds", collector))
                let point = try #require(times["histogram"]?["dataPoints"]?.items?.first)
                let counts = point["bucketCounts"]?.items?.compactMap { $0.text.flatMap { Int($0) } } ?? []
                #expect(counts.count == (point["explicitBounds"]?.items?.count ?? 0) + 1)
                #expect(point["count"]?.text == String(counts.reduce(0, +)))
            }
        }
    }

    @Test func aCollectorThatWantsAKeyIsShownIt() async throws {
        try await Collector.run { collector, endpoint in
            try await TestServer.run({
                $0.telemetry.exporter = .otlp
                $0.telemetry.endpoint = endpoint
                $0.telemetry.interval = .milliseconds(20)
                $0.telemetry.credentials = .environment(prefix: "COLLECTOR")
                $0.lake.environment = ["COLLECTOR_VALUE": "Bearer not-to-be-seen"]
            }) { server in
                try await exporting(server) {
                    try await eventually("metrics arrive") { !collector.batches("/v1/metrics").isEmpty }
                }
                #expect(collector.authorizations == ["Bearer not-to-be-seen"])
            }
        }
    }

    @Test func aKeyThatIsMissingIsNamedInTheLogAndNothingIsSent() async throws {
        try await Collector.run { collector, endpoint in
            try await TestServer.run({
                $0.telemetry.exporter = .otlp
                $0.telemetry.endpoint = endpoint
                $0.telemetry.interval = .milliseconds(20)
                $0.telemetry.credentials = .environment(prefix: "COLLECTOR")
                $0.lake.environment = [:]
            }) { server in
                try await exporting(server) {
                    try await eventually("it is counted") {
                        let lost = ["signal": "metrics", "outcome": "failed"]
                        let text = try await server.get("/metrics").text
                        return (Exposition(text).value("lake_server_telemetry_exports_total", lost) ?? 0) > 0
                    }
                }
                #expect(collector.asked == 0)
            }
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1:4318", true), ("https://otel.example", true), ("http://otel.example:4318", false),
        ("http://127.0.0.1.example:4318", false),
    ])
    func aKeyIsSentUnderTLSOrToThisMachineOnly(endpoint: String, isAccepted: Bool) async throws {
        let flags = [
            "telemetry.exporter": "otlp", "telemetry.endpoint": endpoint, "telemetry.credentials": "env:COLLECTOR",
        ]
        let loaded = try? await ServerSettings.load(flags: flags, environment: [:])
        #expect((loaded != nil) == isAccepted)
    }

    @Test func aCollectorThatIsBusyIsAskedAgain() async throws {
        try await Collector.run { collector, endpoint in
            try await Self.server(endpoint) { server in
                collector.answer([.serviceUnavailable])
                try await exporting(server) {
                    _ = try await server.get("/catalog/datasets")
                    try await eventually("the span arrives") { Self.spans(collector).count == 1 }
                    // The collector has it before its answer is heard. A question that is not sampled makes no span of its own.
                    let name = try #require(HTTPField.Name("traceparent"))
                    let unsampled: HTTPFields = [name: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"]
                    try await eventually("it is counted") {
                        let taken = ["signal": "traces", "outcome": "ok"]
                        let text = try await server.get("/metrics", headers: unsampled).text
                        return (Exposition(text).value("lake_server_telemetry_exports_total", taken) ?? 0) > 0
                    }
                }
                let text = try await server.get("/metrics").text
                #expect(Exposition(text).value("lake_server_telemetry_dropped_spans_total") == 0)
            }
        }
    }

    @Test func aCollectorThatRefusesCostsTheSpansAndNothingElse() async throws {
        try await Collector.run { collector, endpoint in
            try await Self.server(endpoint) { server in
                collector.answer([HTTPResponse.Status](repeating: .badRequest, count: 1000))
                let lines = WrittenLines()
                let logger = Logger(label: "test") { _ in StandardErrorLog(format: .text) { lines.add($0) } }
                try await exporting(server, logger: logger) {
                    for _ in 0..<3 { #expect(try await server.get("/catalog/datasets").status == 200) }
                    try await eventually("spans are dropped") {
                        let text = try await server.get("/metrics").text
                        return Exposition(text).value("lake_server_telemetry_dropped_spans_total") ?? 0 >= 3
                    }
                    // Each batch once: an answer like that is not going to change.
                    try await eventually("several batches are refused") { collector.asked >= 6 }
                }
                #expect(lines.all.filter { $0.contains("Telemetry is not exported") }.count == 1)
                #expect(lines.all.first?.contains("status 400") == true)
            }
        }
    }

    @Test func aCollectorThatIsNotThereDoesNoHarm() async throws {
        // Bound and closed again: nothing listens there.
        let socket = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(socket.localAddress?.port)
        try await socket.close()
        try await Self.server("http://127.0.0.1:\(port)") { server in
            try await exporting(server) {
                #expect(try await server.get("/catalog/datasets").status == 200)
                try await eventually("the loss is counted") {
                    let text = try await server.get("/metrics").text
                    return Exposition(text).value("lake_server_telemetry_dropped_spans_total") ?? 0 > 0
                }
            }
        }
    }

    @Test func aCollectorThatHangsDoesNotHoldUpTheStop() async throws {
        let silent = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(silent.localAddress?.port)
        try await Self.server("http://127.0.0.1:\(port)", interval: .seconds(3600), timeout: .seconds(60)) { server in
            let asked = Mutex(ContinuousClock.now)
            try await exporting(server) {
                _ = try await server.get("/catalog/datasets")
                asked.withLock { $0 = .now }
            }
            #expect(ContinuousClock.now - asked.withLock { $0 } < .seconds(20))
        }
        try await silent.close()
    }

    @Test func whatTheLastRequestsLeftIsSentAtTheStop() async throws {
        try await Collector.run { collector, endpoint in
            try await Self.server(endpoint, interval: .seconds(3600)) { server in
                try await exporting(server) { _ = try await server.get("/catalog/datasets") }
                #expect(Self.spans(collector).compactMap { $0["name"]?.text } == ["GET /catalog/datasets"])
            }
        }
    }

    private static func spans(_ collector: Collector) -> [JSONValue] {
        collector.batches("/v1/traces").flatMap { batch in
            batch["resourceSpans"]?.items?.first?["scopeSpans"]?.items?.first?["spans"]?.items ?? []
        }
    }

    private static func metric(_ name: String, _ collector: Collector) -> JSONValue? {
        collector.batches("/v1/metrics").last?["resourceMetrics"]?.items?.first?["scopeMetrics"]?.items?.first?[
            "metrics"
        ]?
        .items?.first { $0["name"]?.text == name }
    }
}
