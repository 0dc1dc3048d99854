/// What is told to others of a server's work, and how.
struct TelemetrySettings: Sendable {
    /// Where spans and metrics go.
    enum Exporter: String, Sendable, CaseIterable {
        /// Nowhere; `GET /metrics` answers all the same.
        case none
        /// To a collector, by OTLP over HTTP.
        case otlp
        /// To standard output, a line of OTLP's JSON for each batch.
        case stdout
    }

    var exporter = Exporter.none
    /// The collector's address; `/v1/traces` and `/v1/metrics` are put behind it.
    var endpoint = "http://127.0.0.1:4318"
    /// What collectors call this service.
    var serviceName = "lakehouse"
    /// Of a hundred traces that begin here, how many are exported.
    var sampledPercent = 100
    /// The time between two exports.
    var interval = Duration.seconds(5)
    /// How long the collector may take to answer.
    var timeout = Duration.seconds(10)
    /// Spans that wait to be exported; more are dropped.
    var queueMax = 4096
}
