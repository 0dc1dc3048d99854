/// Makes names for columns out of what a file calls them.
enum ColumnNames {
    /// The longest name, in bytes.
    static let byteLimit = 255

    /// One name for each of `raw`: trimmed, without control characters, unique without regard to case.
    ///
    /// A name that is empty then becomes `column_` and its place; the second of equal ones gets `_2` at its end.
    static func unique(_ raw: [String]) -> [String] {
        var taken: Set<String> = []
        // Names that the file has are never pushed aside by names that are made up.
        let own = Set(raw.map { cleaned($0).lowercased() })
        return raw.enumerated().map { index, text in
            let name = cleaned(text)
            let base = name.isEmpty ? "column_\(index + 1)" : name
            var candidate = base
            var number = 2
            while taken.contains(candidate.lowercased())
                || candidate.lowercased() != name.lowercased() && own.contains(candidate.lowercased())
            {
                candidate = "\(base)_\(number)"
                number += 1
            }
            taken.insert(candidate.lowercased())
            return candidate
        }
    }

    /// `column_1` and so on.
    static func numbered(_ count: Int) -> [String] { (1...max(count, 1)).prefix(count).map { "column_\($0)" } }

    private static func cleaned(_ text: String) -> String {
        var name = String(String.UnicodeScalarView(text.unicodeScalars.filter { !isControl($0) }))
        while let first = name.unicodeScalars.first, first.properties.isWhitespace { name.unicodeScalars.removeFirst() }
        while let last = name.unicodeScalars.last, last.properties.isWhitespace { name.unicodeScalars.removeLast() }
        while name.utf8.count > byteLimit { name.removeLast() }
        return name
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.value == 0xFEFF
        }
    }
}
