import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

extension RouteTable {
    static let tombstoneRoutes = [
        Route(
            method: .get,
            path: "/catalog/datasets/by-name/{name}/tombstone",
            name: "listTombstones",
            summary: "The tombstones of a dataset that can be undone, oldest first.",
            role: .reader,
            answers: [.list("Tombstone", "The tombstones.", saysVersion: true)],
            handle: { call in
                let found = try await call.lakehouse.tombstones(of: try call.path("name"), for: call.principal)
                return try Reply.json(ItemList(items: found.value), version: found.version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/tombstone",
            name: "hideRows",
            summary: "Hides the rows that have certain keys from every query, search and answer.",
            role: .writer,
            body: .json(hideRequest),
            answers: [.json("TombstoneOutcome", "What was hidden.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                let fields = try await call.fields()
                let columns = try keyColumns(fields)
                let reason = try fields.string("reason")
                guard case .array(let values)? = fields["row_key_values"] else {
                    throw ServerError.invalidField(name: "row_key_values", reason: "must be an array")
                }
                let keys = values.map { value -> [SQLValue] in
                    if case .array(let parts) = value, columns.count > 1 { return parts.map(SQLValue.init) }
                    return [SQLValue(value)]
                }
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.hideRows(of: name, columns: columns, keys: keys, reason: reason, for: principal)
                }
                return try Reply.json(outcome, version: outcome.version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/datasets/by-name/{name}/tombstone/file",
            name: "hideRowsOfFile",
            summary: "The same with the keys in a file, of any format that can be ingested and any length.",
            role: .writer,
            query: [
                QueryParameter(
                    name: "row_key_columns",
                    description: "The columns of the key, with commas between them; the file has them, too.",
                    schema: SchemaText.string
                ),
                QueryParameter(name: "reason", description: "Why, for the history.", schema: SchemaText.string),
                QueryParameter(name: "name", description: "The file's name.", schema: SchemaText.string),
            ],
            body: .other(RawFile.contentTypes.map { ($0, RawFile.schema) }),
            answers: [.json("TombstoneOutcome", "What was hidden.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let (lakehouse, principal, name) = (call.lakehouse, try call.principal, try call.path("name"))
                guard let columns = call.query["row_key_columns"] else {
                    throw ServerError.missingField(name: "row_key_columns")
                }
                let upload = try await ReceivedFile.receiveWhole(call)
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.hideRows(
                        of: name,
                        columns: columns.split(separator: ",").map(String.init),
                        keys: upload.upload,
                        fileName: upload.fileName,
                        reason: call.query["reason"] ?? "",
                        for: principal
                    )
                }
                return try Reply.json(outcome, version: outcome.version)
            }
        ),
        Route(
            method: .delete,
            path: "/catalog/datasets/by-name/{name}/tombstone/{id}",
            name: "undoTombstone",
            summary: "Brings the rows back that a tombstone hid, unless their files were rewritten since.",
            role: .writer,
            answers: [.json("RowChange", "What was brought back.", saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let outcome = try await call.lakehouse.undoTombstone(
                    id: try call.path("id"),
                    of: try call.path("name"),
                    for: call.principal
                )
                return try Reply.json(outcome, version: outcome.version)
            }
        ),
    ]

    private static let hideRequest = ObjectSchema(
        name: "TombstoneRequest",
        fields: [
            Field("row_key_column", SchemaText.string, "The column of the key.", optional: true),
            Field("row_key_columns", SchemaText.array(SchemaText.string), "Several, instead of one.", optional: true),
            Field(
                "row_key_values",
                SchemaText.array(SchemaText.anything),
                "The keys, at most 10,000; arrays of values if there are several columns."
            ),
            Field("reason", SchemaText.string, "Why, for the history."),
        ],
        isClosed: true
    )

    private static func keyColumns(_ fields: JSONFields) throws(ServerError) -> [String] {
        if let column = try fields.optionalString("row_key_column") { return [column] }
        return try fields.strings("row_key_columns")
    }
}
