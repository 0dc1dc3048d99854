import HTTPTypes
import Hummingbird
import LakeEngine

/// All operations there are.
enum RouteTable {
    static let routes: [Route] = [
        healthRoutes, catalogRoutes, cardRoutes, registrationRoutes, rowRoutes, schemaRoutes, keepingRoutes,
        lineageRoutes, tombstoneRoutes,
        cacheRoutes, ingestRoutes, queryRoutes,
        backgroundRoutes, modelRoutes,
        indexRoutes,
        jobRoutes, accessRoutes,
        journalRoutes,
        storageRoutes, objectRoutes,
    ].flatMap(\.self)

    /// The patterns of all paths.
    static let paths = Set(routes.map(\.path))

    /// Paths that need no key.
    static let openPaths = Set(routes.filter { $0.role == nil }.map(\.path))

    /// Paths that are answered while the server is full, and not worth a line in the log each time.
    static let probes: Set<String> = ["/health", "/ready"]

    /// The methods the server knows.
    static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

    /// Whether requests of the method may have a key that keeps them from being carried out twice.
    static func takesKey(_ method: HTTPRequest.Method) -> Bool { ![.get, .head, .options].contains(method) }

    /// A key that would be ignored is refused: its caller relies on it.
    private static func refuseKey(_ request: Request, _ route: Route) throws(ServerError) {
        guard route.refusesKey, request.headers[.idempotencyKey] != nil else { return }
        throw .invalidHeader(
            name: HTTPField.Name.idempotencyKey.rawName,
            reason: "cannot be honoured here; leave it out: a repeat does only what is still to be done"
        )
    }

    /// Has `router` serve every operation, and refuse the other methods of their paths with what they do take.
    static func register(on router: Router<LakeRequestContext>, doors: Doors) {
        for (path, routes) in Dictionary(grouping: routes, by: \.pattern) {
            for route in routes {
                router.on(RouterPath(path), method: route.method) { request, context in
                    try refuseKey(request, route)
                    let call = try Call(route: route, request: request, context: context, doors: doors)
                    return try await route.handle(call)
                }
            }
            let allowed = Self.allowed(routes.map(\.method))
            for method in methods where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw ServerError.methodNotAllowed(method: method.rawValue, allowed: allowed.map(\.rawValue))
                }
            }
        }
    }

    /// `methods`, and HEAD where there is GET: the router answers it with GET's head.
    private static func allowed(_ methods: [HTTPRequest.Method]) -> [HTTPRequest.Method] {
        Self.methods.filter { methods.contains($0) || $0 == .head && methods.contains(.get) }
    }
}
