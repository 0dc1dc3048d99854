import HTTPTypes
import Hummingbird
import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL

extension RouteTable {
    static let indexRoutes = [
        Route(
            method: .post,
            path: "/vectors/index",
            name: "createIndex",
            summary: "Declares a vector index and queues the job that builds it.",
            role: .writer,
            isRepeatable: true,
            body: .json(indexRequest),
            answers: [.json("JobAccepted", "The job is queued.", status: 202)],
            handle: createIndex
        ),
        Route(
            method: .get,
            path: "/vectors/indexes",
            name: "listIndexes",
            summary: "The vector indexes.",
            role: .reader,
            query: [
                QueryParameter(name: "source", description: "Of this dataset only.", schema: SchemaText.string),
                QueryParameter(name: "model", description: "Of this model only.", schema: SchemaText.string),
            ],
            answers: [.list("Index", "The indexes by name.", saysVersion: true)],
            handle: { call in
                let indexes = try await call.lakehouse.indexes(
                    source: call.query["source"],
                    model: call.query["model"],
                    for: call.principal
                )
                return try Reply.json(ItemList(items: indexes.value), version: indexes.version)
            }
        ),
        Route(
            method: .get,
            path: "/vectors/indexes/{name}",
            name: "getIndex",
            summary: "One vector index.",
            role: .reader,
            answers: [.json("Index", "The index.", saysVersion: true)],
            handle: { call in
                try Reply.json(try await call.lakehouse.index(named: try call.path("name"), for: call.principal))
            }
        ),
        Route(
            method: .delete,
            path: "/vectors/indexes/{name}",
            name: "dropIndex",
            summary: "Drops a vector index.",
            role: .writer,
            isRepeatable: true,
            answers: [.json("Dropped", "It is dropped.", saysVersion: true)],
            handle: { call in
                let version = try await call.lakehouse.dropIndex(named: try call.path("name"), for: call.principal)
                return Reply.dropped(version)
            }
        ),
        Route(
            method: .get,
            path: "/vectors/stale",
            name: "listStaleIndexes",
            summary: "The vector indexes whose dataset has changed since they were built.",
            role: .reader,
            answers: [.list("Index", "The stale indexes by name.", saysVersion: true)],
            handle: { call in
                let indexes = try await call.lakehouse.indexes(source: nil, model: nil, for: call.principal)
                return try Reply.json(ItemList(items: indexes.value.filter(\.stale)), version: indexes.version)
            }
        ),
        Route(
            method: .post,
            path: "/vectors/refresh/{dataset}",
            name: "refreshIndexes",
            summary: "Queues a rebuild of every stale index of a dataset.",
            role: .writer,
            answers: [.list("Job", "The queued jobs; none if nothing is stale.", status: 202)],
            handle: { call in
                let jobs = try await call.lakehouse.refresh(dataset: try call.path("dataset"), for: call.principal)
                return try Reply.json(ItemList(items: jobs), status: .accepted)
            }
        ),
        Route(
            method: .post,
            path: "/vectors/search",
            name: "search",
            summary: "The chunks nearest in meaning to a text or a vector, each with the row behind it.",
            role: .reader,
            body: .json(searchRequest),
            answers: [.json("SearchAnswer", "The hits, best first.", saysVersion: true)],
            handle: search
        ),
        Route(
            method: .post,
            path: "/vectors/rag",
            name: "ask",
            summary: "Answers a question from an index, every sentence cited.",
            role: .reader,
            body: .json(askRequest),
            answers: [.json("Answer", "The answer and its grounds.", saysVersion: true)],
            handle: ask
        ),
    ]

    private static let indexRequest = ObjectSchema(
        name: "IndexRequest",
        fields: [
            Field("name", SchemaText.string), Field("dataset", SchemaText.string),
            Field("text_columns", SchemaText.array(SchemaText.string), "The columns whose text is searched."),
            Field("id_column", SchemaText.string, "Names each hit; its row's place does if not given.", optional: true),
            Field("chunk", SchemaText.reference("ChunkSettings"), optional: true),
            Field("model", SchemaText.string, "The server's own if not given.", optional: true),
        ],
        isClosed: true
    )

