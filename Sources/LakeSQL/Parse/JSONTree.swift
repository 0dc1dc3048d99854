/// A parsed JSON document, numbers and the order of members left as they were written.
enum JSONTree: Hashable {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([Member])

    /// One name and value of an object.
    struct Member: Hashable {
        var key: String
        var value: JSONTree
    }

    /// What makes a document unreadable.
    enum Failure: Error {
        case malformed
        case tooDeep
    }

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - text: The whole document.
    ///   - maxDepth: How many arrays and objects may be inside each other.
    /// - Throws: ``Failure`` when the text is no document or too deep.
    init(parsing text: String, maxDepth: Int) throws(Failure) {
        var text = text
        let parsed: Result<JSONTree, Failure> = text.withUTF8 { bytes in
            var reader = JSONReader(bytes: bytes, depthLeft: maxDepth)
            do throws(Failure) {
                return .success(try reader.document())
            } catch {
                return .failure(error)
            }
        }
        self = try parsed.get()
    }

    /// The member `key`; nil when absent, null, or not in an object.
    subscript(key: String) -> JSONTree? {
        guard case .object(let members) = self, let member = members.first(where: { $0.key == key }),
            member.value != .null
        else { return nil }
        return member.value
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var integer: Int? { if case .number(let value) = self { Int(value) } else { nil } }
    var array: [JSONTree] { if case .array(let values) = self { values } else { [] } }
}

/// Reads JSON by recursive descent.
private struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var depthLeft: Int
    private var place = 0

    init(bytes: UnsafeBufferPointer<UInt8>, depthLeft: Int) {
        self.bytes = bytes
        self.depthLeft = depthLeft
    }

    mutating func document() throws(JSONTree.Failure) -> JSONTree {
        let tree = try value()
        guard peek() == nil else { throw .malformed }
        return tree
    }

    private mutating func value() throws(JSONTree.Failure) -> JSONTree {
        switch peek() {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object() throws(JSONTree.Failure) -> JSONTree {
        try enter()
        var members: [JSONTree.Member] = []
        if take(UInt8(ascii: "}")) { return leave(.object(members)) }
        repeat {
            guard peek() == UInt8(ascii: "\"") else { throw .malformed }
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw .malformed }
            members.append(JSONTree.Member(key: key, value: try value()))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw .malformed }
        return leave(.object(members))
    }

    private mutating func array() throws(JSONTree.Failure) -> JSONTree {
        try enter()
        var values: [JSONTree] = []
        if take(UInt8(ascii: "]")) { return leave(.array(values)) }
        repeat { values.append(try value()) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw .malformed }
        return leave(.array(values))
    }

    /// Past the opening bracket.
    private mutating func enter() throws(JSONTree.Failure) {
        guard depthLeft > 0 else { throw .tooDeep }
        depthLeft -= 1
        place += 1
    }

    private mutating func leave(_ tree: JSONTree) -> JSONTree {
        depthLeft += 1
        return tree
    }

    private mutating func number() throws(JSONTree.Failure) -> JSONTree {
        let start = place
        while place < bytes.count, isNumberByte(bytes[place]) { place += 1 }
        guard place > start else { throw .malformed }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    /// Digits, sign, point and exponent, and the letters of the library's NaN and Infinity.
    private func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 43, 45, 46, 48...57, 65...90, 97...122: true
        default: false
        }
    }

    private mutating func word(_ text: StaticString, _ tree: JSONTree) throws(JSONTree.Failure) -> JSONTree {
        let end = place + text.utf8CodeUnitCount
        guard end <= bytes.count,
            text.withUTF8Buffer({ $0.elementsEqual(bytes[place..<end]) })
        else { throw .malformed }
        place = end
        return tree
    }

    private mutating func string() throws(JSONTree.Failure) -> String {
        place += 1
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\") { place += 1 }
        guard place < bytes.count else { throw .malformed }
        if bytes[place] == UInt8(ascii: "\"") {
            defer { place += 1 }
            return String(decoding: bytes[start..<place], as: UTF8.self)
        }
        var units = Array(bytes[start..<place])
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: units, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") { try escape(into: &units) } else { units.append(byte) }
        }
        throw .malformed
    }

    private mutating func escape(into units: inout [UInt8]) throws(JSONTree.Failure) {
        guard place < bytes.count else { throw .malformed }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "n"): units.append(10)
        case UInt8(ascii: "t"): units.append(9)
        case UInt8(ascii: "r"): units.append(13)
        case UInt8(ascii: "b"): units.append(8)
        case UInt8(ascii: "f"): units.append(12)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
                code = 0x10000 + (code - 0xD800) << 10 + (try hexadecimal() & 0x3FF)
            }
            units.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: units.append(byte)
        }
    }

    private mutating func hexadecimal() throws(JSONTree.Failure) -> UInt32 {
        guard place + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { throw .malformed }
        place += 4
        return code
    }

    /// The next byte that is not white space.
    private mutating func peek() -> UInt8? {
        while place < bytes.count, bytes[place] == 32 || (9...13).contains(bytes[place]) { place += 1 }
        return place < bytes.count ? bytes[place] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        place += 1
        return true
    }
}
