import HTTPTypes
import Hummingbird
import LakeCore
import Logging
import NIOHTTP1
import Synchronization

/// The outermost middleware: names the request, turns what is thrown into a problem and writes the line in the log.
struct RequestEnvelope: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request,
        context: LakeRequestContext,
        next: @concurrent (Request, LakeRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = Self.sane(request.headers[.requestID]) ?? UUIDv7.string()
        context.logger = logger
        context.logger[metadataKey: LogKey.requestID] = .string(context.requestID)
        let line = RequestLine(request.method, context)
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            let problem = ProblemDetails(error, requestID: context.requestID)
            if !ProblemDetails.isExpected(error) {
                context.logger.error("Request failed", metadata: [LogKey.cause: "\(String(reflecting: error))"])
            }
            context.notes.errorCode = problem.code
            response = problem.response(to: error)
        }
        line.status = response.status.code
        response.headers[.requestID] = context.requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        guard response.body.contentLength == nil else { return response }
        // A streamed answer ends when its last byte is written.
        let (body, notes) = (response.body, context.notes)
        response.body = ResponseBody { writer in
            do {
                try await body.write(writer)
            } catch {
                notes.errorCode = ProblemDetails(error, requestID: "").code
                throw error
            }
            withExtendedLifetime(line) {}
        }
        return response
    }

    /// `given` if it can stand in a header and a log as it is.
    private static func sane(_ given: String?) -> String? {
        guard let given, (1...128).contains(given.utf8.count) else { return nil }
        let isSane = given.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        return isSane ? given : nil
    }
}

/// One request's line in the log, written when nothing holds this any more: at the end of the answer, however it ends.
private final class RequestLine: Sendable {
    private let method: HTTPRequest.Method
    private let context: LakeRequestContext
    private let started = ContinuousClock.now
    private let sent = Mutex(0)

    init(_ method: HTTPRequest.Method, _ context: LakeRequestContext) {
        self.method = method
        self.context = context
    }

    var status: Int {
        get { sent.withLock { $0 } }
        set { sent.withLock { $0 = newValue } }
    }

    deinit {
        // The pattern, not the path: a path may name a dataset.
        let route = context.endpointPath ?? "none"
        var fields: Logger.Metadata = [
            LogKey.method: .string(RouteTable.methods.contains(method) ? method.rawValue : "other"),
            LogKey.route: .string(route),
            LogKey.status: .stringConvertible(status),
            LogKey.milliseconds: .stringConvertible(Int((ContinuousClock.now - started) / .milliseconds(1))),
        ]
        if let principal = context.notes.principal { fields[LogKey.principal] = .string(principal) }
        if let code = context.notes.errorCode { fields[LogKey.errorCode] = .string(code) }
        context.logger.log(level: RouteTable.probes.contains(route) ? .debug : .info, "Request", metadata: fields)
    }
}

extension HTTPField.Name {
    static let requestID = literal("X-Request-Id")
    static let lakeVersion = literal("X-Lakehouse-Version")
    static let versionAtLeast = literal("If-Version-At-Least")
    static let idempotencyKey = literal("Idempotency-Key")
    static let apiKey = literal("X-API-Key")
    static let hasMore = literal("X-Lakehouse-Has-More")
    static let queryID = literal("X-Lakehouse-Query-Id")
    static let secFetchSite = literal("Sec-Fetch-Site")

    private static func literal(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("not a header name") }
        return name
    }
}
