import LakeEngine

extension Components {
    static let resultColumn = ObjectSchema(
        name: "ResultColumn",
        fields: [Field("name", SchemaText.string), Field("type", SchemaText.string, "The SQL type.")]
    )

    static let queryResult = ObjectSchema(
        name: "QueryResult",
        fields: [
            Field("version", SchemaText.integer, "The lake version every table is read at."),
            Field("query_id", SchemaText.string),
            Field("columns", SchemaText.array(SchemaText.reference("ResultColumn"))),
            Field("rows", SchemaText.array(SchemaText.array(SchemaText.anything))),
            Field("row_count", SchemaText.integer),
            Field("has_more", SchemaText.boolean, "A limit cut the result."),
            Field("elapsed_ms", SchemaText.integer),
        ]
    )

    static let queryStatus = ObjectSchema(
        name: "QueryStatus",
        fields: [
            Field("query_id", SchemaText.string), Field("principal", SchemaText.string),
            Field("sql", SchemaText.string), Field("started_at", SchemaText.time),
            Field("elapsed_ms", SchemaText.integer), Field("version", SchemaText.integer),
        ]
    )

    static let queryCancelled = ObjectSchema(
        name: "QueryCancelled",
        fields: [Field("query_id", SchemaText.string), Field("cancelled", SchemaText.boolean)]
    )

    static let embeddings = ObjectSchema(
        name: "Embeddings",
        fields: [
            Field("model", SchemaText.string), Field("digest", SchemaText.string),
            Field("precision", SchemaText.string), Field("dimensions", SchemaText.integer),
            Field("embeddings", SchemaText.array(SchemaText.array(SchemaText.number)), "One a text, of length 1."),
            Field("tokens", SchemaText.integer),
            Field("truncated", SchemaText.integer, "Texts longer than the model reads."),
        ]
    )

    static let model = ObjectSchema(
        name: "Model",
        fields: [
            Field("id", SchemaText.string), Field("kind", SchemaText.string), Field("digest", SchemaText.string),
            Field("precision", SchemaText.string), Field("dimensions", SchemaText.integer),
            Field("max_tokens", SchemaText.integer),
        ]
    )

    static let modelReference = ObjectSchema(
        name: "ModelReference",
        fields: [
            Field("id", SchemaText.string), Field("digest", SchemaText.string), Field("precision", SchemaText.string),
        ]
    )

    static let chunkSettings = ObjectSchema(
        name: "ChunkSettings",
        fields: [
            Field("size_tokens", SchemaText.integer(minimum: 1), "Tokens of a chunk at most."),
            Field("overlap_tokens", SchemaText.integer(minimum: 0), "Tokens two neighbours share."),
        ]
    )

    static let index = ObjectSchema(
        name: "Index",
        fields: [
            Field("id", SchemaText.string), Field("name", SchemaText.string), Field("dataset", SchemaText.string),
            Field("text_columns", SchemaText.array(SchemaText.string)),
            Field("id_column", SchemaText.string, optional: true),
            Field("chunk", SchemaText.reference("ChunkSettings")),
            Field("model", SchemaText.reference("ModelReference")),
            Field("generation", SchemaText.integer, "The serving one; absent before the first.", optional: true),
            Field("dimensions", SchemaText.integer, optional: true), Field("rows", SchemaText.integer),
            Field("chunks", SchemaText.integer), Field("bytes", SchemaText.integer),
            Field("source_version", SchemaText.integer, "The lake version it was built from.", optional: true),
            Field("lag_rows", SchemaText.integer, "Rows the generation has not seen."),
            Field("stale", SchemaText.boolean, "The dataset has changed since."), Field("created_at", SchemaText.time),
            Field("updated_at", SchemaText.time, optional: true),
        ]
    )

    static let jobAccepted = ObjectSchema(
        name: "JobAccepted",
        fields: [Field("job_id", SchemaText.string), Field("job", SchemaText.reference("Job"))]
    )

    static let job = ObjectSchema(
        name: "Job",
        fields: [
            Field("id", SchemaText.string), Field("kind", SchemaText.string),
            Field("subject", SchemaText.string, "What it works on, such as an index's name."),
            Field("state", SchemaText.string, "queued, running, succeeded, failed or cancelled."),
            Field("rows_done", SchemaText.integer), Field("rows_total", SchemaText.integer),
            Field("chunks_done", SchemaText.integer), Field("rate", SchemaText.number, "Rows a second."),
            Field("eta_s", SchemaText.number, "Absent while unknown.", optional: true),
            Field("errors", SchemaText.array(SchemaText.string)),
            Field("attempts", SchemaText.integer, "Above 1 it was resumed."), Field("created_by", SchemaText.string),
            Field("created_at", SchemaText.time), Field("updated_at", SchemaText.time),
        ]
    )

    static let searchAnswer = ObjectSchema(
        name: "SearchAnswer",
        fields: [
            Field("version", SchemaText.integer), Field("generation", SchemaText.integer),
            Field("source_version", SchemaText.integer, "The lake version the rows are of."),
            Field("stale", SchemaText.boolean, "The dataset has changed since."),
            Field("results", SchemaText.array(SchemaText.reference("SearchResult")), "Best first."),
            Field("elapsed_us", SchemaText.integer), Field("exact", SchemaText.boolean),
        ]
    )

    static let searchResult = ObjectSchema(
        name: "SearchResult",
        fields: [
            Field("id", SchemaText.string), Field("score", SchemaText.number, "Cosine similarity."),
            Field("text", SchemaText.string, "The chunk that matched."), Field("column", SchemaText.string),
            Field("start", SchemaText.integer, "UTF-8 offset of the chunk in its column."),
            Field("end", SchemaText.integer),
            Field("row", SchemaText.map(SchemaText.anything), "The row behind the hit."),
        ]
    )

    static let answer = ObjectSchema(
        name: "Answer",
        fields: [
            Field("version", SchemaText.integer), Field("generation", SchemaText.integer),
            Field("index", SchemaText.string),
            Field("found", SchemaText.boolean, "False: the citations are the nearest passages, not grounds."),
            Field("answer", SchemaText.string),
            Field("citations", SchemaText.array(SchemaText.reference("Citation"))),
            Field("engine", SchemaText.string), Field("generated", SchemaText.boolean),
            Field("model", SchemaText.string), Field("elapsed_ms", SchemaText.integer),
        ]
    )

    static let citation = ObjectSchema(
        name: "Citation",
        fields: [
            Field("n", SchemaText.integer, "As marked in the answer: [1]."), Field("id", SchemaText.string),
            Field("dataset", SchemaText.string), Field("text", SchemaText.string, "The sentence, verbatim."),
            Field("chunk", SchemaText.string), Field("score", SchemaText.number),
            Field("column", SchemaText.string), Field("start", SchemaText.integer), Field("end", SchemaText.integer),
        ]
    )
}
