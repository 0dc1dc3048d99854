import HTTPTypes
import LakeCore
import Testing

@testable import LakeServer

/// The API's document, as answers are held against it.
enum APIDocument {
    static let json = OpenAPIDocument.json

    /// Records an issue unless `answer` is one the document foresees for `path`.
    static func check(_ answer: TestAnswer, to method: HTTPRequest.Method, _ path: String) throws {
        #expect(answer.headers[.requestID] != nil, "\(method) \(path)")
        let path = path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
        let foreseen = operation(method, path)?["responses"]?[String(answer.status)]?["content"]
        let isForeseen = answer.headers[.contentType].flatMap { foreseen?[$0] } != nil
        guard answer.status < 400 || isForeseen else {
            #expect(answer.headers[.contentType] == "application/problem+json", "\(answer.text)")
            if method != .head { expect(try answer.json, fits: SchemaText.reference("Problem"), "problem") }
            if method != .head { #expect(try answer.json["status"]?.number == answer.status) }
            return
        }
        guard method != .head, answer.status != 304, let operation = operation(method, path) else { return }
        let response = try #require(operation["responses"]?[String(answer.status)], "\(answer.status) is not foreseen")
        let type = try #require(answer.headers[.contentType])
        let schema = try #require(response["content"]?[type]?["schema"], "\(type) is not foreseen")
        if response["headers"]?["X-Lakehouse-Version"] != nil { #expect(answer.headers[.lakeVersion] != nil) }
        if type == "application/json" { expect(try answer.json, fits: schema, path.joined(separator: "/")) }
    }

    private static func operation(_ method: HTTPRequest.Method, _ path: [String]) -> JSONValue? {
        guard case .object(let paths)? = json["paths"] else { return nil }
        let matching = paths.first { member in
            let pattern = member.name.split(separator: "/").map(String.init)
            return pattern.count == path.count && zip(pattern, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
                && member.value[method.rawValue.lowercased()] != nil
        }
        return matching?.value[method.rawValue.lowercased()]
    }

    /// Records an issue where `value` is not as `schema` says; objects may have no field the schema does not name.
    static func expect(_ value: JSONValue, fits schema: JSONValue, _ place: String) {
        if let reference = schema["$ref"]?.text {
            let name = String(reference.split(separator: "/").last ?? "")
            let target = json["components"]?["schemas"]?[name]
            #expect(target != nil, "\(place): \(reference) is not there")
            if let target { expect(value, fits: target, place) }
            return
        }
        switch (schema["type"]?.text, value) {
        case (nil, _), ("string", .string), ("boolean", .boolean), ("number", .number): break
        case ("integer", .number(let digits)): #expect(Int(digits) != nil, "\(place) is \(digits)")
        case ("array", .array(let items)):
            for (number, item) in items.enumerated() {
                if let schema = schema["items"] { expect(item, fits: schema, "\(place)[\(number)]") }
            }
        case ("object", .object(let members)): expect(members, fit: schema, place)
        case (let type, _): Issue.record("\(place) is \(value.kindInWords), not \(type ?? "")")
        }
        if let choices = schema["enum"]?.items { #expect(choices.contains(value), "\(place)") }
    }

    private static func expect(_ members: [JSONMember], fit schema: JSONValue, _ place: String) {
        for name in schema["required"]?.items ?? [] {
            #expect(members.contains { .string($0.name) == name }, "\(place) has no \(name)")
        }
        for member in members {
            if let field = schema["properties"]?[member.name] {
                expect(member.value, fits: field, "\(place).\(member.name)")
            } else if let others = schema["additionalProperties"], others != .boolean(false) {
                expect(member.value, fits: others, "\(place).\(member.name)")
            } else {
                Issue.record("\(place) has a field '\(member.name)' that is not in the document")
            }
        }
    }
}
