import LakeCatalog
import LakeCore

extension Components {
    static let link = ObjectSchema(
        name: "Link",
        fields: [Field("title", SchemaText.string, optional: true), Field("url", SchemaText.string)]
    )

    private static let finding = [
        Field("kind", SchemaText.choice(PersonalData.Kind.self)),
        Field("confidence", SchemaText.number, "From 0 to 1."),
        Field("matches", SchemaText.integer, "Values of the kind."),
        Field("sampled", SchemaText.integer, "Values that were looked at."),
    ]

    static let cards = [
        link,
        ObjectSchema(
            name: "DatasetColumn",
            fields: column.fields + [
                Field("description", SchemaText.string, optional: true),
                Field("sensitivity", SchemaText.choice(Sensitivity.self), optional: true),
                Field(
                    "sensitivity_proposed",
                    SchemaText.boolean,
                    "Whether nobody has decided: it comes of what was found in the values.",
                    optional: true
                ),
                Field("pii", SchemaText.array(SchemaText.reference("PersonalData")), "What the values seem to hold."),
            ]
        ),
        ObjectSchema(name: "PersonalData", fields: finding),
        ObjectSchema(name: "ColumnPersonalData", fields: [Field("column", SchemaText.string)] + finding),
        ObjectSchema(
            name: "Freshness",
            fields: [
                Field("as_of", SchemaText.time, "The latest event time, or when the dataset changed last."),
                Field("event_time_column", SchemaText.string, optional: true),
                Field("fresh_within_s", SchemaText.integer, optional: true),
                Field("is_stale", SchemaText.boolean, "Absent when nothing says what is fresh.", optional: true),
            ]
        ),
        ObjectSchema(
            name: "CatalogHit",
            fields: [
                Field("name", SchemaText.string), Field("description", SchemaText.string, optional: true),
                Field("owner", SchemaText.string, optional: true), Field("tags", SchemaText.array(SchemaText.string)),
                Field("score", SchemaText.integer, "Larger for what fits better."),
                Field(
                    "matches",
                    SchemaText.array(
                        ObjectSchema(
                            name: "",
                            fields: [
                                Field(
                                    "field",
                                    SchemaText.string,
                                    "name, column, tag, owner, description or column_description."
                                ),
                                Field("value", SchemaText.string),
                            ]
                        ).json
                    )
                ),
            ]
        ),
    ]
}
