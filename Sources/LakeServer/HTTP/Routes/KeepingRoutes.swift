import HTTPTypes
import Hummingbird
import LakeCatalog
import LakeCore
import LakeEngine

extension RouteTable {
    static let keepingRoutes = [
        Route(
            method: .get,
            path: "/catalog/datasets/by-name/{name}/tags",
            name: "listVersionTags",
            summary: "The versions of a dataset that have names.",
            role: .reader,
            answers: [.json("VersionTags", "The named versions.", saysVersion: true)],
            handle: { call in
                let found = try await call.lakehouse.versionTags(of: try call.path("name"), for: call.principal)
                return try Reply.json(found, version: found.version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/tags",
            name: "tagVersion",
            summary: "Names a version of a dataset, which stays readable as long as it has a name.",
            role: .writer,
            body: .json(tagRequest),
            answers: [.json("VersionTags", "The named versions.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let fields = try await call.fields()
                let (tag, version) = (try fields.string("tag"), try fields.optionalInteger("version"))
                let found = try await lakehouse.tag(dataset: name, as: tag, version: version, for: principal)
                return try Reply.json(found, version: found.version)
            }
        ),
        Route(
            method: .delete,
            path: "/catalog/datasets/by-name/{name}/tags/{tag}",
            name: "untagVersion",
            summary: "Takes the name of a version away.",
            role: .writer,
            answers: [.json("VersionTags", "The named versions that are left.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let found = try await lakehouse.untag(dataset: name, try call.path("tag"), for: principal)
                return try Reply.json(found, version: found.version)
            }
        ),
        Route(
            method: .get,
            path: "/catalog/datasets/by-name/{name}/retention",
            name: "getRetention",
            summary: "How long versions of a dataset stay readable, and how its rows are sorted.",
            role: .reader,
            answers: [.json("TableOptions", "How it is kept.", saysVersion: true)],
            handle: { call in
                let found = try await call.lakehouse.tableOptions(of: try call.path("name"), for: call.principal)
                return try Reply.json(found, version: found.version)
            }
        ),
        Route(
            method: .put,
            path: "/catalog/datasets/by-name/{name}/retention",
            name: "setRetention",
            summary: "Says how long versions of a dataset stay readable; an empty object: as long as the lake's.",
            role: .writer,
            body: .json(retentionRequest),
            answers: [.json("TableOptions", "How it is kept.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let fields = try await call.fields()
                let retention = Retention(
                    seconds: try fields.optionalInteger("seconds"),
                    versions: try fields.optionalInteger("versions")
                )
                let found = try await lakehouse.setRetention(
                    of: name,
                    retention == Retention() ? nil : retention,
                    for: principal
                )
                return try Reply.json(found, version: found.version)
            }
        ),
        Route(
            method: .put,
            path: "/catalog/datasets/by-name/{name}/clustering",
            name: "setClustering",
            summary: "Says by which columns compactions sort the rows of a dataset.",
            role: .writer,
            body: .json(clusteringRequest),
            answers: [.json("TableOptions", "How it is kept.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let columns = try await call.fields().strings("columns")
                let found = try await lakehouse.setClustering(of: name, by: columns, for: principal)
                return try Reply.json(found, version: found.version)
            }
        ),
    ]

    private static let tagRequest = ObjectSchema(
        name: "TagRequest",
        fields: [
            Field("tag", SchemaText.string, "1 to 63 letters, digits, '_', '-' and '.'."),
            Field("version", SchemaText.integer(minimum: 0), "Of the lake; the newest if not given.", optional: true),
        ],
        isClosed: true
    )

    private static let retentionRequest = ObjectSchema(
        name: "RetentionRequest",
        fields: [
            Field("seconds", SchemaText.integer(minimum: 0), "Versions that were there so long ago.", optional: true),
            Field("versions", SchemaText.integer(minimum: 1), "The newest so many.", optional: true),
        ],
        isClosed: true
    )

    private static let clusteringRequest = ObjectSchema(
        name: "ClusteringRequest",
        fields: [Field("columns", SchemaText.array(SchemaText.string), "At most four; none: rows keep their order.")],
        isClosed: true
    )
}
