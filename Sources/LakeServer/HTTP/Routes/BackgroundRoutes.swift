import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import NIOCore

extension RouteTable {
    static let backgroundRoutes = [
        Route(
            method: .post,
            path: "/queries",
            name: "submitQuery",
            summary: "Takes a query that runs on its own; its result is kept for a while, for whoever submitted it.",
            role: .reader,
            body: .json(submission),
            refusesKey: true,
            answers: [.json("BackgroundQuery", "It is queued.", status: 202, saysVersion: true)],
            handle: { call in
                let fields = try await call.fields()
                let form = try fields.optionalChoice("form", of: ResultForm.self) ?? .json
                let query = try await call.lakehouse.submit(try queryRequest(fields), as: form, for: call.principal)
                var response = try Reply.json(query, status: .accepted, version: query.version)
                response.headers[.location] = "/queries/\(query.queryID)"
                return response
            }
        ),
        Route(
            method: .get,
            path: "/queries",
            name: "listQueries",
            summary: "The caller's submitted queries.",
            role: .reader,
            answers: [.list("BackgroundQuery", "The queries, newest first.")],
            handle: { call in
                try Reply.json(ItemList(items: try await call.lakehouse.backgroundQueries(for: call.principal)))
            }
        ),
        Route(
            method: .get,
            path: "/queries/{query_id}",
            name: "getQuery",
            summary: "How far a submitted query has come.",
            role: .reader,
            answers: [.json("BackgroundQuery", "The query.")],
            handle: { call in
                let id = try call.path("query_id")
                return try Reply.json(try await call.lakehouse.backgroundQuery(id: id, for: call.principal))
            }
        ),
        Route(
            method: .get,
            path: "/queries/{query_id}/result",
            name: "getQueryResult",
            summary: "The result of a submitted query: rows by page, or the whole in the form it is kept in.",
            role: .reader,
            query: [.limit, .cursor],
            answers: [
                Route.Answer(
                    status: 200,
                    description:
                        "A page of rows of a result kept as json; any other whole, for which there is no cursor.",
                    content: [
                        (ResultFormat.json.rawValue, SchemaText.reference("ResultPage")),
                        (ResultFormat.lines.rawValue, SchemaText.map(SchemaText.anything)),
                        (ResultFormat.csv.rawValue, SchemaText.string),
                        (ResultFormat.arrow.rawValue, SchemaText.binary),
                        (ResultFormat.parquet.rawValue, SchemaText.binary),
                    ],
                    saysVersion: true
                )
            ],
            handle: readResult
        ),
        Route(
            method: .delete,
            path: "/queries/{query_id}",
            name: "dropQuery",
            summary: "Stops a submitted query and takes its result away.",
            role: .reader,
            refusesKey: true,
            answers: [.json("DroppedQuery", "It is gone.")],
            handle: { call in
                let id = try call.path("query_id")
                try await call.lakehouse.dropBackgroundQuery(id: id, for: call.principal)
                return Reply.json(
                    bytes: JSONValue.object(("query_id", .string(id)), ("dropped", .boolean(true))).encoded
                )
            }
        ),
    ]

    private static let submission = ObjectSchema(
        name: "QuerySubmission",
        fields: queryRequestSchema.fields + [
            Field(
                "form",
                SchemaText.choice(ResultForm.self),
                "How the result is kept; json if not given.",
                optional: true
            )
        ],
        isClosed: true
    )

    private static let readResult: @Sendable (Call) async throws -> Response = { call in
        let (id, principal) = (try call.path("query_id"), try call.principal)
        let query = try await call.lakehouse.backgroundQuery(id: id, for: principal)
        guard query.form == .json else {
            guard call.query.isEmpty else {
                throw ServerError.invalidField(name: "cursor", reason: "is for results that are kept as json")
            }
            return try await whole(try await call.lakehouse.result(ofQuery: id, for: principal))
        }
        let page = try await call.lakehouse.page(
            ofQuery: id,
            cursor: call.query["cursor"],
            limit: try call.queryInteger("limit") ?? 1000,
            for: principal
        )
        var tail: [JSONMember] = [
            JSONMember("row_count", .integer(page.rowCount)),
            JSONMember("has_more", .boolean(page.query.hasMore ?? false)),
        ]
        if let next = page.nextCursor { tail.append(JSONMember("next_cursor", .string(next))) }
        let head = JSONValue.object(
            ("version", .integer(query.version)),
            ("query_id", .string(id)),
            ("columns", ResultWriter.columns(page.query.columns ?? []))
        )
        var bytes = Array(head.encoded.dropLast())
        bytes += Array(#","rows":["#.utf8)
        bytes += page.rows
        bytes += Array("],".utf8)
        bytes += JSONValue.object(tail).encoded.dropFirst()
        return Reply.json(bytes: bytes, version: query.version)
    }

    private static func whole(_ reading: ResultReading) async throws -> Response {
        let query = reading.query
        let headers: HTTPFields = [
            .contentType: ResultFormat(query.form).rawValue, .contentLength: String(query.bytes ?? 0),
            .lakeVersion: String(query.version), .hasMore: String(query.hasMore ?? false),
        ]
        let body = ResponseBody { writer in
            while let chunk = try await reading.next() { try await writer.write(ByteBuffer(bytes: chunk)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}
