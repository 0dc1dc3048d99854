import HTTPTypes
import Hummingbird
import LakeCatalog
import LakeCore
import LakeEngine

extension RouteTable {
    static let cardRoutes = [
        Route(
            method: .patch,
            path: "/catalog/datasets/by-name/{name}/metadata",
            name: "describeDataset",
            summary:
                "Says something of a dataset or of its columns: fields that are not given stay, null takes one back.",
            role: .writer,
            headers: [.ifMatch],
            isRepeatable: true,
            body: .json(cardRequest),
            answers: [.json("Dataset", "The dataset.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let patch = try DatasetPatch(try await call.fields())
                let condition = try ObjectHeaders(call.request).readCondition()
                return try Reply.dataset(
                    try await lakehouse.describe(dataset: name, patch, if: condition, for: principal)
                )
            }
        ),
        Route(
            method: .get,
            path: "/catalog/search",
            name: "searchCatalog",
            summary:
                "The datasets in whose names, columns, tags, owners or descriptions all words are found, best first.",
            role: .reader,
            query: [
                QueryParameter(name: "q", description: "The words, 1 to 16.", schema: SchemaText.string),
                .limit, .cursor,
            ],
            answers: [.page("CatalogHit", "One page of datasets.", saysVersion: true)],
            handle: { call in
                guard let text = call.query["q"] else { throw ServerError.missingField(name: "q") }
                let limit = try call.queryInteger("limit") ?? 100
                return try Reply.json(
                    try await call.lakehouse.searchCatalog(
                        text,
                        limit: limit,
                        cursor: call.query["cursor"],
                        for: call.principal
                    )
                )
            }
        ),
    ]

    private static let cardRequest = ObjectSchema(
        name: "DatasetPatch",
        fields: [
            Field("description", SchemaText.string, optional: true),
            Field("owner", SchemaText.string, optional: true),
            Field("licence", SchemaText.string, optional: true),
            Field("tags", SchemaText.array(SchemaText.string), "In place of those there are.", optional: true),
            Field("links", SchemaText.array(Components.link.json), "In place of those there are.", optional: true),
            Field("delete_protection", SchemaText.boolean, "Whether a drop is refused.", optional: true),
            Field(
                "fresh_within_s",
                SchemaText.integer(minimum: 1),
                "After how many seconds without news the dataset is stale.",
                optional: true
            ),
            Field("event_time_column", SchemaText.string, "A column of days or times.", optional: true),
            Field("columns", SchemaText.map(columnRequest.json), "By their names.", optional: true),
        ],
        isClosed: true
    )

    private static let columnRequest = ObjectSchema(
        name: "ColumnPatch",
        fields: [
            Field("description", SchemaText.string, optional: true),
            Field("sensitivity", SchemaText.choice(Sensitivity.self), optional: true),
        ],
        isClosed: true
    )
}

extension Reply {
    /// A dataset with its etag.
    static func dataset(_ found: Versioned<DatasetManifest>) throws -> Response {
        var response = try json(found)
        response.headers[.eTag] = "\"\(found.value.etag)\""
        return response
    }
}

extension DatasetPatch {
    /// What the body of a request says.
    init(_ fields: JSONFields) throws(ServerError) {
        self.init()
        description = try fields.change("description") { fields throws(ServerError) in try fields.string("description")
        }
        owner = try fields.change("owner") { fields throws(ServerError) in try fields.string("owner") }
        licence = try fields.change("licence") { fields throws(ServerError) in try fields.string("licence") }
        freshWithinSeconds = try fields.change("fresh_within_s") { fields throws(ServerError) in
            try fields.integer("fresh_within_s")
        }
        eventTimeColumn = try fields.change("event_time_column") { fields throws(ServerError) in
            try fields.string("event_time_column")
        }
        if fields.isGiven("tags") { tags = fields["tags"] == nil ? [] : try fields.strings("tags") }
        if fields.isGiven("links") {
            let found = fields["links"] == nil ? [] : try fields.objects("links", allowed: ["title", "url"])
            links = try found.map { link throws(ServerError) in
                DatasetCard.Link(title: try link.optionalString("title"), url: try link.string("url"))
            }
        }
        if fields.isGiven("delete_protection") {
            deleteProtection = try fields.optionalBoolean("delete_protection") ?? false
        }
        for (name, column) in try fields.members("columns", allowed: ["description", "sensitivity"]) {
            columns[name] = Column(
                description: try column.change("description") { column throws(ServerError) in
                    try column.string("description")
                },
                sensitivity: try column.change("sensitivity") { column throws(ServerError) in
                    try column.choice("sensitivity", of: Sensitivity.self)
                }
            )
        }
    }
}

extension JSONFields {
    /// What becomes of a field: null takes it back.
    fileprivate func change<Value>(
        _ name: String,
        _ read: (JSONFields) throws(ServerError) -> Value
    ) throws(ServerError) -> DatasetPatch.Change<Value> {
        guard isGiven(name) else { return .kept }
        return self[name] == nil ? .removed : .set(try read(self))
    }
}
