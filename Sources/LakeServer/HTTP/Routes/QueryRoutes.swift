import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import LakeSQL
import NIOCore

extension RouteTable {
    static let queryRoutes = [
        Route(
            method: .post,
            path: "/query/sql",
            name: "query",
            summary: "Runs one SELECT over the datasets and streams its rows.",
            role: .reader,
            body: .json(queryRequestSchema),
            answers: [
                Route.Answer(
                    status: 200,
                    description:
                        "The rows. Lines end with an 'error' line if the query fails on the way; the other forms are "
                        + "cut off. X-Lakehouse-Has-More says whether a limit cut the result, as a trailer when it is long. "
                        + "X-Lakehouse-Cache is 'hit' for an answer that was kept and 'miss' for one that may be kept.",
                    content: [
                        (ResultFormat.json.rawValue, SchemaText.reference("QueryResult")),
                        (ResultFormat.lines.rawValue, SchemaText.map(SchemaText.anything)),
                        (ResultFormat.csv.rawValue, SchemaText.string),
                        (ResultFormat.arrow.rawValue, SchemaText.binary),
                        (ResultFormat.parquet.rawValue, SchemaText.binary),
                    ],
                    saysVersion: true
                )
            ],
            handle: runQuery
        ),
        Route(
            method: .post,
            path: "/query/explain",
            name: "explainQuery",
            summary: "How a SELECT would be carried out; nothing of it runs.",
            role: .reader,
            body: .json(queryRequestSchema),
            answers: [.json("QueryPlan", "The plan.", saysVersion: true)],
            handle: { call in
                let request = try queryRequest(try await call.fields())
                let plan = try await call.lakehouse.explain(request, for: call.principal)
                return try Reply.json(plan, version: plan.version)
            }
        ),
        Route(
            method: .get,
            path: "/query/running",
            name: "listRunningQueries",
            summary: "The queries under way: all for an administrator, their own for anybody else.",
            role: .reader,
            answers: [.list("QueryStatus", "The queries, oldest first.")],
            handle: { call in
                try Reply.json(ItemList(items: try await call.lakehouse.runningQueries(for: call.principal)))
            }
        ),
        Route(
            method: .post,
            path: "/query/{query_id}/cancel",
            name: "cancelQuery",
            summary: "Stops a query.",
            role: .reader,
            answers: [.json("QueryCancelled", "It is stopped.")],
            handle: { call in
                let id = try call.path("query_id")
                try await call.lakehouse.cancelQuery(id: id, for: call.principal)
                let answer = JSONValue.object(("query_id", .string(id)), ("cancelled", .boolean(true)))
                return Reply.json(bytes: answer.encoded)
            }
        ),
    ]

    static let queryRequestSchema = ObjectSchema(
        name: "QueryRequest",
        fields: [
            Field("sql", SchemaText.string, "One SELECT."),
            Field(
                "params",
                SchemaText.either(SchemaText.array(SchemaText.anything), SchemaText.map(SchemaText.anything)),
                "For ? and $1 an array, for $name an object.",
                optional: true
            ),
            Field("max_rows", SchemaText.integer(minimum: 0), optional: true),
            Field("max_bytes", SchemaText.integer(minimum: 1), "Of encoded rows.", optional: true),
            Field("timeout_ms", SchemaText.integer(minimum: 1), optional: true),
            Field(
                "version",
                SchemaText.integer(minimum: 0),
                "The lake version to read; the newest if not given.",
                optional: true
            ),
        ],
        isClosed: true
    )

    private static let runQuery: @Sendable (Call) async throws -> Response = { call in
        let started = ContinuousClock.now
        let format = try ResultFormat(accepting: call.request.headers[.accept])
        let fields = try await call.fields()
        let request = try queryRequest(fields)
        let (lakehouse, principal) = (call.lakehouse, try call.principal)
        guard let encoding = format.encoding else {
            let answer = try await ClientWatch.cancelling(on: call.context.channel) {
                try await lakehouse.parquet(request, for: principal)
            }
            return try await parquet(answer)
        }
        let outcome = try await ClientWatch.cancelling(on: call.context.channel) {
            try await lakehouse.answer(request, as: format.form, for: principal)
        }
        switch outcome {
        case .begun(let answer):
            let headers: HTTPFields = [.queryID: answer.queryID, .lakeVersion: String(answer.version)]
            let stream = ResultStream(answer, as: format, encoding, to: call, started: started)
            return try await stream.response(headers: headers)
        case .kept(let answer):
            let headers: HTTPFields = [
                .queryID: answer.queryID, .lakeVersion: String(answer.version), .contentType: format.rawValue,
                .hasMore: String(answer.result.hasMore), .cache: "hit",
            ]
            let bytes = ByteBuffer(bytes: ResultWriter.whole(answer, as: format, started: started))
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
        }
    }

    private static func parquet(_ answer: ParquetAnswer) async throws -> Response {
        let headers: HTTPFields = [
            .queryID: answer.queryID, .lakeVersion: String(answer.version), .hasMore: String(answer.hasMore),
            .contentType: ResultFormat.parquet.rawValue, .contentLength: String(answer.bytes),
        ]
        let chunks = try await answer.chunks()
        let body = ResponseBody { writer in
            while let chunk = try await chunks.next() { try await writer.write(ByteBuffer(bytes: chunk)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// What the fields of a request ask.
    static func queryRequest(_ fields: JSONFields) throws -> QueryRequest {
        QueryRequest(
            sql: try fields.string("sql"),
            parameters: try LakeSQL.Parameters(fields["params"]),
            maxRows: try fields.optionalInteger("max_rows"),
            maxBytes: try fields.optionalInteger("max_bytes"),
            timeout: try fields.optionalInteger("timeout_ms").map { .milliseconds($0) },
            version: try fields.optionalInteger("version")
        )
    }
}

extension SQLValue {
    /// A parameter as SQL takes it: whole numbers stay exact, other numbers are doubles.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .number(let digits): self = Self.number(digits)
        case .string(let text): self = .text(text)
        case .array(let items): self = .list(items.map(SQLValue.init))
        case .object(let members): self = .record(members.map { ($0.name, SQLValue($0.value)) })
        }
    }

    private static func number(_ digits: String) -> SQLValue {
        if let integer = Int64(digits) { return .integer(integer) }
        let isWhole = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
        return isWhole ? .bigInteger(digits) : .double(Double(digits) ?? .infinity)
    }
}
