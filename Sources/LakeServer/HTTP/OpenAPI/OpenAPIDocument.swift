import HTTPTypes
import LakeCore

/// The OpenAPI 3.1 document, made of the route table.
enum OpenAPIDocument {
    /// Its JSON text, which never changes while the program runs.
    static let bytes = json.encoded

    static var json: JSONValue {
        .object(
            ("openapi", "3.1.0"),
            ("info", .object(("title", "Lakehouse"), ("version", .string(LakeServer.version)))),
            ("security", .array([.object(("apiKey", .array([]))), .object(("bearer", .array([])))])),
            ("paths", paths),
            ("components", .object(("securitySchemes", securitySchemes), ("schemas", schemas)))
        )
    }

    private static var securitySchemes: JSONValue {
        .object(
            ("apiKey", .object(("type", "apiKey"), ("in", "header"), ("name", "X-API-Key"))),
            ("bearer", .object(("type", "http"), ("scheme", "bearer")))
        )
    }

    private static var schemas: JSONValue {
        let requests = RouteTable.routes.compactMap { route -> ObjectSchema? in
            guard case .json(let schema) = route.body else { return nil }
            return schema
        }
        // Several routes may take the same body.
        var seen: Set<String> = []
        let once = (Components.all + requests).filter { seen.insert($0.name).inserted }
        return .object(once.map { JSONMember($0.name, $0.json) })
    }

    private static var paths: JSONValue {
        var seen: Set<String> = []
        let inOrder = RouteTable.routes.map(\.path).filter { seen.insert($0).inserted }
        return .object(
            inOrder.map { path in
                let operations = RouteTable.routes.filter { $0.path == path }.map { route in
                    JSONMember(route.method.rawValue.lowercased(), operation(route))
                }
                return JSONMember(path, .object(operations))
            }
        )
    }

    private static func operation(_ route: Route) -> JSONValue {
        var members = [
            JSONMember("operationId", .string(route.name)),
            JSONMember("summary", .string(route.summary)),
            JSONMember("tags", .strings([route.tag])),
        ]
        if let role = route.role {
            members.append(JSONMember("description", .string("Needs the role \(role.rawValue).")))
        } else {
            members.append(JSONMember("security", .array([])))
        }
        let parameters = parameters(route)
        if !parameters.isEmpty { members.append(JSONMember("parameters", .array(parameters))) }
        if let body = requestBody(route) { members.append(JSONMember("requestBody", body)) }
        members.append(JSONMember("responses", responses(route)))
        return .object(members)
    }

    private static func parameters(_ route: Route) -> [JSONValue] {
        let inPath = route.pathParameters.map { name in
            parameter(name, in: "path", SchemaText.string, required: true, description: nil)
        }
        let inQuery = route.query.map { parameter in
            self.parameter(
                parameter.name,
                in: "query",
                parameter.schema,
                required: false,
                description: parameter.description
            )
        }
        let inHeader = headers(of: route).map { header in
            parameter(header.name, in: "header", header.schema, required: false, description: header.description)
        }
        return inPath + inQuery + inHeader
    }

    private static func headers(of route: Route) -> [QueryParameter] {
        guard route.role != nil else { return route.headers }
        return [.versionAtLeast] + (route.isRepeatable ? [.idempotencyKey] : []) + route.headers
    }

    private static func parameter(
        _ name: String,
        in place: String,
        _ schema: JSONValue,
        required: Bool,
        description: String?
    ) -> JSONValue {
        var members = [
            JSONMember("name", .string(name)), JSONMember("in", .string(place)),
            JSONMember("required", .boolean(required)), JSONMember("schema", schema),
        ]
        if let description { members.append(JSONMember("description", .string(description))) }
        return .object(members)
    }

    private static func requestBody(_ route: Route) -> JSONValue? {
        switch route.body {
        case .none: return nil
        case .json(let schema):
            return .object(
                ("required", .boolean(true)),
                ("content", content([("application/json", SchemaText.reference(schema.name))]))
            )
        case .other(let types): return .object(("required", .boolean(true)), ("content", content(types)))
        }
    }

    private static func content(_ types: [(contentType: String, schema: JSONValue)]) -> JSONValue {
        .object(types.map { JSONMember($0.contentType, .object(("schema", $0.schema))) })
    }

    private static func responses(_ route: Route) -> JSONValue {
        var members = route.answers.map { answer in
            JSONMember(String(answer.status), response(answer, of: route))
        }
        let problem = JSONValue.object(
            ("description", "A problem; `code` and `detail` say which."),
            ("content", content([(ProblemDetails.contentType, SchemaText.reference("Problem"))]))
        )
        members.append(JSONMember("default", problem))
        return .object(members)
    }

    private static func response(_ answer: Route.Answer, of route: Route) -> JSONValue {
        var headers = [header(.requestID, SchemaText.string, "Names this request in the log.")]
        if answer.saysVersion {
            headers.append(header(.lakeVersion, SchemaText.integer, "The lake version that was read or written."))
        }
        if route.role != nil {
            headers.append(
                header(
                    .rescueUsed,
                    JSONValue.object(("const", "true")),
                    "There when something was read from the rescue bucket."
                )
            )
            headers.append(header(.rescueBucket, SchemaText.string, "The rescue bucket, when it was used."))
        }
        return .object(
            ("description", .string(answer.description)),
            ("headers", .object(headers)),
            ("content", content(answer.content))
        )
    }

    private static func header(_ name: HTTPField.Name, _ schema: JSONValue, _ description: String) -> JSONMember {
        JSONMember(
            name.rawName,
            .object(("schema", schema), ("description", .string(description)))
        )
    }
}
