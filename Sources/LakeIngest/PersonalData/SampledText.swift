/// A value that is looked at more than once: what is cheap to ask of it is known.
struct SampledText {
    /// Without white space around it.
    let text: Substring
    /// What stands between spaces, commas, brackets and the like; none when the text is one piece.
    let tokens: [Substring]
    let digits: Int
    let hasAt: Bool
    let hasColon: Bool

    /// Nil for a blank one.
    init?(_ value: String) {
        let start = value.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        text = start[...last]
        digits = text.utf8.count(where: NumberChecks.isDigit)
        hasAt = text.utf8.contains(UInt8(ascii: "@"))
        hasColon = text.utf8.contains(UInt8(ascii: ":"))
        guard digits >= 8 || hasAt, text.utf8.contains(where: Self.separators.contains) else {
            tokens = []
            return
        }
        tokens = text.utf8.split(whereSeparator: Self.separators.contains).map { piece in
            piece.last == UInt8(ascii: ".") ? Substring(piece.dropLast()) : Substring(piece)
        }
    }

    /// Whether it is one of a kind, or holds one among other words.
    func holds(_ test: (Substring) -> Bool) -> Bool { test(text) || tokens.contains(where: test) }

    private static let separators = Set(" \t\n\r,;:<>()[]{}\"'|=".utf8)
}
