import HTTPTypes
import Hummingbird
import LakeEngine

/// Hands the key of `Idempotency-Key` to the use cases, which carry a write out once for each.
struct IdempotencyGate: RouterMiddleware {
    func handle(
        _ request: Request,
        context: LakeRequestContext,
        next: @concurrent (Request, LakeRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let text = request.headers[.idempotencyKey], RouteTable.takesKey(request.method) else {
            return try await next(request, context)
        }
        guard let key = RequestKey(text) else {
            throw ServerError.invalidHeader(
                name: HTTPField.Name.idempotencyKey.rawName,
                reason: "must be 1 to 255 visible ASCII characters"
            )
        }
        return try await Lakehouse.withRequestKey(key) { try await next(request, context) }
    }
}