    private static let createIndex: @Sendable (Call) async throws -> Response = { call in
        let fields = try await call.fields()
        let chunk = try fields.optionalFields("chunk", allowed: Components.chunkSettings.fields.map(\.name))
        let request = IndexRequest(
            name: try fields.string("name"),
            dataset: try fields.string("dataset"),
            textColumns: try fields.strings("text_columns"),
            idColumn: try fields.optionalString("id_column"),
            chunk: try chunk.map { chunk in
                ChunkSettings(
                    sizeTokens: try chunk.integer("size_tokens"),
                    overlapTokens: try chunk.integer("overlap_tokens")
                )
            },
            model: try fields.optionalString("model")
        )
        let job = try await call.lakehouse.createIndex(request, for: call.principal)
        var response = try Reply.json(JobAccepted(jobID: job.id, job: job), status: .accepted)
        response.headers[.location] = "/vectors/jobs/\(job.id)"
        return response
    }

    /// What the caller of a queued job is told.
    private struct JobAccepted: Encodable {
        var jobID: String
        var job: JobStatus

        enum CodingKeys: String, CodingKey {
            case jobID = "jobId"
            case job
        }
    }

    private static let searchRequest = ObjectSchema(
        name: "SearchRequest",
        fields: [
            Field("index", SchemaText.string),
            Field("query", SchemaText.string, "A text; give this or vector.", optional: true),
            Field("vector", SchemaText.array(SchemaText.number), "As many numbers as the index has.", optional: true),
            Field("k", SchemaText.integer(minimum: 1, maximum: 1000), "Hits; 10 if not given.", optional: true),
        ],
        isClosed: true
    )

    private static let search: @Sendable (Call) async throws -> Response = { call in
        let fields = try await call.fields()
        let request = SearchRequest(
            index: try fields.string("index"),
            query: try fields.optionalString("query"),
            vector: try fields.optionalFloats("vector"),
            k: try fields.optionalInteger("k")
        )
        let (lakehouse, principal) = (call.lakehouse, try call.principal)
        let answer = try await ClientWatch.cancelling(on: call.context.channel) {
            try await lakehouse.search(request, for: principal)
        }
        return Reply.json(bytes: json(answer), version: answer.version)
    }

    private static func json(_ answer: SearchAnswer) -> [UInt8] {
        let head = JSONValue.object(
            ("version", .integer(answer.version)),
            ("generation", .integer(answer.generation)),
            ("source_version", .integer(answer.sourceVersion)),
            ("stale", .boolean(answer.stale)),
            ("elapsed_us", .integer(answer.elapsedUs)),
            ("exact", .boolean(answer.exact))
        )
        var bytes = head.encoded
        bytes.removeLast()
        bytes += #","results":["#.utf8
        for (number, result) in answer.results.enumerated() {
            if number > 0 { bytes += ",".utf8 }
            append(result, to: &bytes)
        }
        bytes += "]}".utf8
        return bytes
    }

    private static func append(_ result: SearchResult, to bytes: inout [UInt8]) {
        let head = JSONValue.object(
            ("id", .string(result.id)),
            ("score", .number(result.score.description)),
            ("text", .string(result.text)),
            ("column", .string(result.column)),
            ("start", .integer(result.start)),
            ("end", .integer(result.end))
        )
        head.append(to: &bytes)
        bytes.removeLast()
        bytes += #","row":"#.utf8
        RowEncoding.appendJSON(.record(result.row.map { ($0.name, $0.value) }), to: &bytes)
        bytes += "}".utf8
    }

    private static let askRequest = ObjectSchema(
        name: "AskRequest",
        fields: [
            Field("index", SchemaText.string, "May be left out when there is only one.", optional: true),
            Field("question", SchemaText.string),
            Field(
                "k",
                SchemaText.integer(minimum: 1, maximum: 50),
                "Passages to read; 8 if not given.",
                optional: true
            ),
        ],
        isClosed: true
    )

    private static let ask: @Sendable (Call) async throws -> Response = { call in
        let fields = try await call.fields()
        let request = AskRequest(
            index: try fields.optionalString("index"),
            question: try fields.string("question"),
            k: try fields.optionalInteger("k")
        )
        let (lakehouse, principal) = (call.lakehouse, try call.principal)
        let answer = try await ClientWatch.cancelling(on: call.context.channel) {
            try await lakehouse.ask(request, for: principal)
        }
        return try Reply.json(answer, version: answer.version)
    }
}
