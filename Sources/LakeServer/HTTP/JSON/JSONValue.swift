import LakeSQL

/// A JSON value as it is read from a request or written into a document.
///
/// Numbers keep the digits they were written with and objects their order, so that nothing is lost on the way.
enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    /// The literal: `1e3` and `1000` are different here.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// An object of `members`, in their order.
    static func object(_ members: (String, JSONValue)...) -> JSONValue {
        .object(members.map { JSONMember(name: $0.0, value: $0.1) })
    }

    static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

    static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }

    /// The member of that name, when this is an object that has it.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// What this is, in words: "a string".
    var kindInWords: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The text of this value, without white space.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Writes the text of this value at the end of `bytes`.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .number(let digits): bytes += digits.utf8
        case .string(let text): RowEncoding.appendJSONString(text, to: &bytes)
        case .array(let items): Self.append(items, between: "[]", to: &bytes) { $0.append(to: &$1) }
        case .object(let members):
            Self.append(members, between: "{}", to: &bytes) { member, bytes in
                RowEncoding.appendJSONString(member.name, to: &bytes)
                bytes += ":".utf8
                member.value.append(to: &bytes)
            }
        }
    }

    private static func append<Item>(
        _ items: [Item],
        between brackets: StaticString,
        to bytes: inout [UInt8],
        item appendItem: (Item, inout [UInt8]) -> Void
    ) {
        bytes.append(brackets.utf8Start[0])
        for (number, item) in items.enumerated() {
            if number > 0 { bytes += ",".utf8 }
            appendItem(item, &bytes)
        }
        bytes.append(brackets.utf8Start[1])
    }
}

/// A name and its value in an object.
struct JSONMember: Equatable, Sendable {
    var name: String
    var value: JSONValue
}

extension JSONValue: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self = .string(value) }
}
