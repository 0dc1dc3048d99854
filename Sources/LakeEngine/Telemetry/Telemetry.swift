public import CoreMetrics
public import Tracing

/// Where a lake's measurements and spans go; by default nowhere.
///
/// Handed in rather than taken from the process, so that two lakes in one process do not share their numbers.
public struct Telemetry: Sendable {
    public var metrics: any MetricsFactory
    public var tracer: any Tracer

    public init(
        metrics: any MetricsFactory = NOOPMetricsHandler.instance,
        tracer: any Tracer = NoOpTracer()
    ) {
        self.metrics = metrics
        self.tracer = tracer
    }
}
