extension JSONValue {
    /// The text of this value, without white space.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// On one line.
    public var compact: String { String(decoding: encoded, as: UTF8.self) }

    /// On many lines, two spaces a level.
    public var pretty: String {
        var bytes: [UInt8] = []
        append(to: &bytes, indent: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What a person reads in a table's cell: text without quotes, nothing for null, JSON for the rest.
    public var display: String {
        switch self {
        case .null: ""
        case .string(let text): text
        default: compact
        }
    }

    /// Writes the text of this value at the end of `bytes`, without white space.
    public func append(to bytes: inout [UInt8]) { append(to: &bytes, indent: nil) }

    /// Writes it as something that stands in so many levels; in none it is all on one line.
    private func append(to bytes: inout [UInt8], indent: Int?) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .number(let digits): bytes += digits.utf8
        case .string(let text): JSONString.append(text, to: &bytes)
        case .array(let items):
            Self.append(items, between: "[]", to: &bytes, indent) { $0.append(to: &$1, indent: $2) }
        case .object(let members):
            Self.append(members, between: "{}", to: &bytes, indent) { member, bytes, indent in
                JSONString.append(member.name, to: &bytes)
                bytes += (indent == nil ? ":" : ": ").utf8
                member.value.append(to: &bytes, indent: indent)
            }
        }
    }

    private static func append<Item>(
        _ items: [Item],
        between brackets: StaticString,
        to bytes: inout [UInt8],
        _ indent: Int?,
        item appendItem: (Item, inout [UInt8], Int?) -> Void
    ) {
        bytes.append(brackets.utf8Start[0])
        for (number, item) in items.enumerated() {
            if number > 0 { bytes.append(UInt8(ascii: ",")) }
            if let indent { breakLine(indent + 1, &bytes) }
            appendItem(item, &bytes, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { breakLine(indent, &bytes) }
        bytes.append(brackets.utf8Start[1])
    }

    private static func breakLine(_ indent: Int, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: 2 * indent)
    }
}
