/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Equatable {
    public var reason: String
    public var line: Int
    public var column: Int
}

extension JSONValue {
    /// How deeply arrays and objects may stand in each other; keeps a hostile text from exhausting the stack.
    public static let depthMax = 128

    /// The value that a text spells out.
    public init(parsing text: some Collection<UInt8>) throws(JSONSyntaxError) {
        var parser = JSONParser(Array(text))
        self = try parser.document()
    }
}

/// Reads one JSON text (RFC 8259), strictly: UTF-8 only, no repeated names, no lone surrogates, bounded depth.
private struct JSONParser {
    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        skipSpace()
        let value = try value()
        skipSpace()
        guard at == bytes.count else { throw failure("nothing may follow the value") }
        return value
    }

    private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private func failure(_ reason: String) -> JSONSyntaxError {
        let before = bytes[..<min(at, bytes.count)]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = 1 + before.count { $0 == 0x0A }
        return JSONSyntaxError(reason: reason, line: line, column: 1 + before.count - lineStart)
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        switch current {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(let byte) where byte == UInt8(ascii: "-") || Self.isDigit(byte): return .number(try number())
        case .some: throw failure("a value is expected here")
        case nil: throw failure("the text ends where a value is expected")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let end = at + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[at..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        else { throw failure("a value is expected here") }
        at = end
        return value
    }

    private mutating func descend() throws(JSONSyntaxError) {
        depth += 1
        let limit = JSONValue.depthMax
        guard depth <= limit else { throw failure("values are nested more than \(limit) deep") }
        at += 1
        skipSpace()
    }

    private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
        try descend()
        var items: [JSONValue] = []
        while current != UInt8(ascii: "]") {
            items.append(try value())
            try separator(before: UInt8(ascii: "]"), orElse: "',' or ']' is expected here")
        }
        at += 1
        depth -= 1
        return items
    }

    private mutating func object() throws(JSONSyntaxError) -> [JSONMember] {
        try descend()
        var members: [JSONMember] = []
        var names: Set<String> = []
        while current != UInt8(ascii: "}") {
            guard current == UInt8(ascii: "\"") else { throw failure("a field's name in quotes is expected here") }
            let start = at
            let name = try string()
            guard names.insert(name).inserted else {
                at = start
                throw failure("the field '\(name.prefix(64))' is given twice")
            }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw failure("':' is expected here") }
            at += 1
            skipSpace()
            members.append(JSONMember(name, try value()))
            try separator(before: UInt8(ascii: "}"), orElse: "',' or '}' is expected here")
        }
        at += 1
        depth -= 1
        return members
    }

    /// Passes a comma that something follows, or stops before `close`.
    private mutating func separator(before close: UInt8, orElse reason: String) throws(JSONSyntaxError) {
        skipSpace()
        if current == close { return }
        guard current == UInt8(ascii: ",") else { throw failure(reason) }
        at += 1
        skipSpace()
        guard current != close else { throw failure("a value is expected after ','") }
    }

    private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = at
        if current == UInt8(ascii: "-") { at += 1 }
        if current == UInt8(ascii: "0") { at += 1 } else { try digits() }
        if current == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            at += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        guard !Self.isDigit(current) else { throw failure("a number may not begin with 0") }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        guard Self.isDigit(current) else { throw failure("a digit is expected here") }
        while Self.isDigit(current) { at += 1 }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        at += 1
        var text: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("the string before this is not UTF-8")
                }
                at += 1
                return string
            case UInt8(ascii: "\\"):
                at += 1
                try escape(into: &text)
            case 0..<0x20: throw failure("a control character must be escaped in a string")
            default:
                text.append(byte)
                at += 1
            }
        }
        throw failure("the text ends within a string")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = current else { throw failure("the text ends within a string") }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            text += try unicodeEscape().utf8
            return
        default: throw failure("'\\' does not begin an escape that JSON knows")
        }
        at += 1
    }

    private mutating func unicodeEscape() throws(JSONSyntaxError) -> String {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(UInt32(first)) { return String(scalar) }
        guard UTF16.isLeadSurrogate(first), current == UInt8(ascii: "\\"), at + 1 < bytes.count,
            bytes[at + 1] == UInt8(ascii: "u")
        else { throw failure("half of a surrogate pair is missing") }
        at += 1
        let second = try fourHexDigits()
        guard UTF16.isTrailSurrogate(second) else { throw failure("half of a surrogate pair is missing") }
        return String(decoding: [first, second], as: UTF16.self)
    }

    /// The digits after the `u` that is current.
    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt16 {
        let digits = bytes[min(at + 1, bytes.count)..<min(at + 5, bytes.count)]
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits are expected after '\\u'") }
        at += 5
        return unit
    }
}
