/// The metadata keys of this room.
enum LogKey {
    static let requestID = "request.id"
    static let traceID = "trace.id"
    static let spanID = "span.id"
    static let method = "http.method"
    static let route = "http.route"
    static let status = "http.status"
    static let milliseconds = "duration.ms"
    static let principal = "principal.name"
    static let errorCode = "error.code"
    static let cause = "error.cause"
    static let address = "server.address"
    static let grpcPort = "server.grpc_port"
    static let processID = "process.id"
}
