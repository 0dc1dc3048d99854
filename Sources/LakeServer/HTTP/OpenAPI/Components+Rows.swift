extension Components {
    static let rows = [
        ObjectSchema(
            name: "DatasetVersion",
            fields: [
                Field("version", SchemaText.integer, "Of the lake."), Field("at", SchemaText.time),
                Field("actor", SchemaText.string), Field("reason", SchemaText.string),
                Field("changes", SchemaText.array(SchemaText.string), "As the log calls them."),
                Field("rows_added", SchemaText.integer), Field("rows_removed", SchemaText.integer),
                Field("bytes_added", SchemaText.integer), Field("bytes_removed", SchemaText.integer),
                Field("rows", SchemaText.integer, "Afterwards."), Field("files", SchemaText.integer, "Afterwards."),
                Field("tags", SchemaText.array(SchemaText.string), "What the version is named."),
            ]
        ),
        ObjectSchema(
            name: "CachedDataset",
            fields: [
                Field("dataset", SchemaText.string),
                Field("version", SchemaText.integer, "The lake version of the dataset that is in memory."),
                Field("rows", SchemaText.integer), Field("bytes", SchemaText.integer, "Of memory."),
                Field("tables", SchemaText.integer, "How many hold the rows."),
                Field("hits", SchemaText.integer, "Queries that read them since the server started."),
                Field("last_used_at", SchemaText.time),
                Field("problem", SchemaText.string, "Why it is not in memory, or not as it is now.", optional: true),
            ]
        ),
        ObjectSchema(
            name: "CacheStatistics",
            fields: [
                Field("budget_bytes", SchemaText.integer), Field("used_bytes", SchemaText.integer),
                Field("items", SchemaText.array(SchemaText.reference("CachedDataset")), "By name."),
                Field("results", SchemaText.reference("ResultCacheStatistics"), "Short answers that are kept."),
            ]
        ),
        ObjectSchema(
            name: "ResultCacheStatistics",
            fields: [
                Field("budget_bytes", SchemaText.integer), Field("used_bytes", SchemaText.integer),
                Field("entries", SchemaText.integer), Field("hits", SchemaText.integer),
                Field("misses", SchemaText.integer, "Of questions whose answers may be kept."),
            ]
        ),
        ObjectSchema(
            name: "Restored",
            fields: [Field("version", SchemaText.integer, "The lake version that has it again.")]
        ),
        ObjectSchema(
            name: "RowChange",
            fields: [
                Field("dataset", SchemaText.string), Field("version", SchemaText.integer),
                Field("rows_deleted", SchemaText.integer),
                Field("rows_added", SchemaText.integer, "In place of others, or brought back."),
                Field("rows", SchemaText.integer, "Of the dataset afterwards."),
                Field("dry_run", SchemaText.boolean, "Whether they were only counted."),
            ]
        ),
        ObjectSchema(
            name: "CompactionOutcome",
            fields: [
                Field("dataset", SchemaText.string), Field("version", SchemaText.integer),
                Field("files_before", SchemaText.integer), Field("files_after", SchemaText.integer),
                Field("bytes_before", SchemaText.integer), Field("bytes_after", SchemaText.integer),
                Field(
                    "rows_erased",
                    SchemaText.integer,
                    "Deleted rows that the newest version's files no longer hold."
                ),
                Field("tombstones_erased", SchemaText.integer, "Those that can no longer be undone."),
                Field("rows", SchemaText.integer),
            ]
        ),
        ObjectSchema(
            name: "Tombstone",
            fields: [
                Field("id", SchemaText.string), Field("dataset", SchemaText.string),
                Field("row_key_columns", SchemaText.array(SchemaText.string)),
                Field("keys", SchemaText.integer, "How many were named."),
                Field("rows", SchemaText.integer, "How many they hid."), Field("actor", SchemaText.string),
                Field("reason", SchemaText.string), Field("at", SchemaText.time),
                Field("version", SchemaText.integer, "The lake version that hid them."),
            ]
        ),
        ObjectSchema(
            name: "TombstoneOutcome",
            fields: [
                Field("id", SchemaText.string, "Absent when no row had any of the keys.", optional: true),
                Field("dataset", SchemaText.string), Field("version", SchemaText.integer),
                Field("keys", SchemaText.integer), Field("rows_hidden", SchemaText.integer),
                Field("rows", SchemaText.integer, "Of the dataset afterwards."),
            ]
        ),
    ]
}
