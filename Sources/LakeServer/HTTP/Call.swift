import Foundation
import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import NIOCore

/// What every handler may use.
struct Doors: Sendable {
    let lakehouse: Lakehouse
    let settings: ServerSettings
    let telemetry: ServerTelemetry
    let readiness: ReadinessProbe

    init(lakehouse: Lakehouse, settings: ServerSettings, telemetry: ServerTelemetry) {
        self.lakehouse = lakehouse
        self.settings = settings
        self.telemetry = telemetry
        readiness = ReadinessProbe(lakehouse: lakehouse)
    }
}

/// One request on its way through a route's handler.
struct Call: Sendable {
    let route: Route
    let request: Request
    let context: LakeRequestContext
    let doors: Doors
    /// Decoded, and only such as the route declares.
    let query: [String: String]

    init(route: Route, request: Request, context: LakeRequestContext, doors: Doors) throws(ServerError) {
        self.route = route
        self.request = request
        self.context = context
        self.doors = doors
        query = try Self.decode(request.uri.query, allowed: route.query.map(\.name))
    }

    var lakehouse: Lakehouse { doors.lakehouse }

    /// Who asks; only for routes that ask who it is.
    var principal: Principal {
        get throws(ServerError) {
            guard let principal = context.principal else { throw .credentialsMissing }
            return principal
        }
    }

    /// Refuses a caller without the route's role before an answer begins that could not say so any more.
    func requireRole() async throws {
        guard let needed = route.role else { return }
        try await lakehouse.refuse(principal, "use \(route.name)", needs: needed)
    }

    /// The decoded parameter of the path.
    func path(_ name: String) throws(ServerError) -> String {
        guard let raw = context.parameters.get(name), let decoded = raw.removingPercentEncoding else {
            throw .invalidField(name: name, reason: "is not a percent-encoded UTF-8 text")
        }
        return decoded
    }

    /// What is left of the path behind the part that the route names, percent-decoded once.
    ///
    /// Taken from the request's own text: the router drops empty parts, and `a//b` is not the key `a/b`.
    func rest() throws(ServerError) -> String {
        let fixed = route.path.split(separator: "/").count - 1
        var parts = request.uri.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard parts.count > fixed else { throw .unknownRoute }
        parts = parts.dropFirst(fixed)
        guard let decoded = parts.joined(separator: "/").removingPercentEncoding else {
            throw .invalidField(name: route.pathParameters.last ?? "", reason: "is not a percent-encoded UTF-8 text")
        }
        return decoded
    }

    func queryInteger(_ name: String) throws(ServerError) -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text) else { throw .invalidField(name: name, reason: "must be a whole number") }
        return number
    }

    func queryChoice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        of type: Choice.Type = Choice.self
    ) throws(ServerError) -> Choice? {
        guard let text = query[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .invalidField(name: name, reason: .mustBeOne(of: type, not: text))
        }
        return choice
    }

    /// The fields of the JSON body, no other than the route declares.
    func fields() async throws -> JSONFields {
        guard case .json(let schema) = route.body else { throw ServerError.missingField(name: "body") }
        try requireContentType("application/json")
        let bytes = try await body(limit: doors.settings.jsonBytesMax)
        guard !bytes.isEmpty else { throw ServerError.malformedJSON(reason: "it is empty", line: 1, column: 1) }
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw ServerError.malformedJSON(reason: error.reason, line: error.line, column: error.column)
        }
        return try JSONFields(value, allowed: schema.fields.map(\.name))
    }

    /// The media type of the body, in lowercase and without its parameters.
    var contentType: String? {
        request.headers[.contentType]?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces).lowercased()
    }

    /// How long the body is said to be.
    var contentLength: Int? { request.headers[.contentLength].flatMap { Int($0) } }

    private func requireContentType(_ accepted: String) throws(ServerError) {
        guard contentType == accepted else {
            throw .unsupportedContentType(given: contentType, accepted: [accepted])
        }
    }

    /// What a body takes for each of its bytes: the bytes, and what parsing makes of them.
    private static let bodyFactor = 4

    private func body(limit: Int) async throws -> [UInt8] {
        if let announced = contentLength, announced > limit {
            throw ServerError.bodyTooLarge(limit: limit)
        }
        let held = try lakehouse.memory.reserve((contentLength ?? 0) * Self.bodyFactor, from: .httpBodies)
        context.notes.hold(held)
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limit else { throw ServerError.bodyTooLarge(limit: limit) }
            try held.grow(to: (bytes.count + buffer.readableBytes) * Self.bodyFactor)
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }

    private static func decode(_ query: String?, allowed: [String]) throws(ServerError) -> [String: String] {
        var values: [String: String] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(parts[0]).removingPercentEncoding,
                let value = String(parts.count > 1 ? parts[1] : "").removingPercentEncoding
            else { throw .invalidField(name: String(parts[0].prefix(64)), reason: "is not percent-encoded UTF-8") }
            guard allowed.contains(name) else {
                let nearest = nearestNames(to: name, in: allowed)
                throw .unknownField(name: String(name.prefix(64)), nearest: nearest, allowed: allowed)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .invalidField(name: name, reason: "is given twice")
            }
        }
        return values
    }
}
