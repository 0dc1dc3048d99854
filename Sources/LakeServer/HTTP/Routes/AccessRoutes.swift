import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

extension RouteTable {
    static let accessRoutes = [
        Route(
            method: .get,
            path: "/access/keys",
            name: "listKeys",
            summary: "All keys, without their secrets.",
            role: .admin,
            answers: [.list("Key", "The keys, oldest first.")],
            handle: { call in
                try Reply.json(ItemList(items: try await call.lakehouse.keys(for: call.principal)))
            }
        ),
        Route(
            method: .post,
            path: "/access/keys",
            name: "createKey",
            summary: "Makes a key; its secret is shown this once.",
            role: .admin,
            isRepeatable: true,
            body: .json(keyRequest),
            answers: [.json("CreatedKey", "The key and its secret.", status: 201)],
            handle: { call in
                let fields = try await call.fields()
                let key = try await call.lakehouse.createKey(
                    name: try fields.string("name"),
                    role: try fields.choice("role"),
                    for: call.principal
                )
                return try Reply.json(key, status: .created)
            }
        ),
        Route(
            method: .delete,
            path: "/access/keys/{id}",
            name: "revokeKey",
            summary: "Ends a key.",
            role: .admin,
            isRepeatable: true,
            answers: [.json("Key", "The key, revoked.")],
            handle: { call in
                try Reply.json(try await call.lakehouse.revokeKey(id: try call.path("id"), for: call.principal))
            }
        ),
    ]

    private static let keyRequest = ObjectSchema(
        name: "KeyRequest",
        fields: [
            Field("name", SchemaText.string, "Written into the log as the actor."),
            Field("role", SchemaText.choice(Principal.Role.self)),
        ],
        isClosed: true
    )
}

extension Route.Answer {
    /// All components `schema` there are.
    static func list(
        _ schema: String,
        _ description: String,
        status: Int = 200,
        saysVersion: Bool = false
    ) -> Route.Answer {
        let items = ObjectSchema(name: "", fields: [Field("items", SchemaText.array(SchemaText.reference(schema)))])
        return Route.Answer(
            status: status,
            description: description,
            content: [("application/json", items.json)],
            saysVersion: saysVersion
        )
    }
}
