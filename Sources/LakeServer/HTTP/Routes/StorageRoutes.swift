import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

extension RouteTable {
    static let storageRoutes = [
        Route(
            method: .get,
            path: "/storage/buckets",
            name: "listBuckets",
            summary: "The buckets, the primary one first.",
            role: .admin,
            answers: [
                Route.Answer(
                    status: 200,
                    description: "All of them.",
                    content: [("application/json", SchemaText.array(SchemaText.reference("Bucket")))],
                    saysVersion: false
                )
            ],
            handle: { call in try Reply.json(try await call.lakehouse.bucketList(for: call.principal)) }
        ),
        Route(
            method: .get,
            path: "/storage/bucket-health",
            name: "bucketHealth",
            summary: "How each bucket is doing, with its errors since the server started.",
            role: .admin,
            answers: [.json("BucketHealth", "How they are doing.")],
            handle: { call in try Reply.json(try await call.lakehouse.bucketHealth(for: call.principal)) }
        ),
        Route(
            method: .get,
            path: "/storage/errors",
            name: "bucketErrors",
            summary: "What went wrong with buckets, newest first.",
            role: .admin,
            query: [
                QueryParameter(name: "bucket", description: "Only with this bucket.", schema: SchemaText.string),
                .limit,
            ],
            answers: [.list("BucketProblem", "The failures.")],
            handle: { call in
                let failures = try await call.lakehouse.bucketErrors(
                    of: call.query["bucket"],
                    limit: try call.queryInteger("limit") ?? 100,
                    for: call.principal
                )
                return try Reply.json(ItemList(items: failures))
            }
        ),
    ]
}
