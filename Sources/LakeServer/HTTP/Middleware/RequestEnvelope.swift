import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import Logging
import NIOHTTP1
import Tracing

/// The outermost middleware: names the request, turns what is thrown into a problem and keeps the request's record.
struct RequestEnvelope: RouterMiddleware {
    let telemetry: ServerTelemetry
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
        let span = beginSpan(of: request, context)
        context.logger[metadataKey: LogKey.traceID] = span.context.traceParent.map { .string($0.traceID) }
        let record = RequestRecord(request.method, context, span, telemetry.metrics)
        var response: Response
        do {
            response = try await ServiceContext.withValue(span.context) { [context] in
                try await CallContext.$requestID.withValue(context.requestID) { try await next(request, context) }
            }
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
        record.status = response.status.code
        response.headers[.requestID] = context.requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        guard response.body.contentLength == nil else { return response }
        // A streamed answer ends when its last byte is written.
        let (body, notes, requestID) = (response.body, context.notes, context.requestID)
        response.body = ResponseBody { writer in
            do {
                try await ServiceContext.withValue(span.context) {
                    try await CallContext.$requestID.withValue(requestID) { try await body.write(writer) }
                }
            } catch {
                notes.errorCode = ProblemDetails(error, requestID: "").code
                throw error
            }
            withExtendedLifetime(record) {}
        }
        return response
    }

    /// The request's span, part of the caller's trace when it says one.
    private func beginSpan(of request: Request, _ context: LakeRequestContext) -> LakeSpan {
        var place = ServiceContext.topLevel
        place.requestID = context.requestID
        telemetry.tracer.extract(request.headers, into: &place, using: HeaderExtractor())
        let (method, route) = (RequestRecord.name(of: request.method), RequestRecord.route(of: context))
        let span = telemetry.tracer.startSpan(
            "\(method) \(route)",
            context: place,
            ofKind: .server
        )
        span.attributes["http.request.method"] = SpanAttribute.string(method)
        span.attributes["http.route"] = SpanAttribute.string(route)
        span.attributes["request.id"] = SpanAttribute.string(context.requestID)
        return span
    }

    /// `given` if it can stand in a header and a log as it is.
    static func sane(_ given: String?) -> String? {
        guard let given, (1...128).contains(given.utf8.count) else { return nil }
        let isSane = given.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        return isSane ? given : nil
    }
}

/// Reads what a caller's tracing put into the headers.
private struct HeaderExtractor: Extractor {
    func extract(key: String, from carrier: HTTPFields) -> String? { HTTPField.Name(key).flatMap { carrier[$0] } }
}

extension HTTPField.Name {
    static let requestID = literal("X-Request-Id")
    static let lakeVersion = literal("X-Lakehouse-Version")
    static let versionAtLeast = literal("If-Version-At-Least")
    static let idempotencyKey = literal("Idempotency-Key")
    static let rescueUsed = literal("X-Lakehouse-Rescue-Used")
    static let rescueBucket = literal("X-Lakehouse-Rescue-Bucket")
    static let bucket = literal("X-Lakehouse-Bucket")
    static let apiKey = literal("X-API-Key")
    static let hasMore = literal("X-Lakehouse-Has-More")
    static let cache = literal("X-Lakehouse-Cache")
    static let queryID = literal("X-Lakehouse-Query-Id")
    static let secFetchSite = literal("Sec-Fetch-Site")

    private static func literal(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("not a header name") }
        return name
    }
}
