import HTTPTypes
import Hummingbird
import LakeCatalog
import LakeCore
import LakeEngine

extension RouteTable {
    static let schemaRoutes = [
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/schema/diff",
            name: "compareSchema",
            summary: "How columns differ from those of a dataset.",
            role: .reader,
            body: .json(diffRequest),
            answers: [.json("SchemaComparison", "The differences.", saysVersion: true)],
            handle: { call in
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let columns = try await call.fields().objects("columns", allowed: ["name", "type"])
                let schema = try columns.enumerated().map { place, fields in
                    Column(name: try fields.string("name"), type: try fields.string("type"), fieldID: place + 1)
                }
                let found = try await lakehouse.compareSchema(of: name, with: schema, for: principal)
                return try Reply.json(found, version: found.version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/schema/diff/file",
            name: "compareSchemaOfFile",
            summary: "How the columns of a file differ from those of a dataset, and whether it could be appended.",
            role: .writer,
            query: IngestFields.parameters.filter { !["dataset", "mode", "row_key"].contains($0.name) },
            body: .other(RawFile.contentTypes.map { ($0, RawFile.schema) }),
            answers: [.json("SchemaComparison", "The differences.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let (upload, fileName) = try await ReceivedFile.receiveWhole(call)
                let found = try await ClientWatch.cancelling(on: call.context.channel) {
                    let request: IngestRequest
                    do {
                        request = try IngestFields(call.query).request(fileName: fileName)
                    } catch {
                        await upload.discard()
                        throw error
                    }
                    return try await lakehouse.compareSchema(of: name, with: upload, request, for: principal)
                }
                return try Reply.json(found, version: found.version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/schema/migrate",
            name: "migrateSchema",
            summary: "Changes the columns of a dataset by rules, in one commit; its files stay.",
            role: .writer,
            query: [
                QueryParameter(
                    name: "cascade",
                    description: "true: only say what needs the columns that are to go; nothing is changed.",
                    schema: SchemaText.boolean
                )
            ],
            headers: [.ifMatch],
            isRepeatable: true,
            body: .json(migrateRequest),
            answers: [.json("SchemaMigration", "The columns.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let fields = try await call.fields()
                let rules = try fields.objects("rules", allowed: ruleFields.map(\.name)).map(SchemaRule.init)
                let isPreview = try call.queryBoolean("cascade") ?? false
                let isDryRun = try fields.optionalBoolean("dry_run") ?? false
                let version = try call.expectedVersion()
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.migrateSchema(
                        of: name,
                        rules: rules,
                        expecting: version,
                        isDryRun: isDryRun || isPreview,
                        for: principal
                    )
                }
                return try Reply.json(outcome, version: outcome.version)
            }
        ),
    ]

    private static let diffRequest = ObjectSchema(
        name: "SchemaDiffRequest",
        fields: [
            Field(
                "columns",
                SchemaText.array(
                    ObjectSchema(
                        name: "",
                        fields: [Field("name", SchemaText.string), Field("type", SchemaText.string, "A SQL type.")],
                        isClosed: true
                    ).json
                )
            )
        ],
        isClosed: true
    )

    private static let migrateRequest = ObjectSchema(
        name: "SchemaMigrationRequest",
        fields: [
            Field(
                "rules",
                SchemaText.array(ObjectSchema(name: "", fields: ruleFields, isClosed: true).json),
                "Applied in order."
            ),
            Field("dry_run", SchemaText.boolean, "Only say what would become of the columns.", optional: true),
        ],
        isClosed: true
    )

    private static let ruleFields = [
        Field("rule", SchemaText.choice(SchemaRule.Name.self)),
        Field("column", SchemaText.string, "The column's name."),
        Field("type", SchemaText.string, "With add and widen: the SQL type.", optional: true),
        Field("to", SchemaText.string, "With rename: the name from here on.", optional: true),
        Field("nullable", SchemaText.boolean, "With add and set_nullable.", optional: true),
        Field(
            "default",
            SchemaText.string,
            "With add, what the rows so far have; with add and set_default, what rows get that come without the column.",
            optional: true
        ),
    ]
}

extension SchemaRule {
    /// What a rule is called in requests.
    enum Name: String, CaseIterable {
        case add, drop, rename, widen
        case setNullable = "set_nullable"
        case setDefault = "set_default"
    }

    init(_ fields: JSONFields) throws(ServerError) {
        let name = try fields.string("column")
        switch try fields.choice("rule", of: Name.self) {
        case .add:
            self = .add(
                name: name,
                type: try fields.string("type"),
                nullable: try fields.optionalBoolean("nullable") ?? true,
                fallback: try fields.optionalString("default")
            )
        case .drop: self = .drop(name: name)
        case .rename: self = .rename(name: name, to: try fields.string("to"))
        case .widen: self = .widen(name: name, to: try fields.string("type"))
        case .setNullable: self = .setNullable(name: name, try fields.boolean("nullable"))
        case .setDefault: self = .setFallback(name: name, try fields.optionalString("default"))
        }
    }
}

extension Call {
    /// `If-Match` as the version of a dataset, in quotes or not; nil when it is not given or matches any.
    func expectedVersion() throws(ServerError) -> Int? {
        guard let text = request.headers[.ifMatch], text != "*" else { return nil }
        guard let version = Int(text.trimmingPrefix("\"").split(separator: "\"").first ?? "") else {
            throw .invalidHeader(name: HTTPField.Name.ifMatch.rawName, reason: "must be the version of the dataset")
        }
        return version
    }

    func queryBoolean(_ name: String) throws(ServerError) -> Bool? {
        guard let text = query[name] else { return nil }
        guard let flag = Bool(text) else { throw .invalidField(name: name, reason: "must be true or false") }
        return flag
    }
}
