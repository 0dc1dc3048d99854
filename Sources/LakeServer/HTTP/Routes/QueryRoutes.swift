import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import LakeSQL

extension RouteTable {
    static let queryRoutes = [
        Route(
            method: .post,
            path: "/query/sql",
            name: "query",
            summary: "Runs one SELECT over the datasets and streams its rows.",
            role: .reader,
            body: .json(queryRequest),
            answers: [
                Route.Answer(
                    status: 200,
                    description:
                        "The rows. Lines end with an 'error' line if the query fails on the way; the other forms are "
                        + "cut off. X-Lakehouse-Has-More says whether a limit cut the result, as a trailer when it is long.",
                    content: [
                        (ResultFormat.json.rawValue, SchemaText.reference("QueryResult")),
                        (ResultFormat.lines.rawValue, SchemaText.map(SchemaText.anything)),
                        (ResultFormat.csv.rawValue, SchemaText.string),
                        (ResultFormat.arrow.rawValue, SchemaText.binary),
                    ],
                    saysVersion: true
                )
            ],
            handle: runQuery
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

    private static let queryRequest = ObjectSchema(
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
        let request = QueryRequest(
            sql: try fields.string("sql"),
            parameters: try LakeSQL.Parameters(fields["params"]),
            maxRows: try fields.optionalInteger("max_rows"),
            maxBytes: try fields.optionalInteger("max_bytes"),
            timeout: try fields.optionalInteger("timeout_ms").map { .milliseconds($0) },
            version: try fields.optionalInteger("version")
        )
        let (lakehouse, principal) = (call.lakehouse, try call.principal)
        let answer = try await ClientWatch.cancelling(on: call.context.channel) {
            try await lakehouse.query(request, for: principal)
        }
        var headers: HTTPFields = [.queryID: answer.queryID]
        headers[.lakeVersion] = String(answer.version)
        return try await ResultStream(answer, as: format, to: call, started: started).response(headers: headers)
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
