import Hummingbird

/// Lets a bounded number of requests in at once; the rest are told to come back.
struct Admission: RouterMiddleware {
    let permits: Permits

    func handle(
        _ request: Request,
        context: LakeRequestContext,
        next: @concurrent (Request, LakeRequestContext) async throws -> Response
    ) async throws -> Response {
        // A probe must be answered while the server is full, or it is restarted for being busy.
        if RouteTable.probes.contains(context.endpointPath ?? "") { return try await next(request, context) }
        guard let permit = permits.take() else { throw ServerError.overloaded(limit: permits.limit) }
        var response = try await next(request, context)
        guard response.body.contentLength == nil else { return response }
        let body = response.body
        response.body = ResponseBody { writer in
            try await body.write(writer)
            withExtendedLifetime(permit) {}
        }
        return response
    }
}
