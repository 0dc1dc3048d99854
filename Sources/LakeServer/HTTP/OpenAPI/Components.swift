import LakeCore
import LakeEngine

/// The objects the API answers with, by the names the document gives them.
enum Components {
    static let all: [ObjectSchema] = [
        problem, health, readiness, readinessPart, version, dataset, column, dropped, ingestResult, rejectedRow,
        queryResult, resultColumn, queryStatus, queryCancelled, embeddings, model, index, chunkSettings, modelReference,
        jobAccepted, job, searchAnswer, searchResult, answer, citation, key, createdKey, verification,
        bucket, bucketHealth, bucketHealthEntry, bucketProblem, object, objectRemoved,
    ]

    static let problem = ObjectSchema(
        name: "Problem",
        fields: [
            Field("type", SchemaText.string), Field("title", SchemaText.string), Field("status", SchemaText.integer),
            Field("code", SchemaText.string, "A stable word for programs."),
            Field("detail", SchemaText.string, "One sentence: what, which, and what to do."),
            Field("request_id", SchemaText.string),
            Field("field", SchemaText.string, "The field or parameter that is wrong.", optional: true),
            Field("position", SchemaText.map(SchemaText.integer), "Where in the text: line, column.", optional: true),
        ]
    )

    static let health = ObjectSchema(name: "Health", fields: [Field("status", SchemaText.string)])

    static let readiness = ObjectSchema(
        name: "Readiness",
        fields: [
            Field("ready", SchemaText.boolean),
            Field("parts", SchemaText.array(SchemaText.reference("ReadinessPart"))),
        ]
    )

    static let readinessPart = ObjectSchema(
        name: "ReadinessPart",
        fields: [
            Field("name", SchemaText.string), Field("ready", SchemaText.boolean),
            Field("reason", SchemaText.string, "Why not, or what is worth knowing.", optional: true),
        ]
    )

    static let version = ObjectSchema(
        name: "Version",
        fields: [Field("name", SchemaText.string), Field("version", SchemaText.string)]
    )

    static let dataset = ObjectSchema(
        name: "Dataset",
        fields: [
            Field("id", SchemaText.string), Field("name", SchemaText.string),
            Field("version", SchemaText.integer, "The lake version that last changed it."),
            Field("rows", SchemaText.integer), Field("bytes", SchemaText.integer),
            Field("files", SchemaText.integer, "The number of data files."),
            Field("columns", SchemaText.array(SchemaText.reference("Column"))),
            Field("description", SchemaText.string, optional: true),
            Field("created_at", SchemaText.time), Field("updated_at", SchemaText.time),
        ]
    )

    static let column = ObjectSchema(
        name: "Column",
        fields: [
            Field("name", SchemaText.string), Field("type", SchemaText.string, "The SQL type."),
            Field("field_id", SchemaText.integer, "Stable through renames."), Field("nullable", SchemaText.boolean),
        ]
    )

    static let dropped = ObjectSchema(
        name: "Dropped",
        fields: [Field("version", SchemaText.integer, "The lake version without it.")]
    )

    static let ingestResult = ObjectSchema(
        name: "IngestResult",
        fields: [
            Field("dataset", SchemaText.string),
            Field("version", SchemaText.integer, "The lake version that holds the rows."),
            Field("mode", SchemaText.string), Field("format", SchemaText.string), Field("rows", SchemaText.integer),
            Field("bytes", SchemaText.integer), Field("columns", SchemaText.array(SchemaText.reference("Column"))),
            Field("deduplicated", SchemaText.boolean, "The same bytes were there already; nothing changed."),
            Field("rejected_rows", SchemaText.integer),
            Field("rejected", SchemaText.array(SchemaText.reference("RejectedRow")), "The first rejected rows."),
            Field("notes", SchemaText.array(SchemaText.string), "What the reader decided."),
        ]
    )

    static let rejectedRow = ObjectSchema(
        name: "RejectedRow",
        fields: [Field("line", SchemaText.integer, optional: true), Field("reason", SchemaText.string)]
    )

    static let key = ObjectSchema(
        name: "Key",
        fields: [
            Field("id", SchemaText.string), Field("name", SchemaText.string),
            Field("role", SchemaText.choice(Principal.Role.self)), Field("created_at", SchemaText.time),
            Field("revoked_at", SchemaText.time, optional: true),
        ]
    )

    static let createdKey = ObjectSchema(
        name: "CreatedKey",
        fields: [
            Field("key", SchemaText.reference("Key")),
            Field("secret", SchemaText.string, "Sent as X-API-Key; it is not shown again."),
        ]
    )

    static let verification = ObjectSchema(
        name: "VerificationReport",
        fields: [
            Field("version", SchemaText.integer), Field("commits", SchemaText.integer),
            Field("objects", SchemaText.integer), Field("bytes", SchemaText.integer),
            Field("problems", SchemaText.array(SchemaText.string), "Empty when the lake is sound."),
            Field("unreferenced", SchemaText.integer, "Objects no version refers to."),
        ]
    )
}
