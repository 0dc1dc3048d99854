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
                try Reply.dataset(try await call.lakehouse.dataset(id: try call.path("id"), for: call.principal))
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
                try Reply.dataset(try await call.lakehouse.dataset(named: try call.path("name"), for: call.principal))
            }
        ),
        Route(
            method: .delete,
            path: "/catalog/datasets/by-name/{name}",
            name: "dropDataset",
            summary: "Hides a dataset from later versions of the lake.",
            role: .writer,
            isRepeatable: true,
            answers: [.json("Dropped", "It is dropped.", saysVersion: true)],
            handle: { call in
                let version = try await call.lakehouse.dropDataset(named: try call.path("name"), for: call.principal)
                return Reply.dropped(version)
            }
        ),
        Route(
            method: .get,
            path: "/catalog/log",
            name: "readLog",
            summary: "The commits after a version, oldest first: what changed, who did it and why.",
            role: .reader,
            query: [
                QueryParameter(
                    name: "since",
                    description: "The newest version seen; 0, for all, if not given.",
                    schema: SchemaText.integer(minimum: 0)
                ),
                .limit,
                QueryParameter(
                    name: "wait_s",
                    description: "Seconds to wait for a commit while there is none; 0 if not given.",
                    schema: SchemaText.integer(minimum: 0, maximum: 60)
                ),
            ],
            answers: [.json("LogPage", "A part of the log.", saysVersion: true)],
            handle: { call in
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let since = try call.queryInteger("since") ?? 0
                let limit = try call.queryInteger("limit") ?? 100
                let patience = Duration.seconds(try call.queryInteger("wait_s") ?? 0)
                let page = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.log(since: since, limit: limit, patience: patience, for: principal)
                }
                return try Reply.json(page)
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
            path: "/catalog/sweep",
            name: "sweepLake",
            summary: "Moves objects that nothing refers to to quarantine, and deletes what was there long enough.",
            role: .admin,
            body: .json(sweepRequest),
            refusesKey: true,
            answers: [.json("SweepOutcome", "What was done.")],
            handle: { call in
                let fields = try await call.fields()
                let dryRun = try fields.optionalBoolean("dry_run") ?? false
                let age = try fields.optionalInteger("minimum_age_s").map { Duration.seconds($0) }
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.sweep(dryRun: dryRun, minimumAge: age, for: principal)
                }
                return try Reply.json(outcome, version: outcome.version)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/repair",
            name: "repairLake",
            summary: "Plans what would mend the lake or, with the plan approved, does it.",
            role: .admin,
            body: .json(repairRequest),
            refusesKey: true,
            answers: [
                Route.Answer(
                    status: 200,
                    description: "The plan, or what was done.",
                    content: [
                        (
                            "application/json",
                            SchemaText.either(
                                SchemaText.reference("RepairPlan"),
                                SchemaText.reference("RepairOutcome")
                            )
                        )
                    ],
                    saysVersion: true
                )
            ],
            handle: repair
        ),
        Route(
            method: .post,
            path: "/catalog/resync-missing",
            name: "resyncMissing",
            summary: "Puts objects back that are missing, where there is a good copy of them.",
            role: .admin,
            refusesKey: true,
            answers: [.json("ResyncOutcome", "What was done.")],
            handle: { call in
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.resyncMissing(for: principal)
                }
                return try Reply.json(outcome)
            }
        ),
        Route(
            method: .post,
            path: "/catalog/migrate-buckets",
            name: "migrateBuckets",
            summary: "Moves the data files of a dataset to another bucket, in one commit.",
            role: .admin,
            isRepeatable: true,
            body: .json(migrationRequest),
            answers: [.json("MigrationOutcome", "What was moved.", saysVersion: true)],
            handle: { call in
                let fields = try await call.fields()
                let (dataset, bucket) = (try fields.string("dataset"), try fields.string("bucket"))
                let (lakehouse, principal) = (call.lakehouse, try call.principal)
                let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
                    try await lakehouse.migrate(dataset: dataset, to: bucket, for: principal)
                }
                return try Reply.json(outcome, version: outcome.version)
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

    private static let sweepRequest = ObjectSchema(
        name: "SweepRequest",
        fields: [
            Field("dry_run", SchemaText.boolean, "Only say what would be done.", optional: true),
            Field(
                "minimum_age_s",
                SchemaText.integer(minimum: 3600),
                "Younger objects are left alone; the setting lake.sweep_age if not given.",
                optional: true
            ),
        ],
        isClosed: true
    )

    private static let migrationRequest = ObjectSchema(
        name: "MigrationRequest",
        fields: [
            Field("dataset", SchemaText.string), Field("bucket", SchemaText.string, "Where its files are to be."),
        ],
        isClosed: true
    )

    private static let repairRequest = ObjectSchema(
        name: "RepairRequest",
        fields: [
            Field(
                "approve",
                SchemaText.string,
                "The id of the plan to carry out; a plan is made if not given.",
                optional: true
            ),
            Field("accept_loss", SchemaText.boolean, "Whether rows may be gone afterwards.", optional: true),
        ],
        isClosed: true
    )

    private static let repair: @Sendable (Call) async throws -> Response = { call in
        let fields = try await call.fields()
        let (lakehouse, principal) = (call.lakehouse, try call.principal)
        let acceptLoss = try fields.optionalBoolean("accept_loss") ?? false
        guard let id = try fields.optionalString("approve") else {
            let plan = try await ClientWatch.cancelling(on: call.context.channel) {
                try await lakehouse.repairPlan(for: principal)
            }
            return try Reply.json(plan, version: plan.version)
        }
        let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
            try await lakehouse.repair(approving: id, acceptLoss: acceptLoss, for: principal)
        }
        return try Reply.json(outcome, version: outcome.version)
    }

    private static let demoRequest = ObjectSchema(
        name: "DemoRequest",
        fields: [Field("scale", SchemaText.choice(DemoScale.self))],
        isClosed: true
    )

    private static let loadDemo: @Sendable (Call) async throws -> Response = { call in
        try await call.requireRole()
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
