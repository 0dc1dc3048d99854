import CICU

/// Finds where the sentences of a text end.
///
/// Sentence boundaries are those of Unicode (UAX #29) without the ones after abbreviations and list numbers, plus the
/// ends of lines, so that headings and list items stand alone. A line that is evidently continued by the next does not
/// end a sentence.
public enum SentenceSplitter {
    /// The sentences as UTF-8 ranges: in order, without gaps, white space belonging to the sentence before it.
    ///
    /// Every sentence has something that is not white space, unless the whole text has nothing. Time is linear.
    public static func sentences(of text: String) -> [Range<Int>] {
        var text = text
        return text.withUTF8 { sentences(of: $0) }
    }

    static func sentences(of text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var sentences: [Range<Int>] = []
        var start = 0
        var contentStart = 0
        forEachBoundary(of: text) { end in
            contentStart += UnicodeScalar.blankPrefix(of: text, in: contentStart..<end)
            guard contentStart < end else { return }
            guard SentenceBoundary(text, contentStart: contentStart, at: end).isReal else { return }
            sentences.append(start..<end)
            start = end
            contentStart = end
        }
        guard start < text.count else { return sentences }
        // What is left is blank.
        let previous = sentences.popLast()
        sentences.append((previous?.lowerBound ?? start)..<text.count)
        return sentences
    }

    /// Calls `body` with each place where a sentence may end, in order.
    private static func forEachBoundary(of text: UnsafeBufferPointer<UInt8>, _ body: (Int) -> Void) {
        var window = 0
        while window < text.count {
            let end = windowEnd(of: text, from: window)
            var bullets = InlineBullets(text, in: window..<end)
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[window..<end])
            let characters = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            if let breaks = cicu_sentences_open(characters, Int32(bytes.count)) {
                defer { cicu_sentences_close(breaks) }
                while case let next = cicu_sentences_next(breaks), next > 0 {
                    while let bullet = bullets.next(before: window + Int(next)) { body(bullet) }
                    body(window + Int(next))
                }
            } else {
                body(end)
            }
            window = end
        }
    }

    /// ICU counts in 32 bits: longer texts are cut after a line, where a sentence ends in any case.
    private static func windowEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let limit = 1 << 30
        guard text.count - start > limit else { return text.count }
        var end = start + limit
        while end > start, text[end - 1] != UInt8(ascii: "\n") { end -= 1 }
        if end > start { return end }
        end = start + limit
        while text[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}

/// Bullet signs in the middle of a line, as in "Skills: • Go • Rust": each starts a sentence.
private struct InlineBullets {
    private let text: UnsafeBufferPointer<UInt8>
    private var position: Int
    private let end: Int

    init(_ text: UnsafeBufferPointer<UInt8>, in range: Range<Int>) {
        self.text = text
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next bullet before `limit`; the search goes on behind it.
    mutating func next(before limit: Int) -> Int? {
        while position < limit {
            let here = position
            position += 1
            // All of the signs are three bytes long and start with the same byte.
            guard text[here] == 0xE2, here + 3 < end, here > 0 else { continue }
            switch UnicodeScalar.decode(text, at: here).scalar {
            case 0x2022, 0x2023, 0x25A0, 0x25A1, 0x25AA, 0x25AB, 0x25CB, 0x25CF, 0x25E6, 0x2713, 0x2714, 0x27A2, 0x27A4:
                let isSpaced = text[here - 1] == 0x20 && text[here + 3] == 0x20
                if isSpaced { return here }
            default: continue
            }
        }
        return nil
    }
}
