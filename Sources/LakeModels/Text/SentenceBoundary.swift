/// One place where a sentence may end, with what is before and after it.
struct SentenceBoundary {
    private let text: UnsafeBufferPointer<UInt8>
    /// Where the sentence's first character that is not white space is.
    private let contentStart: Int
    private let boundary: Int

    init(_ text: UnsafeBufferPointer<UInt8>, contentStart: Int, at boundary: Int) {
        self.text = text
        self.contentStart = contentStart
        self.boundary = boundary
    }

    /// Whether a sentence ends here.
    var isReal: Bool {
        if boundary == text.count { return true }
        // Blank lines belong to the sentence before them; asked first, so that a run of them is read once.
        if Self.isBreakingSpace(text[boundary]), isBeforeBlankLine { return false }
        var contentEnd = boundary
        while contentEnd > contentStart, Self.isBreakingSpace(text[contentEnd - 1]) { contentEnd -= 1 }
        let lineEnds = text[contentEnd..<boundary].count { $0 == 0x0A || $0 == 0x0D }
        if lineEnds > 0 { return lineEnds > 1 || !isContinuedLine(endingAt: contentEnd) }
        // As in: "Really?" she asked.
        if startsInLowerCase(at: boundary) { return false }
        return !isListNumber(endingAt: contentEnd) && !isAbbreviation(endingAt: contentEnd)
    }

    private static func isBreakingSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Whether nothing but white space comes before the next line.
    private var isBeforeBlankLine: Bool {
        var position = boundary
        while position < text.count, Self.isBreakingSpace(text[position]) {
            if text[position] == 0x0A { return true }
            position += 1
        }
        return position == text.count
    }

    /// Whether a line was wrapped in the middle of a sentence: long, not ended, and the next starts in lower case.
    private func isContinuedLine(endingAt contentEnd: Int) -> Bool {
        let longLine = max(0, contentEnd - 50)..<contentEnd
        guard longLine.count == 50, !text[longLine].contains(0x0A), !".!?:|".utf8.contains(text[contentEnd - 1]) else {
            return false
        }
        let next = boundary + UnicodeScalar.blankPrefix(of: text, in: boundary..<text.count)
        // A lone letter is a bullet or the letter of a list item.
        return startsInLowerCase(at: next) && next + 1 < text.count && !Self.isBreakingSpace(text[next + 1])
            && !".)".utf8.contains(text[next + 1])
    }

    private func startsInLowerCase(at position: Int) -> Bool {
        position < text.count && UnicodeScalar.isLowercaseLetter(UnicodeScalar.decode(text, at: position).scalar)
    }

    /// Whether the sentence so far is only the number of a list item: "1.", "a)", "iv.".
    private func isListNumber(endingAt contentEnd: Int) -> Bool {
        guard (2...5).contains(contentEnd - contentStart), ".)".utf8.contains(text[contentEnd - 1]) else {
            return false
        }
        let number = text[contentStart..<contentEnd - 1]
        return number.allSatisfy(Self.isDigit) || (number.count == 1 && number.allSatisfy(Self.isLetter))
            || number.allSatisfy { "ivxIVX".utf8.contains($0) }
    }

    /// Whether the full stop before the boundary belongs to an abbreviation inside a sentence.
    private func isAbbreviation(endingAt contentEnd: Int) -> Bool {
        guard text[contentEnd - 1] == UInt8(ascii: ".") else { return false }
        let stop = contentEnd - 1
        var start = stop
        while start > contentStart, stop - start <= Abbreviation.maximumLength, Self.isWordByte(text[start - 1]) {
            start -= 1
        }
        guard let abbreviation = Abbreviation(String(decoding: text[start..<stop], as: UTF8.self)) else { return false }
        let next = UnsafeBufferPointer(rebasing: text[boundary...])
        return switch abbreviation {
        case .title: true
        case .beforeNumber: next.first.map(Self.isDigit) ?? false
        case .ambiguous: !Abbreviation.startsSentence(firstWord(of: next))
        }
    }

    private func firstWord(of text: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: text.prefix(12).prefix(while: Self.isLetter), as: UTF8.self)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: ".") || byte >= 0x80
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
