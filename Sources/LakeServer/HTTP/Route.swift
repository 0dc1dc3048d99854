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
    /// Headers of a request beside those of every operation.
    var headers: [QueryParameter] = []
    /// Whether `Idempotency-Key` keeps it from being carried out twice.
    var isRepeatable = false
    var body = Body.none
    /// Whether `Idempotency-Key` is refused: a repeat does what is still to be done, and there is no one commit to keep an answer with.
    var refusesKey = false
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

/// A parameter of the query part of a path, or a header.
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
    static let versionAtLeast = QueryParameter(
        name: HTTPField.Name.versionAtLeast.rawName,
        description: "Wait briefly for this version of the lake, then answer 412.",
        schema: SchemaText.integer(minimum: 0)
    )
    static let idempotencyKey = QueryParameter(
        name: HTTPField.Name.idempotencyKey.rawName,
        description:
            "1 to 255 visible ASCII characters; a repeat with the same key within a day gets the first answer.",
        schema: SchemaText.string
    )
    static let bucket = QueryParameter(
        name: HTTPField.Name.bucket.rawName,
        description:
            "The bucket the rows go to; where the dataset's other files are if not given, primary for a fresh one.",
        schema: SchemaText.string
    )
    static let ifMatch = QueryParameter(
        name: HTTPField.Name.ifMatch.rawName,
        description: "Entity tags, one of which the object must have, or *; else 412.",
        schema: SchemaText.string
    )
    static let ifNoneMatch = QueryParameter(
        name: HTTPField.Name.ifNoneMatch.rawName,
        description: "Entity tags, none of which the object may have, or *; else 304 to a read, 412 to a write.",
        schema: SchemaText.string
    )
    static let range = QueryParameter(
        name: HTTPField.Name.range.rawName,
        description: "One range of bytes: 206 with them, or 416.",
        schema: SchemaText.string
    )
    static let cursor = QueryParameter(
        name: "cursor",
        description: "The next_cursor of the page before.",
        schema: SchemaText.string
    )
}
