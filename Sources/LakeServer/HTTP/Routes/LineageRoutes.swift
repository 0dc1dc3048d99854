import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import NIOCore

extension RouteTable {
    static let lineageRoutes = [
        Route(
            method: .get,
            path: "/catalog/lineage",
            name: "readLineage",
            summary: "Where datasets come from and which indexes are made of them.",
            role: .reader,
            query: lineageQuery,
            answers: [.json("Lineage", "The graph.", saysVersion: true)],
            handle: { call in
                let found = try await lineage(call)
                return try Reply.json(found, version: found.version)
            }
        ),
        Route(
            method: .get,
            path: "/catalog/lineage.svg",
            name: "drawLineage",
            summary: "The same as a picture.",
            role: .reader,
            query: lineageQuery,
            answers: [
                Route.Answer(
                    status: 200,
                    description: "The picture.",
                    content: [("image/svg+xml", SchemaText.string)],
                    saysVersion: true
                )
            ],
            handle: { call in
                let found = try await lineage(call)
                var headers: HTTPFields = [.contentType: "image/svg+xml"]
                headers[.lakeVersion] = String(found.version)
                // Should a browser open it by itself: nothing in it is to run or to be fetched.
                headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
                let body = ByteBuffer(string: LineagePicture(found).svg)
                return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
            }
        ),
    ]

    private static let lineageQuery = [
        QueryParameter(
            name: "dataset",
            description: "Only what has to do with this dataset.",
            schema: SchemaText.string
        ),
        QueryParameter(
            name: "limit",
            description: "The newest so many sources of each dataset; 50 if not given.",
            schema: SchemaText.integer(minimum: 1, maximum: 1000)
        ),
    ]

    private static func lineage(_ call: Call) async throws -> Lineage {
        try await call.lakehouse.lineage(
            of: call.query["dataset"],
            limit: try call.queryInteger("limit") ?? 50,
            for: call.principal
        )
    }
}
