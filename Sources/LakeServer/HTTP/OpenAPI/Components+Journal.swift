extension Components {
    static let event = ObjectSchema(
        name: "Event",
        fields: [
            Field("id", SchemaText.string, "Its writer and number, or its commit and place."),
            Field("entity", SchemaText.string), Field("field", SchemaText.string),
            Field("old", SchemaText.anything, optional: true), Field("new", SchemaText.anything, optional: true),
            Field("actor", SchemaText.string, "Who, by the key they showed."),
            Field("source", SchemaText.string, "'commit' for what the lake recorded with a change of it."),
            Field("workspace", SchemaText.string, optional: true),
            Field("version", SchemaText.integer, "The lake version the change made, or the newest when it was told."),
            Field("at", SchemaText.time),
        ]
    )

    static let journalPage = ObjectSchema(
        name: "JournalPage",
        fields: [
            Field("items", SchemaText.array(SchemaText.reference("Event")), "May be few or none before the last page."),
            Field("next_cursor", SchemaText.string, "Absent on the last page.", optional: true),
            Field("damaged_lines", SchemaText.integer, "Lines passed over; a verification names them."),
        ]
    )

    static let journalStatus = ObjectSchema(
        name: "JournalStatus",
        fields: [
            Field("journal", SchemaText.string), Field("segments", SchemaText.integer, "Not compacted."),
            Field("compacted_files", SchemaText.integer), Field("compacted_bytes", SchemaText.integer),
            Field("compacted_lines", SchemaText.integer),
            Field("writer", SchemaText.string, "The chain this server writes.", optional: true),
            Field("entries", SchemaText.integer, "Made durable by this server since it started."),
            Field("waiting", SchemaText.integer, "In this server's memory."),
            Field("failures", SchemaText.integer, "Flushes that failed."),
            Field("refused", SchemaText.integer, "Entries refused because too many waited."),
        ]
    )

    static let journalCheck = ObjectSchema(
        name: "JournalCheck",
        fields: [
            Field("journal", SchemaText.string), Field("segments", SchemaText.integer),
            Field("entries", SchemaText.integer),
            Field("problems", SchemaText.array(SchemaText.string), "The first hundred; each names segment and line."),
            Field("problem_count", SchemaText.integer),
            Field(
                "heads",
                SchemaText.array(SchemaText.reference("JournalHead")),
                "Kept elsewhere, they show a cut end."
            ),
        ]
    )

    static let journalHead = ObjectSchema(
        name: "JournalHead",
        fields: [
            Field("writer", SchemaText.string), Field("segment", SchemaText.string),
            Field("seq", SchemaText.integer, "Of its last entry."),
            Field("digest", SchemaText.string, "Of its last line."),
        ]
    )
}
