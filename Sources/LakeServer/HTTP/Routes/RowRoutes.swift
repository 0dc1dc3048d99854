import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import LakeSQL

extension RouteTable {
    static let rowRoutes = [
        Route(
            method: .get,
            path: "/catalog/datasets/by-name/{name}/history",
            name: "listVersions",
            summary: "The versions of a dataset, newest first: what changed, who did it and why.",
            role: .reader,
            query: [.limit, .cursor],
            answers: [.page("DatasetVersion", "One page of versions.", saysVersion: true)],
            handle: { call in
                let limit = try call.queryInteger("limit") ?? 100
                let name = try call.path("name")
                return try Reply.json(
                    try await call.lakehouse.versions(
                        of: name,
                        limit: limit,
                        cursor: call.query["cursor"],
                        for: call.principal
                    )
                )
            }
        ),
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/restore",
            name: "restoreDataset",
            summary: "Gives a dataset the rows of an earlier version, or takes its drop back.",
            role: .writer,
            body: .json(restoreRequest),
            answers: [.json("Restored", "It is restored.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let earlier = try await call.fields().optionalInteger("version")
                let version =
                    if let earlier {
                        try await lakehouse.restore(dataset: name, to: earlier, for: principal)
                    } else {
                        try await lakehouse.restoreDropped(dataset: name, for: principal)
                    }
                return Reply.dropped(version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/rows/delete",
            name: "deleteRows",
            summary: "Deletes the rows for which a condition holds, in one commit.",
            role: .writer,
            body: .json(deleteRequest),
            answers: [.json("RowChange", "What was deleted.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let fields = try await call.fields()
                let condition = try fields.string("where")
                let parameters = try LakeSQL.Parameters(fields["params"])
                let isDryRun = try fields.optionalBoolean("dry_run") ?? false
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.deleteRows(
                        of: name,
                        where: condition,
                        parameters: parameters,
                        isDryRun: isDryRun,
                        for: principal
                    )
                }
                return try Reply.json(outcome, version: outcome.version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/rows/update",
            name: "updateRows",
            summary: "Gives the rows for which a condition holds other values, in one commit.",
            role: .writer,
            body: .json(updateRequest),
            answers: [.json("RowChange", "What was changed.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let fields = try await call.fields()
                let values = try fields.texts("set")
                let condition = try fields.string("where")
                let parameters = try LakeSQL.Parameters(fields["params"])
                let isDryRun = try fields.optionalBoolean("dry_run") ?? false
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.updateRows(
                        of: name,
                        set: values,
                        where: condition,
                        parameters: parameters,
                        isDryRun: isDryRun,
                        for: principal
                    )
                }
                return try Reply.json(outcome, version: outcome.version)
            }
        ),
        Route(
            method: .post,
            path: "/query/compact",
            name: "compactDataset",
            summary: "Merges the small files of a dataset and leaves deleted rows out for good.",
            role: .writer,
            body: .json(compactRequest),
            answers: [.json("CompactionOutcome", "What was done.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let name = try await call.fields().string("dataset")
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.compact(dataset: name, for: principal)
                }
                return try Reply.json(outcome, version: outcome.version)
            }
        ),
    ]

    private static let restoreRequest = ObjectSchema(
        name: "RestoreRequest",
        fields: [
            Field(
                "version",
                SchemaText.integer(minimum: 0),
                "The lake version whose rows it is to have; without it the dataset was dropped and comes back.",
                optional: true
            )
        ],
        isClosed: true
    )

    private static let rowFields = [
        Field("where", SchemaText.string, "A SQL condition over the columns; 'true' stands for every row."),
        Field(
            "params",
            SchemaText.either(SchemaText.array(SchemaText.anything), SchemaText.map(SchemaText.anything)),
            "For ? and $1 an array, for $name an object.",
            optional: true
        ),
        Field("dry_run", SchemaText.boolean, "Only count the rows.", optional: true),
    ]

    private static let deleteRequest = ObjectSchema(name: "DeleteRowsRequest", fields: rowFields, isClosed: true)

    private static let updateRequest = ObjectSchema(
        name: "UpdateRowsRequest",
        fields: [
            Field("set", SchemaText.map(SchemaText.string), "A SQL expression for each column that changes.")
        ] + rowFields,
        isClosed: true
    )

    private static let compactRequest = ObjectSchema(
        name: "CompactRequest",
        fields: [Field("dataset", SchemaText.string)],
        isClosed: true
    )
}

extension LakeSQL.Parameters {
    /// The field `params`: an array for places, an object for names.
    init(_ value: JSONValue?) throws(ServerError) {
        switch value {
        case nil: self = .none
        case .array(let items)?: self = .positional(items.map(SQLValue.init))
        case .object(let members)?:
            self = .named(Dictionary(uniqueKeysWithValues: members.map { ($0.name, SQLValue($0.value)) }))
        case let value?:
            throw .invalidField(name: "params", reason: "must be an array or an object, not \(value.kindInWords)")
        }
    }
}
