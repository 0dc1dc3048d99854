import LakeCatalog
import LakeCore
import LakeEngine

/// The objects the API answers with, by the names the document gives them.
enum Components {
    static let all: [ObjectSchema] =
        [
            problem, health, readiness, readinessPart, version, dataset, column, dropped, ingestResult, rejectedRow,
            queryResult, resultColumn, queryStatus, queryCancelled, queryPlan, planNode, planTable, backgroundQuery,
            queryFailure,
            resultPage, droppedQuery, embeddings, model, index, chunkSettings,
            modelReference,
            jobAccepted, job, searchAnswer, searchResult, answer, citation, key, createdKey, verification,
            event, journalPage, journalStatus, journalCheck, journalHead,
            bucket, bucketHealth, bucketHealthEntry, rescueHealth, bucketProblem, object, objectRemoved,
            logPage, logEntry, logTransaction, logChange, logSubject, lakeProblem,
            sweepOutcome, repairPlan, repairStep, repairOutcome, resyncOutcome,
            migrationOutcome,
        ] + rows + cards + schema

    static let problem = ObjectSchema(
        name: "Problem",
        fields: [
            Field("type", SchemaText.string), Field("title", SchemaText.string), Field("status", SchemaText.integer),
            Field("code", SchemaText.string, "A stable word for programs."),
            Field("detail", SchemaText.string, "One sentence: what, which, and what to do."),
            Field("request_id", SchemaText.string),
            Field("field", SchemaText.string, "The field or parameter that is wrong.", optional: true),
            Field("position", SchemaText.map(SchemaText.integer), "Where in the text: line, column.", optional: true),
            Field("diff", SchemaText.reference("SchemaDiff"), "With rename_likely.", optional: true),
            Field(
                "needed",
                SchemaText.array(SchemaText.reference("ColumnUse")),
                "With columns_needed: what needs them.",
                optional: true
            ),
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
            Field("version", SchemaText.integer, "The lake version that last changed its rows or columns."),
            Field("etag", SchemaText.string, "For If-Match; another one whenever anything of this is."),
            Field("rows", SchemaText.integer), Field("bytes", SchemaText.integer),
            Field("files", SchemaText.integer, "The number of data files."),
            Field("columns", SchemaText.array(SchemaText.reference("DatasetColumn"))),
            Field("description", SchemaText.string, optional: true),
            Field("owner", SchemaText.string, optional: true), Field("tags", SchemaText.array(SchemaText.string)),
            Field("licence", SchemaText.string, optional: true),
            Field("links", SchemaText.array(SchemaText.reference("Link"))),
            Field("sensitivity", SchemaText.choice(Sensitivity.self), "Of its most sensitive column.", optional: true),
            Field("delete_protection", SchemaText.boolean, "Whether a drop is refused."),
            Field("freshness", SchemaText.reference("Freshness")),
            Field("created_at", SchemaText.time), Field("updated_at", SchemaText.time),
        ]
    )

