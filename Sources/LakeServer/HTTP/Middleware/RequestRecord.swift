import HTTPTypes
import Hummingbird
import LakeCore
import Logging
import Synchronization
import Tracing

/// One request's line in the log, its numbers and its span: all end when nothing holds this any more, which is at the end of the
/// answer, however it ends.
final class RequestRecord: Sendable {
    /// Stands for a path that no route has.
    static let noRoute = "none"

    private let method: HTTPRequest.Method
    private let context: LakeRequestContext
    private let span: LakeSpan
    private let metrics: ServerMetrics
    private let started = ContinuousClock.now
    private let sent = Mutex(0)

    init(_ method: HTTPRequest.Method, _ context: LakeRequestContext, _ span: LakeSpan, _ metrics: ServerMetrics) {
        self.method = method
        self.context = context
        self.span = span
        self.metrics = metrics
        metrics.requestBegan()
    }

    var status: Int {
        get { sent.withLock { $0 } }
        set { sent.withLock { $0 = newValue } }
    }

    /// The method's name, if it is one the server knows: a caller may invent others.
    static func name(of method: HTTPRequest.Method) -> String {
        RouteTable.methods.contains(method) ? method.rawValue : "other"
    }

    /// The pattern of the request's path, if it is one of a route's.
    static func route(of context: LakeRequestContext) -> String {
        context.endpointPath.flatMap { RouteTable.paths.contains($0) ? $0 : nil } ?? noRoute
    }

    deinit {
        // The pattern, not the path: a path may name a dataset.
        let route = Self.route(of: context)
        let (method, status, elapsed) = (Self.name(of: method), status, ContinuousClock.now - started)
        metrics.requestEnded(route: route, method: method, status: status, after: elapsed)
        span.attributes["http.response.status_code"] = SpanAttribute.int64(Int64(status))
        if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
        span.end()
        var fields: Logger.Metadata = [
            LogKey.method: .string(method),
            LogKey.route: .string(route),
            LogKey.status: .stringConvertible(status),
            LogKey.milliseconds: .stringConvertible(Int(elapsed / .milliseconds(1))),
        ]
        if let principal = context.notes.principal { fields[LogKey.principal] = .string(principal) }
        if let code = context.notes.errorCode { fields[LogKey.errorCode] = .string(code) }
        context.logger.log(level: RouteTable.probes.contains(route) ? .debug : .info, "Request", metadata: fields)
    }
}
