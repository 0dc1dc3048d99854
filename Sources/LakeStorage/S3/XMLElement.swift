/// An element of a small document, as object stores answer: names without prefixes, text, elements.
///
/// The parser knows what such answers need and refuses the rest: no document types, no entities but the five of XML and characters
/// by number, no comments, no processing instructions but the declaration.
struct XMLElement: Equatable, Sendable {
    let name: String
    private(set) var text = ""
    private(set) var elements: [XMLElement] = []

    init(name: String) { self.name = name }

    /// The elements of that name.
    func all(_ name: String) -> [XMLElement] { elements.filter { $0.name == name } }

    /// The text of the first element of that name.
    func text(_ name: String) -> String? { elements.first { $0.name == name }?.text }

    /// Nil when the bytes are not a document that this parser reads.
    static func parse(_ bytes: [UInt8]) -> XMLElement? {
        var reader = Reader(bytes: bytes)
        return reader.document()
    }

    /// Reads from front to back; nil means that the document is refused.
    private struct Reader {
        let bytes: [UInt8]
        var place = 0
        static let deepest = 8

        mutating func document() -> XMLElement? {
            _ = take("\u{FEFF}")
            if take("<?xml") {
                guard skip(past: "?>") else { return nil }
            }
            skipSpace()
            guard take("<"), let root = element(depth: 1) else { return nil }
            skipSpace()
            return place == bytes.count ? root : nil
        }

        /// After its `<`.
        private mutating func element(depth: Int) -> XMLElement? {
            guard depth <= Self.deepest, let fullName = name() else { return nil }
            var element = XMLElement(name: String(fullName.split(separator: ":").last ?? ""))
            guard let isEmpty = attributes() else { return nil }
            if isEmpty { return element }
            var text: [UInt8] = []
            while place < bytes.count {
                let run = bytes[place...].prefix { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "&") }
                text += run
                place = run.endIndex
                if take("</") {
                    guard name() == fullName else { return nil }
                    skipSpace()
                    guard take(">"), let text = String(validating: text, as: UTF8.self) else { return nil }
                    element.text = text
                    return element
                } else if take("<") {
                    guard let child = self.element(depth: depth + 1) else { return nil }
                    element.elements.append(child)
                } else if take("&") {
                    guard let character = reference() else { return nil }
                    text += character
                }
            }
            return nil
        }

        /// Skips attributes and what closes the tag; true when the element has no content, nil when it is malformed.
        private mutating func attributes() -> Bool? {
            while true {
                let before = place
                skipSpace()
                if take("/>") { return true }
                if take(">") { return false }
                guard place > before, name() != nil, take("=") else { return nil }
                guard take("\"") ? skip(past: "\"") : take("'") && skip(past: "'") else { return nil }
            }
        }

        /// After its `&`.
        private mutating func reference() -> [UInt8]? {
            let names: [(String, UInt8)] = [("amp;", 38), ("lt;", 60), ("gt;", 62), ("quot;", 34), ("apos;", 39)]
            for (name, character) in names where take(name) { return [character] }
            guard take("#") else { return nil }
            let radix = take("x") ? 16 : 10
            let end = bytes[place...].prefix(9).firstIndex(of: UInt8(ascii: ";"))
            guard let end, let value = UInt32(String(decoding: bytes[place..<end], as: UTF8.self), radix: radix),
                let scalar = UnicodeScalar(value), value != 0
            else { return nil }
            place = end + 1
            return Array(String(scalar).utf8)
        }

        private mutating func name() -> String? {
            let name = bytes[place...].prefix {
                (48...58).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || [45, 46, 95].contains($0)
            }
            guard !name.isEmpty, name.count <= 128 else { return nil }
            place = name.endIndex
            return String(decoding: name, as: UTF8.self)
        }

        private mutating func take(_ text: String) -> Bool {
            guard bytes[place...].starts(with: text.utf8) else { return false }
            place += text.utf8.count
            return true
        }

        private mutating func skip(past text: String) -> Bool {
            while place < bytes.count {
                if take(text) { return true }
                place += 1
            }
            return false
        }

        private mutating func skipSpace() {
            while place < bytes.count, [9, 10, 13, 32].contains(bytes[place]) { place += 1 }
        }
    }
}
