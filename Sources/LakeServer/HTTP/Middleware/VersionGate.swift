import HTTPTypes
import Hummingbird
import LakeEngine

/// Waits for the version that `If-Version-At-Least` names, so that a caller reads what it has written through another server.
struct VersionGate: RouterMiddleware {
    let lakehouse: Lakehouse
    let patience: Duration

    func handle(
        _ request: Request,
        context: LakeRequestContext,
        next: @concurrent (Request, LakeRequestContext) async throws -> Response
    ) async throws -> Response {
        if let text = request.headers[.versionAtLeast] {
            guard let version = Int(text), version >= 0 else {
                throw ServerError.invalidHeader(
                    name: HTTPField.Name.versionAtLeast.rawName,
                    reason: "must be a version of the lake: a whole number from 0"
                )
            }
            try await lakehouse.waitForVersion(atLeast: version, within: patience)
        }
        return try await next(request, context)
    }
}
