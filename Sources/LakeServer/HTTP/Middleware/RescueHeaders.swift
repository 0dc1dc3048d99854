import HTTPTypes
import Hummingbird
import LakeEngine

/// Says on an answer that it was read from the rescue bucket, if it was.
struct RescueHeaders: RouterMiddleware {
    func handle(
        _ request: Request,
        context: LakeRequestContext,
        next: @concurrent (Request, LakeRequestContext) async throws -> Response
    ) async throws -> Response {
        let (answer, bucket) = try await RescueWatch.during { try await next(request, context) }
        guard let bucket else { return answer }
        var response = answer
        response.headers[.rescueUsed] = "true"
        response.headers[.rescueBucket] = bucket
        return response
    }
}
