import CICU

/// Walks a text word by word, as BERT's uncased basic tokenizer splits and normalises it.
///
/// Text is cleaned of control characters, accents are stripped by canonical decomposition, letters are lowered, and
/// punctuation and ideographs stand alone. Decomposed marks are not put in canonical order: all of them that a
/// vocabulary knows are nonspacing, and those are stripped.
struct WordScanner {
    /// Longer words are unknown, whatever they are made of.
    static let maximumCharacters = 100
    /// Room for the longest word that is kept.
    static let wordCapacity = maximumCharacters * 4

    private let text: UnsafeBufferPointer<UInt8>
    private let word: UnsafeMutableBufferPointer<UInt8>
    private var position = 0
    /// Scalars that the one at the last position became and that are not yet part of a word.
    private var pending: InlineArray<4, UInt32> = .init(repeating: 0)
    private var pendingCount = 0
    private var pendingNext = 0
    private var pendingStandsAlone = false
    /// Where that scalar is.
    private var pendingStart = 0

    /// Bytes of the normalised word; those of a word with too many characters are not all kept.
    private(set) var byteCount = 0
    /// Characters of the normalised word.
    private(set) var characterCount = 0
    /// Where the word starts and ends in the text.
    private(set) var start = 0
    private(set) var end = 0

    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - word: Room for `wordCapacity` bytes, which holds the current word.
    init(_ text: UnsafeBufferPointer<UInt8>, word: UnsafeMutableBufferPointer<UInt8>) {
        self.text = text
        self.word = word
    }

    /// Goes on to the next word; false at the end of the text.
    mutating func next() -> Bool {
        byteCount = 0
        characterCount = 0
        while true {
            if pendingNext < pendingCount {
                if takePending() { return true }
                continue
            }
            guard position < text.count else { return characterCount > 0 }
            let byte = text[position]
            if byte >= 0x80 {
                if takeScalar() { return true }
                continue
            }
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): push(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): push(byte | 0x20)
            case 0x20, 0x09, 0x0A, 0x0D:
                position += 1
                if characterCount > 0 { return true }
            case 0x21...0x7E:
                if characterCount == 0 { push(byte) }
                return true
            default: position += 1
            }
        }
    }

    @inline(__always)
    private mutating func push(_ byte: UInt8) {
        if characterCount == 0 { start = position }
        if byteCount < word.count {
            word[byteCount] = byte
            byteCount += 1
        }
        characterCount += 1
        position += 1
        end = position
    }

    /// Reads one scalar beyond ASCII; true when the word before it ends there.
    private mutating func takeScalar() -> Bool {
        let (scalar, length) = UnicodeScalar.decode(text, at: position)
        let isIdeograph = UnicodeScalar.isIdeograph(scalar)
        switch UnicodeScalar.category(scalar) {
        case CICU_CONTROL, CICU_NONSPACING_MARK: break
        case CICU_SEPARATOR:
            position += length
            return characterCount > 0
        default:
            // Marks what could not be decoded.
            if scalar == 0xFFFD { break }
            if isIdeograph, characterCount > 0 { return true }
            pendingStart = position
            pendingCount = withUnsafeMutablePointer(to: &pending) { inline in
                inline.withMemoryRebound(to: UInt32.self, capacity: 4) { UnicodeScalar.decompose(scalar, into: $0) }
            }
            pendingNext = 0
            pendingStandsAlone = isIdeograph
        }
        position += length
        return false
    }

    /// Moves one decomposed scalar into the word; true when a word ends before or after it.
    private mutating func takePending() -> Bool {
        let scalar = pending[pendingNext]
        let category = UnicodeScalar.category(scalar)
        let isPunctuation = category == CICU_PUNCTUATION || Self.isASCIISymbol(scalar)
        if isPunctuation, characterCount > 0 { return true }
        pendingNext += 1
        guard category != CICU_NONSPACING_MARK else { return false }
        append(UnicodeScalar.lowercase(scalar))
        return isPunctuation || (pendingStandsAlone && pendingNext == pendingCount)
    }

    private mutating func append(_ scalar: UInt32) {
        if characterCount == 0 { start = pendingStart }
        characterCount += 1
        end = position
        guard let unicode = Unicode.Scalar(scalar) else { return }
        for byte in UTF8.encode(unicode) ?? .init() where byteCount < word.count {
            word[byteCount] = byte
            byteCount += 1
        }
    }

    /// Canonical decomposition can end in ASCII signs, such as `=` for `≠`.
    private static func isASCIISymbol(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
