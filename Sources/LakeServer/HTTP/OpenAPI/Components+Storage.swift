extension Components {
    static let bucket = ObjectSchema(
        name: "Bucket",
        fields: [
            Field("name", SchemaText.string), Field("kind", SchemaText.string, "local or s3."),
            Field("primary", SchemaText.boolean, "Whether it holds the log."),
            Field("rescue", SchemaText.boolean, "Whether it holds the copy that is read from when another is gone."),
            Field("reachable", SchemaText.boolean),
            Field("latency_ms", SchemaText.number, "Of recent calls; absent before the first.", optional: true),
        ]
    )

    static let bucketHealth = ObjectSchema(
        name: "BucketHealth",
        fields: [
            Field("healthy", SchemaText.boolean, "Whether every bucket can be reached."),
            Field("buckets", SchemaText.array(SchemaText.reference("BucketHealthEntry"))),
            Field("rescue", SchemaText.reference("RescueHealth"), "Absent without a rescue bucket.", optional: true),
        ]
    )

    static let rescueHealth = ObjectSchema(
        name: "RescueHealth",
        fields: [
            Field("bucket", SchemaText.string),
            Field("version", SchemaText.integer, "The lake version that the copy is of."),
            Field("lag_versions", SchemaText.integer), Field("lag_seconds", SchemaText.number),
            Field("objects", SchemaText.integer, "Copied since the server started."),
            Field("bytes", SchemaText.integer, "Copied since the server started."),
            Field("last_error", SchemaText.string, "Why it does not go on.", optional: true),
        ]
    )

    static let bucketHealthEntry = ObjectSchema(
        name: "BucketHealthEntry",
        fields: [
            Field("name", SchemaText.string), Field("reachable", SchemaText.boolean),
            Field(
                "circuit",
                SchemaText.string,
                "closed lets everything through, open nothing, half_open one at a time."
            ),
            Field("latency_ms", SchemaText.number, optional: true),
            Field("errors", SchemaText.integer, "Calls that failed since the server started."),
            Field("errors_by_operation", SchemaText.map(SchemaText.integer), "read, write, list, delete."),
            Field("last_error", SchemaText.reference("BucketProblem"), optional: true),
            Field("last_success_at", SchemaText.time, optional: true),
        ]
    )

    static let bucketProblem = ObjectSchema(
        name: "BucketProblem",
        fields: [
            Field("at", SchemaText.time), Field("bucket", SchemaText.string), Field("operation", SchemaText.string),
            Field("key", SchemaText.string, "Of the object, if there was one.", optional: true),
            Field("code", SchemaText.string, "A stable word."), Field("detail", SchemaText.string),
        ]
    )

    static let object = ObjectSchema(
        name: "Object",
        fields: [
            Field("bucket", SchemaText.string), Field("key", SchemaText.string), Field("size", SchemaText.integer),
            Field("etag", SchemaText.string, "Without quotation marks."), Field("modified_at", SchemaText.time),
            Field("sha256", SchemaText.string, "Where the bucket keeps it.", optional: true),
        ]
    )

    static let objectRemoved = ObjectSchema(
        name: "ObjectRemoved",
        fields: [Field("bucket", SchemaText.string), Field("key", SchemaText.string)]
    )
}
