import LakeCore
import LakeEngine
import Logging
import NIOPosix
import Tracing

/// What one server measures and traces: the numbers, the spans, and what writes to them.
struct ServerTelemetry: Sendable {
    let registry: MetricRegistry
    let spans: SpanQueue
    let tracer: LakeTracer
    let metrics: ServerMetrics
    private let settings: TelemetrySettings

    init(_ settings: TelemetrySettings = TelemetrySettings()) {
        self.settings = settings
        registry = MetricRegistry(
            descriptions: ServerMetrics.descriptions.merging(EngineMetrics.descriptions) { $1 }
        )
        spans = SpanQueue(limit: settings.queueMax)
        tracer = LakeTracer(
            queue: settings.exporter == .none ? nil : spans,
            sampledPercent: settings.sampledPercent
        )
        metrics = ServerMetrics(factory: registry)
    }

    /// What the engine is handed.
    var forEngine: Telemetry { Telemetry(metrics: registry, tracer: tracer) }

    /// Where every metric stands, the process's own among them.
    func families() async -> [MetricFamily] {
        let process = try? await NIOThreadPool.singleton.runIfActive { ProcessStatistics.read() }
        return (registry.snapshot() + (process ?? [])).sorted { $0.name < $1.name }
    }

    /// What sends them; nil when nothing is to be sent.
    func exporter(of lakehouse: Lakehouse, logger: Logger) -> TelemetryExporter? {
        let output: any TelemetryOutput
        switch settings.exporter {
        case .none: return nil
        case .otlp:
            let credentials = settings.credentials.map { reference in
                CollectorOutput.Credentials(header: settings.header) {
                    try await lakehouse.secretValue(of: reference)
                }
            }
            output = CollectorOutput(
                endpoint: settings.endpoint,
                credentials: credentials,
                timeout: settings.timeout
            )
        case .stdout: output = StandardOutput()
        }
        return TelemetryExporter(
            output: output,
            telemetry: self,
            resource: OTLP.Resource(serviceName: settings.serviceName, instanceID: UUIDv7.string()),
            interval: settings.interval,
            logger: logger,
            refresh: { await lakehouse.refreshGauges() }
        )
    }

    /// What every line of the log says beside its own: which request, and which trace.
    static let logMetadata = Logger.MetadataProvider {
        guard let context = ServiceContext.current else { return [:] }
        var metadata: Logger.Metadata = [:]
        if let id = context.requestID { metadata[LogKey.requestID] = .string(id) }
        if let place = context.traceParent {
            metadata[LogKey.traceID] = .string(place.traceID)
            metadata[LogKey.spanID] = .string(place.spanID)
        }
        return metadata
    }
}
