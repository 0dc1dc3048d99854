import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine

/// One operation: what it is called, what it takes and gives, and what it does.
///
/// Both the router and `GET /openapi.json` are made of these, so neither can say what the other does not.
struct Route: Sendable {
    var method: HTTPRequest.Method
    /// With parameters in braces: `/catalog/datasets/{id}`.
    var path: String
    /// Whether the last parameter is all that is left of the path, slashes and all.
    var takesRest = false
    /// The operation's name for generated clients.
    var name: String
    /// One line.
    var summary: String
    /// The least role that may; nil: nobody has to say who they are.
    var role: Principal.Role?
    var query: [QueryParameter] = []
    var body = Body.none
    var answers: [Answer]
    var handle: @Sendable (Call) async throws -> Response

    /// What an operation takes as its body.
    enum Body: Sendable {
        case none
        /// A JSON object of these fields.
        case json(ObjectSchema)
        /// Anything else, by content type; the handler reads it.
        case other([(contentType: String, schema: JSONValue)])
    }

    /// One way an operation answers.
    struct Answer: Sendable {
        var status: Int
        var description: String
        var content: [(contentType: String, schema: JSONValue)]
        /// Whether `X-Lakehouse-Version` is among the headers.
        var saysVersion: Bool

        /// JSON of the component `schema`.
        static func json(
            _ schema: String,
            _ description: String,
            status: Int = 200,
            saysVersion: Bool = false
        ) -> Answer {
            Answer(
                status: status,
                description: description,
                content: [("application/json", SchemaText.reference(schema))],
                saysVersion: saysVersion
            )
        }
    }

    /// The words of the path, for the first of which operations are grouped.
    var tag: String { path.split(separator: "/").first.map(String.init) ?? "" }

    /// The path as the router has it.
    var pattern: String {
        guard takesRest, let slash = path.lastIndex(of: "/") else { return path }
        return path[...slash] + "**"
    }

    /// The names of the parameters in the path.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }
}

/// A parameter of the query part of a path.
struct QueryParameter: Sendable {
    var name: String
    var description: String
    var schema: JSONValue
}

extension QueryParameter {
    static let limit = QueryParameter(
        name: "limit",
        description: "The most items to answer with; 100 if not given.",
        schema: SchemaText.integer(minimum: 1, maximum: 1000)
    )
    static let cursor = QueryParameter(
        name: "cursor",
        description: "The next_cursor of the page before.",
        schema: SchemaText.string
    )
}
