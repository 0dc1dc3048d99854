import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import Logging

/// Finds out who asks, on every route but the probes.
struct Authentication: RouterMiddleware {
    let callers: Callers

    func handle(
        _ request: Request,
        context: LakeRequestContext,
        next: @concurrent (Request, LakeRequestContext) async throws -> Response
    ) async throws -> Response {
        if RouteTable.openPaths.contains(context.endpointPath ?? "") { return try await next(request, context) }
        var context = context
        let principal = try await principal(of: request, context)
        context.principal = principal
        context.notes.principal = principal.name
        return try await next(request, context)
    }

    private func principal(of request: Request, _ context: LakeRequestContext) async throws -> Principal {
        do {
            let (secret, address) = (Self.secret(in: request.headers), context.channel.remoteAddress?.ipAddress)
            return try await callers.principal(showing: secret, from: address) { try LocalRequests.check(request) }
        } catch ServerError.credentialsUnknown {
            context.logger.notice("Authentication failed", metadata: [LogKey.errorCode: "credentials_unknown"])
            throw ServerError.credentialsUnknown
        }
    }

    private static func secret(in headers: HTTPFields) -> String? {
        if let key = headers[.apiKey] { return key }
        return headers[.authorization].flatMap(Callers.bearer)
    }
}

/// What a server without keys asks of a request, so that a web page in the user's browser cannot use it.
enum LocalRequests {
    /// Refuses what a browser may have sent for a page of somebody else.
    ///
    /// A page can make a name of its own resolve to this machine (DNS rebinding); then `Host` carries that name. A page can
    /// also post to localhost directly; then `Origin` or `Sec-Fetch-Site` tell.
    static func check(_ request: Request) throws(ServerError) {
        guard let authority = request.head.authority, isLocal(authority) else { throw .hostRefused }
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { throw .originRefused }
        if let origin = request.headers[.origin], origin != "http://\(authority)" { throw .originRefused }
    }

    /// Whether `authority` (`host` or `host:port`) names this machine to itself.
    static func isLocal(_ authority: String) -> Bool {
        var host = authority.lowercased()[...]
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return false }
            return host[...end] == "[::1]" && isPort(host[host.index(after: end)...])
        }
        if let colon = host.firstIndex(of: ":") {
            guard isPort(host[colon...]) else { return false }
            host = host[..<colon]
        }
        return host == "localhost" || isLoopbackIPv4(host)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && UInt16(text.dropFirst()) != nil
    }

    /// `127.x.y.z` and nothing that merely begins like it.
    private static func isLoopbackIPv4(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