    static let column = ObjectSchema(
        name: "Column",
        fields: [
            Field("name", SchemaText.string), Field("type", SchemaText.string, "The SQL type."),
            Field("field_id", SchemaText.integer, "Stable through renames."), Field("nullable", SchemaText.boolean),
            Field("default", SchemaText.string, "What rows get that come without the column.", optional: true),
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
            Field(
                "pii",
                SchemaText.array(SchemaText.reference("ColumnPersonalData")),
                "What the columns seem to hold of people.",
                optional: true
            ),
            Field(
                "schema_changes",
                SchemaText.array(SchemaText.reference("SchemaChange")),
                "How the columns differ from before, or the file's from those.",
                optional: true
            ),
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

    static let logPage = ObjectSchema(
        name: "LogPage",
        fields: [
            Field("items", SchemaText.array(SchemaText.reference("LogEntry")), "Oldest first."),
            Field("next_since", SchemaText.integer, "Hand it back as since to go on."),
        ]
    )

    static let logEntry = ObjectSchema(
        name: "LogEntry",
        fields: [
            Field("version", SchemaText.integer), Field("at", SchemaText.time),
            Field("transactions", SchemaText.array(SchemaText.reference("LogTransaction"))),
        ]
    )

    static let logTransaction = ObjectSchema(
        name: "LogTransaction",
        fields: [
            Field("id", SchemaText.string), Field("actor", SchemaText.string), Field("reason", SchemaText.string),
            Field("at", SchemaText.time),
            Field("changes", SchemaText.array(SchemaText.reference("LogChange"))),
        ]
    )

    static let logChange = ObjectSchema(
        name: "LogChange",
        fields: [
            Field("kind", SchemaText.string, "As docs/formats/log.md calls it."),
            Field("dataset", SchemaText.reference("LogSubject"), optional: true),
            Field("index", SchemaText.reference("LogSubject"), optional: true),
            Field("key", SchemaText.reference("LogSubject"), optional: true),
            Field("files_added", SchemaText.integer, optional: true),
            Field("files_removed", SchemaText.integer, optional: true),
            Field("rows", SchemaText.integer, "Rows that came.", optional: true),
            Field("generation", SchemaText.integer, optional: true),
            Field("oldest_version", SchemaText.integer, optional: true),
        ]
    )

    static let logSubject = ObjectSchema(
        name: "LogSubject",
        fields: [Field("id", SchemaText.string), Field("name", SchemaText.string, optional: true)]
    )

    static let verification = ObjectSchema(
        name: "VerificationReport",
        fields: [
            Field("version", SchemaText.integer), Field("commits", SchemaText.integer),
            Field("objects", SchemaText.integer), Field("bytes", SchemaText.integer),
            Field("problems", SchemaText.array(SchemaText.reference("LakeProblem")), "Empty when the lake is sound."),
            Field("unreferenced", SchemaText.integer, "Objects no version refers to."),
            Field("unreferenced_objects", SchemaText.array(SchemaText.string), "Their keys; the first hundred."),
        ]
    )

    static let lakeProblem = ObjectSchema(
        name: "LakeProblem",
        fields: [
            Field("kind", SchemaText.choice(LakeProblem.Kind.self)),
            Field("object", SchemaText.string, "Its key, or the folder of an index generation.", optional: true),
            Field("subject", SchemaText.string, "The dataset or the index.", optional: true),
            Field("detail", SchemaText.string),
        ]
    )

    static let sweepOutcome = ObjectSchema(
        name: "SweepOutcome",
        fields: [
            Field("dry_run", SchemaText.boolean), Field("version", SchemaText.integer),
            Field("oldest_version", SchemaText.integer, "The oldest version that can be read from here on."),
            Field("examined", SchemaText.integer), Field("moved", SchemaText.integer, "Objects moved to quarantine."),
            Field("moved_bytes", SchemaText.integer),
            Field("objects", SchemaText.array(SchemaText.string), "Their keys; the first thousand."),
            Field("restored", SchemaText.array(SchemaText.string), "Keys of objects that were moved back."),
            Field("deleted", SchemaText.integer, "Objects that were in quarantine for long enough."),
            Field("deleted_bytes", SchemaText.integer), Field("datasets_forgotten", SchemaText.integer),
            Field("skipped", SchemaText.array(SchemaText.string), "Buckets out of reach, or lakes themselves."),
            Field("checkpoints_deleted", SchemaText.integer),
            Field("job_segments", SchemaText.integer, "Checkpoints of jobs that failed or were cancelled."),
            Field("job_segment_bytes", SchemaText.integer),
            Field("leftovers", SchemaText.integer, "Uploads and half-written files that were cut off."),
        ]
    )

    static let repairPlan = ObjectSchema(
        name: "RepairPlan",
        fields: [
            Field("id", SchemaText.string, "Approve the plan with it."), Field("version", SchemaText.integer),
            Field("steps", SchemaText.array(SchemaText.reference("RepairStep"))),
            Field("beyond_repair", SchemaText.array(SchemaText.string), "What no step can mend."),
            Field("rows_lost", SchemaText.integer, "Rows that would be gone."),
        ]
    )

    static let repairStep = ObjectSchema(
        name: "RepairStep",
        fields: [
            Field("kind", SchemaText.choice(RepairStep.Kind.self)), Field("object", SchemaText.string),
            Field("subject", SchemaText.string, "The dataset or the index.", optional: true),
            Field("source", SchemaText.string, "Where the good copy is.", optional: true),
            Field("rows_lost", SchemaText.integer, optional: true), Field("detail", SchemaText.string),
        ]
    )

    static let repairOutcome = ObjectSchema(
        name: "RepairOutcome",
        fields: [
            Field("id", SchemaText.string), Field("version", SchemaText.integer),
            Field("steps", SchemaText.array(SchemaText.reference("RepairStep"))),
            Field("jobs", SchemaText.array(SchemaText.reference("Job")), "They build indexes anew."),
        ]
    )

    static let migrationOutcome = ObjectSchema(
        name: "MigrationOutcome",
        fields: [
            Field("dataset", SchemaText.string), Field("bucket", SchemaText.string, "Where its files are now."),
            Field("version", SchemaText.integer), Field("files", SchemaText.integer, "Those that were elsewhere."),
            Field("bytes", SchemaText.integer),
        ]
    )

    static let resyncOutcome = ObjectSchema(
        name: "ResyncOutcome",
        fields: [
            Field("restored", SchemaText.array(SchemaText.string)),
            Field("missing", SchemaText.array(SchemaText.string), "Those of which there is no good copy."),
        ]
    )
}
