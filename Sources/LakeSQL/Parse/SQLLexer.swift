/// One word, literal or sign of a statement.
struct SQLToken {
    enum Kind {
        case word
        case quotedName
        case text
        case number
        case sign
    }

    var kind: Kind
    /// Bytes from the start of the statement.
    var range: Range<Int>
}

/// Splits a statement as the parser does, as far as finding names needs it.
///
/// It is never the judge of what a statement means: whatever is edited with its help is parsed again and compared.
struct SQLLexer {
    private let bytes: [UInt8]
    private var place = 0
    private(set) var tokens: [SQLToken] = []
    /// The white space of other scripts outside literals, each three bytes or two.
    private(set) var wideSpaces: [Range<Int>] = []
    /// Where the first comment inside a comment starts.
    private(set) var nestedComment: Int?

    /// Reads all of `bytes`.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        while place < bytes.count { advance() }
    }

    /// The tokens with a blank where anything separates them, without the semicolons at the end.
    ///
    /// A line's end between two texts stays one: it makes them one text.
    var condensed: [UInt8] {
        let kept = tokens.prefix(
            1 + (tokens.lastIndex { bytes[$0.range] != [UInt8(ascii: ";")] } ?? -1)
        )
        var text: [UInt8] = []
        var last: SQLToken?
        for token in kept {
            if let last, last.range.upperBound < token.range.lowerBound {
                let gap = bytes[last.range.upperBound..<token.range.lowerBound]
                let joins = last.kind == .text && token.kind == .text && (gap.contains(10) || gap.contains(13))
                text.append(joins ? 10 : 32)
            }
            text += bytes[token.range]
            last = token
        }
        return text
    }

    /// The name that a token stands for, without its quotes.
    func name(_ token: SQLToken) -> String? {
        let inner = String(decoding: bytes[token.range], as: UTF8.self)
        switch token.kind {
        case .word: return inner
        case .quotedName:
            return inner.dropFirst().dropLast().split(separator: "\"\"", omittingEmptySubsequences: false).joined(
                separator: "\""
            )
        case .text where inner.first == "'":
            return inner.dropFirst().dropLast().split(separator: "''", omittingEmptySubsequences: false).joined(
                separator: "'"
            )
        default: return nil
        }
    }

    /// Whether a token is this word or sign, in any case.
    func isToken(_ token: SQLToken, _ text: String) -> Bool {
        (token.kind == .word || token.kind == .sign)
            && String(decoding: bytes[token.range], as: UTF8.self).uppercased() == text
    }

    private mutating func advance() {
        let start = place
        let byte = bytes[place]
        switch byte {
        case 9...13, 32: place += 1
        case UInt8(ascii: "-") where next() == byte: skip { $0 == 10 || $0 == 13 }
        case UInt8(ascii: "/") where next() == UInt8(ascii: "*"): skipBlockComment()
        case UInt8(ascii: "'"): quoted(by: byte, escapes: false, .text, from: start)
        case UInt8(ascii: "\""): quoted(by: byte, escapes: false, .quotedName, from: start)
        case UInt8(ascii: "e"), UInt8(ascii: "E"):
            guard next() == UInt8(ascii: "'") else { return word(from: start) }
            place += 1
            quoted(by: UInt8(ascii: "'"), escapes: true, .text, from: start)
        case UInt8(ascii: "$"): dollar(from: start)
        case 48...57:
            skip { !Self.isNamePart($0) && $0 != 46 }
            add(.number, start)
        case _ where wideSpaceLength() > 0:
            place += wideSpaceLength()
            wideSpaces.append(start..<place)
        case _ where Self.isNameStart(byte): word(from: start)
        default:
            place += 1
            add(.sign, start)
        }
    }

    private mutating func word(from start: Int) {
        place += 1
        while place < bytes.count, Self.isNamePart(bytes[place]), wideSpaceLength() == 0 { place += 1 }
        add(.word, start)
    }

    private mutating func add(_ kind: SQLToken.Kind, _ start: Int) {
        tokens.append(SQLToken(kind: kind, range: start..<place))
    }

    private func next() -> UInt8? { place + 1 < bytes.count ? bytes[place + 1] : nil }

    private mutating func skip(until isEnd: (UInt8) -> Bool) {
        while place < bytes.count, !isEnd(bytes[place]) { place += 1 }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if bytes[place] == UInt8(ascii: "/"), next() == UInt8(ascii: "*") {
                depth += 1
                if depth > 1, nestedComment == nil { nestedComment = place }
                place += 2
            } else if bytes[place] == UInt8(ascii: "*"), next() == UInt8(ascii: "/") {
                depth -= 1
                place += 2
            } else {
                place += 1
            }
        } while depth > 0 && place < bytes.count
    }

    /// From the opening mark past the closing one; a doubled mark is part of the text.
    private mutating func quoted(by mark: UInt8, escapes: Bool, _ kind: SQLToken.Kind, from start: Int) {
        place += 1
        while place < bytes.count {
            if escapes, bytes[place] == UInt8(ascii: "\\") {
                place += 2
            } else if bytes[place] != mark {
                place += 1
            } else if next() == mark {
                place += 2
            } else {
                place += 1
                break
            }
        }
        place = min(place, bytes.count)
        add(kind, start)
    }

    /// `$tag$ … $tag$`, or a placeholder.
    private mutating func dollar(from start: Int) {
        place += 1
        skip { !Self.isNamePart($0) || $0 == UInt8(ascii: "$") }
        guard place < bytes.count, bytes[place] == UInt8(ascii: "$") else { return add(.sign, start) }
        place += 1
        let tag = bytes[start..<place]
        while place < bytes.count, !bytes[place...].starts(with: tag) { place += 1 }
        place = min(place + tag.count, bytes.count)
        add(.text, start)
    }

    /// The length of the space of another script here, which the parser takes for a blank; 0 when there is none.
    private func wideSpaceLength() -> Int {
        switch (bytes[place], next(), place + 2 < bytes.count ? bytes[place + 2] : nil) {
        case (0xC2, 0xA0, _): 2
        case (0xE2, 0x80, .some(0x80...0x8B)), (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE2, 0x81, 0xA0),
            (0xE3, 0x80, 0x80), (0xEF, 0xBB, 0xBF):
            3
        default: 0
        }
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        switch byte {
        case 65...90, 97...122, 95, 128...: true
        default: false
        }
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        isNameStart(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "$")
    }
}
