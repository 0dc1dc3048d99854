/// Why a value could not be read.
enum JSONFault: Error {
    /// Its end is not among the bytes.
    case incomplete
    /// The text is not JSON at `place`, or not JSON that is taken.
    case invalid(String, place: Int)
}

/// A place in bytes of JSON, and the steps over its smallest parts.
///
/// Strict: RFC 8259 and nothing beyond it.
struct JSONCursor {
    let text: UnsafePointer<UInt8>
    private(set) var place: Int
    private let end: Int
    private let isFinal: Bool

    /// Starts at `place` of `text`, which is readable up to `end`, where the file ends if `isFinal`.
    init(_ text: UnsafePointer<UInt8>, from place: Int, to end: Int, isFinal: Bool) {
        self.text = text
        self.place = place
        self.end = end
        self.isFinal = isFinal
    }

    /// A string as it stands between its quotes.
    struct Text {
        var bytes: UnsafeBufferPointer<UInt8>
        var hasEscapes: Bool
    }

    /// The byte at the place.
    func peek() throws(JSONFault) -> UInt8 {
        guard place < end else {
            throw isFinal ? .invalid("the file ends in the middle of a value", place: place) : .incomplete
        }
        return text[place]
    }

    mutating func step() { place &+= 1 }

    mutating func skipSpace() {
        while place < end, WhiteSpace.contains(text[place]) { place &+= 1 }
    }

    /// Steps over `byte` after white space.
    mutating func expect(_ byte: UInt8, _ meaning: String) throws(JSONFault) {
        skipSpace()
        guard try peek() == byte else { throw .invalid("\(meaning) is missing", place: place) }
        step()
    }

    /// Steps over `word`: true, false or null.
    mutating func word(_ word: StaticString) throws(JSONFault) {
        for index in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[index] else {
                throw .invalid("there is a word that is neither true, false nor null", place: place)
            }
            step()
        }
    }

    /// Steps over a number; its bytes.
    mutating func number() throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
        let start = place
        if try peek() == 0x2D { step() }
        if try peek() == 0x30 {
            step()
        } else {
            try digits()
        }
        if try continues(with: 0x2E) {
            step()
            try digits()
        }
        let isSmall = try continues(with: 0x65)
        if try isSmall ? true : continues(with: 0x45) {
            step()
            let sign = try peek()
            if sign == 0x2B || sign == 0x2D { step() }
            try digits()
        }
        return UnsafeBufferPointer(start: text + start, count: place - start)
    }

    private mutating func digits() throws(JSONFault) {
        let start = place
        while place < end, text[place] &- 0x30 < 10 { place &+= 1 }
        if place == end, !isFinal { throw .incomplete }
        guard place > start else { throw .invalid("a number is not written as JSON wants it", place: place) }
    }

    /// Whether `byte` is next; the end of the file is not.
    private func continues(with byte: UInt8) throws(JSONFault) -> Bool {
        if place == end, isFinal { return false }
        return try peek() == byte
    }

    /// Steps over a string, whose opening quote is next.
    mutating func string() throws(JSONFault) -> Text {
        step()
        let start = place
        var hasEscapes = false
        var seen: UInt8 = 0
        while true {
            let byte = try peek()
            if byte == 0x22 { break }
            if byte < 0x20 { throw .invalid("a string holds a control character", place: place) }
            seen |= byte
            if byte == 0x5C {
                hasEscapes = true
                try escape()
            } else {
                step()
            }
        }
        let bytes = UnsafeBufferPointer(start: text + start, count: place - start)
        if seen >= 0x80, !UTF8Check.isValid(text + start, bytes.count) {
            throw .invalid("a string is not UTF-8", place: start)
        }
        step()
        return Text(bytes: bytes, hasEscapes: hasEscapes)
    }

    /// Steps over a backslash and what belongs to it.
    private mutating func escape() throws(JSONFault) {
        let start = place
        step()
        switch try peek() {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: step()
        case 0x75:
            step()
            let unit = try hexadecimal()
            guard unit & 0xF800 == 0xD800 else { return }
            // A surrogate means something only as the first half of a pair.
            guard unit < 0xDC00, try peek() == 0x5C else { throw .invalid("half a surrogate pair", place: start) }
            step()
            guard try peek() == 0x75 else { throw .invalid("half a surrogate pair", place: start) }
            step()
            guard try hexadecimal() & 0xFC00 == 0xDC00 else { throw .invalid("half a surrogate pair", place: start) }
        default: throw .invalid("a backslash stands before nothing that it could escape", place: start)
        }
    }

    private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(try peek())).hexDigitValue else {
                throw .invalid("\\u needs four hexadecimal digits", place: place)
            }
            value = value << 4 | UInt32(digit)
            step()
        }
        return value
    }
}

extension JSONCursor.Text {
    /// The string's UTF-8, escapes undone; they are known to be valid.
    var decoded: [UInt8] {
        guard hasEscapes else { return Array(bytes) }
        var result: [UInt8] = []
        var units: [UInt16] = []
        var place = 0
        while place < bytes.count {
            guard bytes[place] == 0x5C, place + 1 < bytes.count else {
                result.append(bytes[place])
                place += 1
                continue
            }
            if bytes[place + 1] == 0x75 {
                let digits = String(decoding: bytes[(place + 2)..<min(place + 6, bytes.count)], as: UTF8.self)
                units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
                place += 6
                // Pairs are decoded together.
                if units.count == 1, units[0] & 0xFC00 == 0xD800 { continue }
                result.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
                units = []
                continue
            }
            result.append(Self.plain(bytes[place + 1]))
            place += 2
        }
        return result
    }

    private static func plain(_ letter: UInt8) -> UInt8 {
        switch letter {
        case 0x62: 0x08
        case 0x66: 0x0C
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x74: 0x09
        default: letter
        }
    }
}

/// The white space of JSON, which is that of every format here.
enum WhiteSpace {
    static func contains(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Whether there is nothing else in the whole file.
    static func fills(_ file: InputFile, _ flag: StopFlag) throws(IngestError) -> Bool {
        let buffer = try PieceBuffer(file)
        while !buffer.isFinal {
            try flag.check()
            try buffer.fill()
            for place in buffer.start..<buffer.end where !contains(buffer.bytes[place]) { return false }
            buffer.consume(to: buffer.end)
        }
        return true
    }
}
