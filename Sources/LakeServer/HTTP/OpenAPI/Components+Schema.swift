import LakeEngine

extension Components {
    static let schema = [
        ObjectSchema(
            name: "Lineage",
            fields: [
                Field("version", SchemaText.integer), Field("nodes", SchemaText.array(lineageNode.json)),
                Field("edges", SchemaText.array(lineageEdge.json)),
            ]
        ),
        ObjectSchema(
            name: "VersionTags",
            fields: [
                Field("dataset", SchemaText.string), Field("version", SchemaText.integer),
                Field(
                    "items",
                    SchemaText.array(
                        ObjectSchema(
                            name: "",
                            fields: [
                                Field("tag", SchemaText.string), Field("version", SchemaText.integer, "Of the lake."),
                            ]
                        ).json
                    ),
                    "Oldest first."
                ),
            ]
        ),
        ObjectSchema(
            name: "TableOptions",
            fields: [
                Field("dataset", SchemaText.string), Field("version", SchemaText.integer),
                Field(
                    "retention",
                    ObjectSchema(
                        name: "",
                        fields: [
                            Field("seconds", SchemaText.integer, optional: true),
                            Field("versions", SchemaText.integer, optional: true),
                        ]
                    ).json,
                    "Absent: as long as the lake's.",
                    optional: true
                ),
                Field("oldest_version", SchemaText.integer, "The oldest version of the lake that it can be read at."),
                Field("cluster_by", SchemaText.array(SchemaText.string)),
            ]
        ),
        ObjectSchema(
            name: "SchemaChange",
            fields: [
                Field("change", SchemaText.choice(SchemaChange.Kind.self)), Field("column", SchemaText.string),
                Field("from", SchemaText.string, "The type before.", optional: true),
                Field("to", SchemaText.string, "The type from here on.", optional: true),
            ]
        ),
        ObjectSchema(
            name: "SchemaComparison",
            fields: [
                Field("dataset", SchemaText.string),
                Field("version", SchemaText.integer, "The lake version that was compared with."),
                Field("diff", SchemaText.reference("SchemaDiff")),
                Field("refusal", SchemaText.string, "Why the file would be refused, if it would.", optional: true),
            ]
        ),
        ObjectSchema(
            name: "SchemaDiff",
            fields: [
                Field("added", SchemaText.array(SchemaText.reference("Column")), "Not in the dataset."),
                Field("removed", SchemaText.array(SchemaText.reference("Column")), "In the dataset only."),
                Field("changed", SchemaText.array(SchemaText.reference("TypeChange"))),
                Field(
                    "renamed",
                    SchemaText.array(SchemaText.reference("LikelyRename")),
                    "Pairs of a removed and an added column that are likely one, the likeliest first."
                ),
            ]
        ),
        ObjectSchema(
            name: "TypeChange",
            fields: [
                Field("name", SchemaText.string), Field("from", SchemaText.string), Field("to", SchemaText.string),
                Field(
                    "widened",
                    SchemaText.string,
                    "The narrowest type for the values of both; absent when only text is one.",
                    optional: true
                ),
                Field("needs_look", SchemaText.boolean, "Whether that depends on the values."),
            ]
        ),
        ObjectSchema(
            name: "LikelyRename",
            fields: [
                Field("from", SchemaText.string), Field("to", SchemaText.string),
                Field("confidence", SchemaText.number, "0 to 1; from 0.5 on it is asked about."),
                Field(
                    "evidence",
                    ObjectSchema(
                        name: "",
                        fields: [
                            Field("name", SchemaText.number, "How much the names have in common."),
                            Field("type", SchemaText.number), Field("position", SchemaText.number),
                            Field(
                                "values",
                                SchemaText.number,
                                "The share of the new values that the old column has.",
                                optional: true
                            ),
                        ]
                    ).json,
                    "0 to 1 each."
                ),
            ]
        ),
        ObjectSchema(
            name: "ColumnUse",
            fields: [
                Field("column", SchemaText.string), Field("kind", SchemaText.string),
                Field("name", SchemaText.string),
            ]
        ),
        ObjectSchema(
            name: "SchemaMigration",
            fields: [
                Field("dataset", SchemaText.string), Field("version", SchemaText.integer),
                Field("columns", SchemaText.array(SchemaText.reference("Column")), "Afterwards."),
                Field("dry_run", SchemaText.boolean, "Whether nothing was changed."),
                Field(
                    "needed",
                    SchemaText.array(SchemaText.reference("ColumnUse")),
                    "What needs columns that are to go."
                ),
            ]
        ),
    ]

    private static let lineageNode = ObjectSchema(
        name: "",
        fields: [
            Field("id", SchemaText.string), Field("kind", SchemaText.choice(Lineage.Node.Kind.self)),
            Field("name", SchemaText.string, "Of a file, of a dataset or an index; of an ingest its mode."),
            Field("version", SchemaText.integer, "The lake version that brought or last changed it.", optional: true),
            Field("at", SchemaText.time, optional: true),
            Field("sources", SchemaText.integer, "Of a dataset: how many it has in all.", optional: true),
        ]
    )

    private static let lineageEdge = ObjectSchema(
        name: "",
        fields: [
            Field("from", SchemaText.string, "The id of a node."), Field("to", SchemaText.string),
            Field(
                "columns",
                SchemaText.array(
                    ObjectSchema(
                        name: "",
                        fields: [Field("from", SchemaText.string), Field("to", SchemaText.string)]
                    ).json
                ),
                "Which become which; empty where all pass."
            ),
        ]
    )
}
