import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import LakeSQL
import NIOCore

/// An error as callers see it (RFC 9457); the only place that turns failures into HTTP statuses.
struct ProblemDetails: Sendable {
    static let contentType = "application/problem+json"

    var status: HTTPResponse.Status
    var code: String
    var detail: String
    var requestID: String
    /// What programs may want beside the sentence, such as where in a statement.
    var extras: [JSONMember] = []

    /// The problem `error` is to the caller of request `requestID`.
    init(_ error: any Error, requestID: String) {
        self.requestID = requestID
        guard let failure = Self.failure(of: error) else {
            status = .internalServerError
            code = FailureKind.internal.rawValue
            detail = "The server failed; its log has the cause under this request_id."
            return
        }
        status = Self.status(of: failure)
        code = failure.code
        detail = failure.detail
        extras = Self.extras(of: failure)
    }

    /// Whether `error` is one a caller may see; anything else is a bug.
    static func isExpected(_ error: any Error) -> Bool { failure(of: error) != nil }

    private static func failure(of error: any Error) -> (any LakeFailure)? {
        switch error {
        case let failure as any LakeFailure: failure
        case is CancellationError: ServerError.stopping
        case let error as HTTPError where error.status == .notFound: ServerError.unknownRoute
        default: nil
        }
    }

    private static func status(of failure: any LakeFailure) -> HTTPResponse.Status {
        switch failure.code {
        case "method_not_allowed": .methodNotAllowed
        case "not_acceptable": .notAcceptable
        case "version_not_reached", "precondition_failed": .preconditionFailed
        case "range_not_satisfiable": .rangeNotSatisfiable
        case "idempotency_key_reused": .unprocessableContent
        case "no_space": HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        default: status(of: failure.kind)
        }
    }

    private static func status(of kind: FailureKind) -> HTTPResponse.Status {
        switch kind {
        case .invalid: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .tooLarge: .contentTooLarge
        case .unsupported: .unsupportedMediaType
        case .timedOut: .gatewayTimeout
        case .cancelled: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
        case .exhausted: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .corrupt, .internal: .internalServerError
        }
    }

    private static func extras(of failure: any LakeFailure) -> [JSONMember] {
        switch failure {
        case let error as SQLError:
            guard let position = error.position else { return [] }
            return [place(offset: position.offset, line: position.line, column: position.column)]
        case EngineError.renameLikely(_, let diff): return member("diff", diff)
        case EngineError.columnsNeeded(_, let uses): return member("needed", uses)
        case ServerError.malformedJSON(_, let line, let column):
            return [place(offset: nil, line: line, column: column)]
        case ServerError.missingField(let name), ServerError.invalidField(let name, _),
            ServerError.unknownField(let name, _, _):
            return [JSONMember("field", .string(name))]
        default: return []
        }
    }

    private static func member(_ name: String, _ value: some Encodable) -> [JSONMember] {
        guard let bytes = try? Reply.bytes(value), let json = try? JSONValue(parsing: bytes) else { return [] }
        return [JSONMember(name, json)]
    }

    private static func place(offset: Int?, line: Int, column: Int) -> JSONMember {
        let lineAndColumn = [
            JSONMember("line", .integer(line)), JSONMember("column", .integer(column)),
        ]
        let offsets = offset.map { [JSONMember("offset", .integer($0))] } ?? []
        return JSONMember("position", .object(offsets + lineAndColumn))
    }

    /// The problem's JSON.
    var json: JSONValue {
        let members: [(String, JSONValue)] = [
            ("type", "about:blank"), ("title", .string(status.reasonPhrase)), ("status", .integer(status.code)),
            ("code", .string(code)), ("detail", .string(detail)), ("request_id", .string(requestID)),
        ]
        return .object(members.map { JSONMember($0.0, $0.1) } + extras)
    }

    /// The whole response.
    func response(to error: any Error) -> Response {
        var headers: HTTPFields = [.contentType: Self.contentType]
        if status == .unauthorized { headers[.wwwAuthenticate] = #"Bearer realm="lakehouse""# }
        if status == .serviceUnavailable || status == .tooManyRequests { headers[.retryAfter] = "1" }
        if case ServerError.methodNotAllowed(_, let allowed) = error {
            headers[.allow] = allowed.joined(separator: ", ")
        }
        if case EngineError.rangeNotSatisfiable(_, let size) = error { headers[.contentRange] = "bytes */\(size)" }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.encoded))
        )
    }
}
