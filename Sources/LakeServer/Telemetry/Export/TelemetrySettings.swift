import LakeCore

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
    /// The secret whose field `value` the collector wants in a header; nil when it wants none.
    var credentials: SecretReference?
    /// The header it wants that in.
    var header = "Authorization"
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

    /// What the endpoint must be and is not: a secret is sent to this machine or under TLS, and nowhere else.
    var problem: String? {
        guard exporter == .otlp, credentials != nil, !endpoint.hasPrefix("https://") else { return nil }
        let authority = endpoint.trimmingPrefix("http://").prefix { $0 != "/" }
        let isLocal = endpoint.hasPrefix("http://") && LocalRequests.isLocal(String(authority))
        return isLocal ? nil : "https://, or on this machine, when telemetry.credentials are sent there"
    }
}
