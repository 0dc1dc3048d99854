import LakeCore

/// JSON Schema (2020-12) in the few forms this API needs.
enum SchemaText {
    static let string = JSONValue.object(("type", "string"))
    /// Bytes that are not text.
    static let binary = JSONValue.object(("type", "string"), ("format", "binary"))
    static let boolean = JSONValue.object(("type", "boolean"))
    static let number = JSONValue.object(("type", "number"))
    static let integer = JSONValue.object(("type", "integer"))
    /// RFC 3339.
    static let time = JSONValue.object(("type", "string"), ("format", "date-time"))
    /// Any JSON value.
    static let anything = JSONValue.object([])

    static func integer(minimum: Int, maximum: Int? = nil) -> JSONValue {
        var members = [
            JSONMember("type", "integer"), JSONMember("minimum", .integer(minimum)),
        ]
        if let maximum { members.append(JSONMember("maximum", .integer(maximum))) }
        return .object(members)
    }

    static func array(_ items: JSONValue) -> JSONValue { .object(("type", "array"), ("items", items)) }

    static func map(_ values: JSONValue) -> JSONValue {
        .object(("type", "object"), ("additionalProperties", values))
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> JSONValue {
        .object(("type", "string"), ("enum", .strings(Choice.allCases.map(\.rawValue))))
    }

    static func either(_ schemas: JSONValue...) -> JSONValue { .object(("oneOf", .array(schemas))) }

    /// A component by its name.
    static func reference(_ name: String) -> JSONValue {
        .object(("$ref", .string("#/components/schemas/\(name)")))
    }

    /// One page of components.
    static func page(of name: String) -> JSONValue {
        ObjectSchema(
            name: "",
            fields: [
                Field("items", array(reference(name))),
                Field(
                    "next_cursor",
                    string,
                    "Hand it back as cursor for the next page; absent on the last.",
                    optional: true
                ),
            ]
        ).json
    }
}

/// An object of named fields.
struct ObjectSchema: Sendable {
    /// The component's name.
    var name: String
    var fields: [Field]
    /// Whether fields that are not named are refused, as in requests.
    var isClosed = false

    /// Its JSON Schema.
    var json: JSONValue {
        let properties = fields.map { JSONMember($0.name, $0.described) }
        let required = fields.filter { !$0.isOptional }.map(\.name)
        var members = [
            JSONMember("type", "object"), JSONMember("properties", .object(properties)),
        ]
        if !required.isEmpty { members.append(JSONMember("required", .strings(required))) }
        if isClosed { members.append(JSONMember("additionalProperties", .boolean(false))) }
        return .object(members)
    }
}

/// A field of an object.
struct Field: Sendable {
    var name: String
    var schema: JSONValue
    var description: String?
    var isOptional: Bool

    init(_ name: String, _ schema: JSONValue, _ description: String? = nil, optional: Bool = false) {
        self.name = name
        self.schema = schema
        self.description = description
        isOptional = optional
    }

    fileprivate var described: JSONValue {
        guard let description, case .object(let members) = schema else { return schema }
        return .object(members + [JSONMember("description", .string(description))])
    }
}
