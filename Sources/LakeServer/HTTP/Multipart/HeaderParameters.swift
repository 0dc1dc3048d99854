/// A header's value with its parameters: `form-data; name="file"; filename="a.csv"` (RFC 9110, section 5.6.6).
struct HeaderParameters: Equatable, Sendable {
    /// What stands before the first semicolon, in lowercase.
    var value: String
    /// By name in lowercase.
    var parameters: [String: String] = [:]

    /// Nil when `text` is not of that form or gives a parameter twice.
    init?(_ text: String) {
        var rest = text[...]
        value = Self.trimmed(rest.prefix { $0 != ";" }).lowercased()
        rest = rest.drop { $0 != ";" }
        guard Self.isToken(value.filter { $0 != "/" }) else { return nil }
        while !rest.isEmpty {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let name = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            guard Self.isToken(name), let given = Self.parameterValue(&rest),
                parameters.updateValue(given, forKey: name) == nil
            else { return nil }
        }
    }

    /// Takes a token or a quoted string, and the white space behind it, off the front of `rest`.
    private static func parameterValue(_ rest: inout Substring) -> String? {
        let value: String
        if rest.first == "\"" {
            guard let quoted = quotedString(&rest) else { return nil }
            value = quoted
        } else {
            value = trimmed(rest.prefix { $0 != ";" })
            rest = rest.drop { $0 != ";" }
            guard isToken(value) else { return nil }
        }
        rest = rest.drop { $0 == " " || $0 == "\t" }
        return rest.isEmpty || rest.first == ";" ? value : nil
    }

    private static func quotedString(_ rest: inout Substring) -> String? {
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            // A backslash quotes only what needs it: old clients send Windows paths as they are.
            let quotes = character == "\\" && (rest.first == "\"" || rest.first == "\\")
            value.append(quotes ? rest.removeFirst() : character)
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    /// Whether `text` is a token: visible ASCII but for separators.
    private static func isToken(_ text: String) -> Bool {
        let separators = Set("()<>@,;:\\\"/[]?={}".utf8)
        return !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !separators.contains($0) }
    }
}
