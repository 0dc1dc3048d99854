public import LakeCore

/// Everything the doors themselves refuse; what a use case refuses passes through as its own error.
public enum ServerError: LakeFailure, Equatable {
    case unknownRoute
    case methodNotAllowed(method: String, allowed: [String])
    case malformedJSON(reason: String, line: Int, column: Int)
    case malformedMultipart(reason: String)
    case unknownField(name: String, nearest: [String], allowed: [String])
    case missingField(name: String)
    case invalidField(name: String, reason: String)
    case invalidHeader(name: String, reason: String)
    case unsupportedContentType(given: String?, accepted: [String])
    case notAcceptable(accepted: [String])
    case bodyTooLarge(limit: Int)
    case bodyCutOff
    case credentialsMissing
    case credentialsUnknown
    case hostRefused
    case originRefused
    case overloaded(limit: Int)
    case stopping
    case clientLeft
    case configurationUnreadable(source: String, reason: String)
    case unknownSetting(name: String, source: String, nearest: [String])
    case invalidSetting(name: String, source: String, given: String, wanted: String)
    case keysNeeded(host: String)
    case cannotListen(address: String, reason: String)

    public var kind: FailureKind {
        switch self {
        case .unknownRoute: .notFound
        case .methodNotAllowed, .malformedJSON, .malformedMultipart, .unknownField, .missingField, .invalidField,
            .invalidHeader, .bodyCutOff, .configurationUnreadable, .unknownSetting, .invalidSetting, .keysNeeded:
            .invalid
        case .unsupportedContentType, .notAcceptable: .unsupported
        case .bodyTooLarge: .tooLarge
        case .credentialsMissing, .credentialsUnknown: .unauthenticated
        case .hostRefused, .originRefused: .forbidden
        case .overloaded, .stopping, .cannotListen: .unavailable
        case .clientLeft: .cancelled
        }
    }

    public var code: String {
        switch self {
        case .unknownRoute: "unknown_route"
        case .methodNotAllowed: "method_not_allowed"
        case .malformedJSON: "malformed_json"
        case .malformedMultipart: "malformed_multipart"
        case .unknownField: "unknown_field"
        case .missingField: "missing_field"
        case .invalidField: "invalid_value"
        case .invalidHeader: "invalid_header"
        case .unsupportedContentType: "unsupported_content_type"
        case .notAcceptable: "not_acceptable"
        case .bodyTooLarge: "body_too_large"
        case .bodyCutOff: "body_cut_off"
        case .credentialsMissing: "credentials_missing"
        case .credentialsUnknown: "credentials_unknown"
        case .hostRefused: "host_refused"
        case .originRefused: "origin_refused"
        case .overloaded: "overloaded"
        case .stopping: "stopping"
        case .clientLeft: "client_left"
        case .configurationUnreadable: "configuration_unreadable"
        case .unknownSetting: "unknown_setting"
        case .invalidSetting: "invalid_setting"
        case .keysNeeded: "keys_needed"
        case .cannotListen: "cannot_listen"
        }
    }

    public var detail: String {
        switch self {
        case .unknownRoute: "There is nothing at this path; GET /openapi.json lists what there is."
        case .methodNotAllowed(let method, let allowed):
            "\(method) is not for this path; it takes \(allowed.joined(separator: ", "))."
        case .malformedJSON(let reason, let line, let column):
            "The body is not JSON: \(reason) (line \(line), column \(column))."
        case .malformedMultipart(let reason): "The body is not multipart/form-data: \(reason)."
        case .unknownField(let name, let nearest, let allowed):
            "There is no field '\(name)'; \(Self.suggestion(nearest, of: allowed))"
        case .missingField(let name): "The field '\(name)' is missing."
        case .invalidField(let name, let reason): "'\(name)' \(reason)."
        case .invalidHeader(let name, let reason): "The header '\(name)' \(reason)."
        case .unsupportedContentType(let given, let accepted):
            "The body must be \(accepted.joined(separator: " or "))\(given.map { ", not \($0.prefix(64))" } ?? "")."
        case .notAcceptable(let accepted): "The answer can be \(accepted.joined(separator: ", ")) only; see Accept."
        case .bodyTooLarge(let limit): "The body is larger than the limit of \(limit) bytes."
        case .bodyCutOff: "The connection ended before the body did."
        case .credentialsMissing: "A key is needed: send it as 'X-API-Key: …' or 'Authorization: Bearer …'."
        case .credentialsUnknown: "The key is unknown or revoked."
        case .hostRefused:
            "Without keys this server answers to localhost only; create one with 'lakehouse keys create' to open it."
        case .originRefused: "Pages of other origins may not use this server while it has no keys."
        case .overloaded(let limit): "All \(limit) places for requests are taken; try again in a moment."
        case .stopping: "The server is stopping; try again in a moment."
        case .clientLeft: "The client left before its answer was there."
        default: configurationDetail
        }
    }

    private var configurationDetail: String {
        switch self {
        case .configurationUnreadable(let source, let reason): "\(source) cannot be read: \(reason)."
        case .unknownSetting(let name, let source, let nearest):
            "There is no setting '\(name)' (in \(source)); \(Self.suggestion(nearest, of: []))"
        case .invalidSetting(let name, let source, let given, let wanted):
            "The setting \(name) is '\(given)' (in \(source)), but must be \(wanted)."
        case .keysNeeded(let host):
            "Listening on \(host) needs a key, for others can reach it: create one with 'lakehouse keys create', or set "
                + "http.host to 127.0.0.1."
        case .cannotListen(let address, let reason): "Cannot listen on \(address): \(reason)."
        default: kind.rawValue
        }
    }

    private static func suggestion(_ nearest: [String], of allowed: [String]) -> String {
        if !nearest.isEmpty { return "did you mean \(nearest.map { "'\($0)'" }.joined(separator: " or "))?" }
        return allowed.isEmpty ? "see the documentation." : "there are \(allowed.joined(separator: ", "))."
    }
}
