import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

extension RouteTable {
    static let cacheRoutes = [
        Route(
            method: .post,
            path: "/query/cache/pin",
            name: "pinDataset",
            summary: "Has every server keep the rows of a dataset in memory, and waits until this one does.",
            role: .writer,
            body: .json(pinRequest),
            answers: [.json("CachedDataset", "What is in memory.")],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let name = try await call.fields().string("dataset")
                let cached = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.pin(dataset: name, for: principal)
                }
                return try Reply.json(cached)
            }
        ),
        Route(
            method: .post,
            path: "/query/cache/evict",
            name: "evictDataset",
            summary: "Has servers let go of the rows of a dataset.",
            role: .writer,
            body: .json(evictRequest),
            answers: [.json("Restored", "It is let go of.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let name = try await call.fields().string("dataset")
                return Reply.dropped(try await lakehouse.evict(dataset: name, for: principal))
            }
        ),
        Route(
            method: .get,
            path: "/query/cache/stats",
            name: "cacheStatistics",
            summary: "What this server keeps in memory for queries.",
            role: .reader,
            answers: [.json("CacheStatistics", "The pinned datasets and the answers that are kept.")],
            handle: { call in try Reply.json(try await call.lakehouse.cacheStatistics(for: call.principal)) }
        ),
    ]

    private static let pinRequest = ObjectSchema(
        name: "PinRequest",
        fields: [Field("dataset", SchemaText.string)],
        isClosed: true
    )

    private static let evictRequest = ObjectSchema(
        name: "EvictRequest",
        fields: [Field("dataset", SchemaText.string)],
        isClosed: true
    )
}
