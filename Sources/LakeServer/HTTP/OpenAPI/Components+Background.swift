import LakeEngine

extension Components {
    static let backgroundQuery = ObjectSchema(
        name: "BackgroundQuery",
        fields: [
            Field("query_id", SchemaText.string),
            Field("state", SchemaText.string, "queued, running, succeeded, failed or cancelled."),
            Field("sql", SchemaText.string),
            Field("form", SchemaText.choice(ResultForm.self), "How the result is kept."),
            Field("version", SchemaText.integer, "The lake version every table is read at."),
            Field("created_at", SchemaText.time), Field("finished_at", SchemaText.time, optional: true),
            Field("expires_at", SchemaText.time, "When the result is taken away.", optional: true),
            Field("columns", SchemaText.array(SchemaText.reference("ResultColumn")), optional: true),
            Field("row_count", SchemaText.integer, "Of the whole result.", optional: true),
            Field("bytes", SchemaText.integer, optional: true),
            Field("has_more", SchemaText.boolean, "A limit cut the result.", optional: true),
            Field("error", SchemaText.reference("QueryFailure"), optional: true),
        ]
    )

    static let queryPlan = ObjectSchema(
        name: "QueryPlan",
        fields: [
            Field("version", SchemaText.integer), Field("plan", SchemaText.reference("PlanNode")),
            Field("tables", SchemaText.array(SchemaText.reference("PlanTable")), "What it reads, by name."),
        ]
    )

    static let planTable = ObjectSchema(
        name: "PlanTable",
        fields: [
            Field("name", SchemaText.string),
            Field("source", SchemaText.string, "cache (memory), store (files), or both."),
            Field("files", SchemaText.integer, "How many are read."),
        ]
    )

    static let planNode = ObjectSchema(
        name: "PlanNode",
        fields: [
            Field("step", SchemaText.string, "As the engine calls it: HASH_GROUP_BY, READ_PARQUET."),
            Field("estimated_rows", SchemaText.integer, "Absent when nothing is expected.", optional: true),
            Field("details", SchemaText.map(SchemaText.array(SchemaText.string)), "Filters, groups, join conditions…"),
            Field("inputs", SchemaText.array(SchemaText.reference("PlanNode")), "The steps it takes its rows from."),
        ]
    )

    static let queryFailure = ObjectSchema(
        name: "QueryFailure",
        fields: [Field("code", SchemaText.string), Field("detail", SchemaText.string)]
    )

    static let resultPage = ObjectSchema(
        name: "ResultPage",
        fields: [
            Field("version", SchemaText.integer), Field("query_id", SchemaText.string),
            Field("columns", SchemaText.array(SchemaText.reference("ResultColumn"))),
            Field("rows", SchemaText.array(SchemaText.array(SchemaText.anything))),
            Field("row_count", SchemaText.integer, "Of this page."),
            Field("has_more", SchemaText.boolean, "A limit cut the whole result."),
            Field("next_cursor", SchemaText.string, "Absent on the last page.", optional: true),
        ]
    )

    static let droppedQuery = ObjectSchema(
        name: "DroppedQuery",
        fields: [Field("query_id", SchemaText.string), Field("dropped", SchemaText.boolean)]
    )
}
