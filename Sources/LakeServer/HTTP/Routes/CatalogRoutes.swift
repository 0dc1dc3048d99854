import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

extension RouteTable {
    static let catalogRoutes = [
        Route(
            method: .get,
            path: "/catalog/datasets",
            name: "listDatasets",
            summary: "The datasets by name, one page.",
            role: .reader,
            query: [.limit, .cursor],
            answers: [.page("Dataset", "One page of datasets.", saysVersion: true)],
            handle: { call in
                let limit = try call.queryInteger("limit") ?? 100
                return try Reply.json(
                    try await call.lakehouse.datasets(limit: limit, cursor: call.query["cursor"], for: call.principal)
                )
            }
        ),
        Route(
            method: .get,
            path: "/catalog/datasets/{id}",
            name: "getDataset",
            summary: "One dataset by its identifier.",
            role: .reader,
            answers: [.json("Dataset", "The dataset.", saysVersion: true)],
            handle: { call in
                try Reply.json(try await call.lakehouse.dataset(id: try call.path("id"), for: call.principal))
            }
        ),
        Route(
            method: .get,
            path: "/catalog/datasets/by-name/{name}",
            name: "getDatasetByName",
            summary: "One dataset by its name.",
            role: .reader,
            answers: [.json("Dataset", "The dataset.", saysVersion: true)],
            handle: { call in
                try Reply.json(try await call.lakehouse.dataset(named: try call.path("name"), for: call.principal))
            }
        ),
        Route(
            method: .delete,
            path: "/catalog/datasets/by-name/{name}",
            name: "dropDataset",
            summary: "Hides a dataset from later versions of the lake.",
            role: .writer,
            answers: [.json("Dropped", "It is dropped.", saysVersion: true)],
            handle: { call in
                let version = try await call.lakehouse.dropDataset(named: try call.path("name"), for: call.principal)
                return Reply.dropped(version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/verify",
            name: "verifyLake",
            summary: "Reads the whole lake and reports what is not as it was written; changes nothing.",
            role: .writer,
            answers: [.json("VerificationReport", "What was found.")],
            handle: { call in
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let report = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.verify(for: principal)
                }
                return try Reply.json(report)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/demo",
            name: "loadDemo",
            summary: "Makes the demo datasets that are not there yet and tells of its progress as it goes.",
            role: .writer,
            body: .json(demoRequest),
            answers: [
                Route.Answer(
                    status: 200,
                    description: "Lines of progress; the last has 'datasets', or 'error' if it failed.",
                    content: [("application/x-ndjson", SchemaText.map(SchemaText.anything))],
                    saysVersion: false
                )
            ],
            handle: loadDemo
        ),
    ]

    private static let demoRequest = ObjectSchema(
        name: "DemoRequest",
        fields: [Field("scale", SchemaText.choice(DemoScale.self))],
        isClosed: true
    )

    private static let loadDemo: @Sendable (Call) async throws -> Response = { call in
        try call.requireRole()
        let scale = try await call.fields().choice("scale", of: DemoScale.self)
        let (lakehouse, principal, context) = (call.lakehouse, try call.principal, call.context)
        return ProgressLines.response { tell in
            do {
                let names = try await lakehouse.loadDemo(scale: scale, for: principal) { progress in
                    tell(
                        .object(
                            ("dataset", .string(progress.dataset)),
                            ("rows", .integer(progress.rows)),
                            ("datasets_done", .integer(progress.datasetsDone)),
                            ("datasets_total", .integer(progress.datasetsTotal))
                        )
                    )
                }
                return .object(("datasets", .strings(names)))
            } catch {
                let problem = ProblemDetails(error, requestID: context.requestID)
                context.notes.errorCode = problem.code
                return .object(("error", problem.json))
            }
        }
    }
}

extension Reply {
    /// What a dropped thing leaves: the version without it.
    static func dropped(_ version: Int) -> Response {
        json(bytes: JSONValue.object(("version", .integer(version))).encoded, version: version)
    }
}

extension Route.Answer {
    /// One page of the component `schema`.
    static func page(_ schema: String, _ description: String, saysVersion: Bool = false) -> Route.Answer {
        Route.Answer(
            status: 200,
            description: description,
            content: [("application/json", SchemaText.page(of: schema))],
            saysVersion: saysVersion
        )
    }
}
