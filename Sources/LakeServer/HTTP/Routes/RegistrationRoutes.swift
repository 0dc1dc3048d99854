import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

extension RouteTable {
    static let registrationRoutes = [
        Route(
            method: .post,
            path: "/catalog/datasets",
            name: "registerDataset",
            summary: "Makes a dataset of the rows of Parquet objects that are in buckets already, in one commit.",
            role: .admin,
            isRepeatable: true,
            body: .json(registration),
            answers: [.json("Dataset", "The dataset.", status: 201, saysVersion: true)],
            handle: { call in
                try await call.requireRole()
                let fields = try await call.fields()
                let request = RegisterRequest(
                    name: try fields.string("name"),
                    objects: try fields.objects("objects", allowed: object.fields.map(\.name)).map { object in
                        .init(bucket: try object.optionalString("bucket"), key: try object.string("key"))
                    },
                    description: try fields.optionalString("description")
                )
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let made = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.register(request, for: principal)
                }
                var response = try Reply.json(made.value, status: .created, version: made.version)
                response.headers[.location] = "/catalog/datasets/\(made.value.id)"
                return response
            }
        )
    ]

    private static let registration = ObjectSchema(
        name: "Registration",
        fields: [
            Field("name", SchemaText.string, "Of the dataset."),
            Field("objects", SchemaText.array(object.json), "Up to 1,000, with the columns of the first."),
            Field("description", SchemaText.string, optional: true),
        ],
        isClosed: true
    )

    private static let object = ObjectSchema(
        name: "",
        fields: [
            Field("bucket", SchemaText.string, "The primary one if not given.", optional: true),
            Field("key", SchemaText.string),
        ],
        isClosed: true
    )
}
