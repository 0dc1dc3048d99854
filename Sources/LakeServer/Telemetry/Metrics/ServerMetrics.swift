import CoreMetrics

/// What the doors count and time; labels are route templates, methods and statuses alone.
struct ServerMetrics: Sendable {
    static let descriptions = [
        "lake_server_http_requests_total": "Requests that were answered, by route template, method and status.",
        "lake_server_http_request_seconds": "From a request's head to the last byte of its answer.",
        "lake_server_http_requests_in_flight": "Requests that are being answered.",
        "lake_server_grpc_requests_total": "Calls that were answered, by method and code.",
        "lake_server_grpc_request_seconds": "From a call's begin to its end; a stream's is long.",
        "lake_server_telemetry_exports_total": "Batches handed to the exporter, by signal and outcome.",
        "lake_server_telemetry_dropped_spans_total":
            "Spans that were not exported: the queue was full or the exporter failed.",
        "lake_server_info": "The program's version; always 1.",
    ]

    private let factory: any MetricsFactory
    private let inFlight: Meter

    init(factory: any MetricsFactory) {
        self.factory = factory
        inFlight = Meter(label: "lake_server_http_requests_in_flight", factory: factory)
        Gauge(label: "lake_server_info", dimensions: [("version", LakeServer.version)], factory: factory).record(1)
    }

    func exported(_ signal: TelemetrySignal, isTaken: Bool) {
        let dimensions = [("signal", signal.rawValue), ("outcome", isTaken ? "ok" : "failed")]
        Counter(label: "lake_server_telemetry_exports_total", dimensions: dimensions, factory: factory).increment()
    }

    func spansDropped(_ count: Int) {
        Counter(label: "lake_server_telemetry_dropped_spans_total", factory: factory).increment(by: count)
    }

    func callEnded(method: String, code: String, after time: Duration) {
        let dimensions = [("method", method)]
        Timer(label: "lake_server_grpc_request_seconds", dimensions: dimensions, factory: factory)
            .recordNanoseconds(Int64(time / .nanoseconds(1)))
        Counter(
            label: "lake_server_grpc_requests_total",
            dimensions: dimensions + [("code", code)],
            factory: factory
        ).increment()
    }

    func requestBegan() { inFlight.increment() }

    func requestEnded(route: String, method: String, status: Int, after time: Duration) {
        inFlight.decrement()
        let operation = [("route", route), ("method", method)]
        Timer(label: "lake_server_http_request_seconds", dimensions: operation, factory: factory)
            .recordNanoseconds(Int64(time / .nanoseconds(1)))
        Counter(
            label: "lake_server_http_requests_total",
            dimensions: operation + [("status", String(status))],
            factory: factory
        ).increment()
    }
}
