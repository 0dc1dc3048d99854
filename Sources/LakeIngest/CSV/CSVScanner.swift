/// One field of a record, as it stands in the bytes: without the quotes around it, with the doubled ones in it.
struct CSVField {
    private let startAndMark: UInt32
    private let count: UInt32

    init(start: Int, length: Int, isQuoted: Bool) {
        startAndMark = UInt32(truncatingIfNeeded: start) << 1 | (isQuoted ? 1 : 0)
        count = UInt32(truncatingIfNeeded: length)
    }

    var start: Int { Int(startAndMark >> 1) }
    var length: Int { Int(count) }
    var isQuoted: Bool { startAndMark & 1 == 1 }
}

/// Splits bytes into records and fields: the one place that knows what a CSV is.
///
/// Quotes are `"`, doubled inside; LF, CRLF and CR end a record outside of quotes.
struct CSVScanner {
    /// What stands at a place.
    enum Outcome {
        case record
        /// The end of the record is not among the bytes.
        case incomplete
        case textBehindQuote
        /// A quote is open where the file ends.
        case openQuote
    }

    /// The fields of the last record; those beyond ``fieldLimit`` are only counted.
    let fields: UnsafeMutablePointer<CSVField>
    private(set) var fieldCount = 0
    /// Behind the last record's line end; of a broken one, how far the search went.
    private(set) var next = 0
    /// Line ends inside the quotes of the last record.
    private(set) var innerLines = 0
    /// What is wrong with the bytes of the last record though its quotes are right.
    private(set) var fault: CSVFault?
    /// What the records so far have shown.
    private(set) var traits: CSVTraits = []
    private let delimiter: UInt8
    private let delimiters: UInt64

    /// The most fields that a record may have.
    static let fieldLimit = 10_000

    /// - Parameter delimiter: An ASCII character, neither a quote nor a line end.
    init(delimiter: UInt8) {
        self.delimiter = delimiter
        delimiters = UInt64(delimiter) &* 0x0101_0101_0101_0101
        fields = .allocate(capacity: Self.fieldLimit)
        fields.initialize(repeating: CSVField(start: 0, length: 0, isQuoted: false), count: Self.fieldLimit)
    }

    /// Frees the fields; nothing else may be called afterwards.
    func deallocate() { fields.deallocate() }

    /// Whether the last record is an empty line.
    var isBlank: Bool { fieldCount == 1 && fields[0].length == 0 && !fields[0].isQuoted }

    /// Reads the record at `start` of `text`, which ends at `end`, as the file does if `isFinal`.
    ///
    /// Eight zero bytes more must be readable behind `end`: a search may enter them but never leaves them.
    mutating func scan(_ text: UnsafePointer<UInt8>, from start: Int, to end: Int, isFinal: Bool) -> Outcome {
        var place = start
        var sight = Sight()
        fieldCount = 0
        innerLines = 0
        while true {
            let outcome =
                text[place] == quote
                ? quotedField(text, &place, end, isFinal, &sight)
                : plainField(text, &place, end, isFinal, &sight)
            guard case .record = outcome else {
                next = place
                return outcome
            }
            guard text[place] == delimiter, place < end else { break }
            place &+= 1
        }
        guard isFinal || place < end, endLine(text, place, end, isFinal) else { return .incomplete }
        if innerLines > 0 { traits.insert(.hasInnerLines) }
        fault =
            if sight.hasNUL {
                .nulByte
            } else if sight.bytes & highBits != 0, !UTF8Check.isValid(text + start, next &- start) {
                .notUTF8
            } else {
                nil
            }
        return .record
    }

    /// What a scan has seen of the bytes of one record, and perhaps of those behind it.
    private struct Sight {
        var bytes: UInt64 = 0
        var hasNUL = false
    }

    /// Reads a field without quotes, up to what ends it.
    @inline(__always)
    private mutating func plainField(
        _ text: UnsafePointer<UInt8>,
        _ place: inout Int,
        _ end: Int,
        _ isFinal: Bool,
        _ sight: inout Sight
    ) -> Outcome {
        let start = place
        while true {
            // Eight bytes at a time to the next one that could mean something.
            while place < end {
                let word = UnsafeRawPointer(text + place).loadUnaligned(as: UInt64.self)
                sight.bytes |= word
                let found = zeroBytes(word ^ delimiters) | zeroBytes(word ^ quotes) | zeroBytes(word & highNibbles)
                if found != 0 {
                    place &+= found.trailingZeroBitCount >> 3
                    break
                }
                place &+= 8
            }
            place = min(place, end)
            let byte = text[place]
            if byte == delimiter || byte == lineFeed || byte == carriageReturn || place == end {
                add(CSVField(start: start, length: place &- start, isQuoted: false))
                return .record
            }
            if byte == quote {
                traits.insert(.hasLooseQuotes)
                if isBlank(text, start, place) { return quotedField(text, &place, end, isFinal, &sight) }
            }
            if byte == 0 { sight.hasNUL = true }
            place &+= 1
        }
    }

    /// Reads a field whose opening quote is at `place`, up to what ends it.
    private mutating func quotedField(
        _ text: UnsafePointer<UInt8>,
        _ place: inout Int,
        _ end: Int,
        _ isFinal: Bool,
        _ sight: inout Sight
    ) -> Outcome {
        let start = place &+ 1
        place = start
        guard findClosingQuote(text, &place, end, &sight) else { return isFinal ? .openQuote : .incomplete }
        add(CSVField(start: start, length: place &- start, isQuoted: true))
        place &+= 1
        while text[place] == space, delimiter != space {
            traits.insert(.hasLooseQuotes)
            place &+= 1
        }
        // At the end of a piece, whether that quote is doubled shows with the next one.
        if place >= end { return isFinal ? .record : .incomplete }
        let byte = text[place]
        return byte == delimiter || byte == lineFeed || byte == carriageReturn ? .record : .textBehindQuote
    }

    /// Moves `place` to the quote that closes; false when there is none before `end`.
    private mutating func findClosingQuote(
        _ text: UnsafePointer<UInt8>,
        _ place: inout Int,
        _ end: Int,
        _ sight: inout Sight
    ) -> Bool {
        while place < end {
            let word = UnsafeRawPointer(text + place).loadUnaligned(as: UInt64.self)
            sight.bytes |= word
            let found = zeroBytes(word ^ quotes) | zeroBytes(word & highNibbles)
            guard found != 0 else {
                place &+= 8
                continue
            }
            place &+= found.trailingZeroBitCount >> 3
            if place >= end { break }
            switch text[place] {
            case quote:
                if text[place &+ 1] != quote { return true }
                place &+= 1
            case lineFeed: innerLines &+= 1
            case carriageReturn: if text[place &+ 1] != lineFeed { innerLines &+= 1 }
            case 0: sight.hasNUL = true
            default: break
            }
            place &+= 1
        }
        place = end
        return false
    }

    /// Steps over the line end at `place`; false when the next piece may hold half of it.
    private mutating func endLine(_ text: UnsafePointer<UInt8>, _ place: Int, _ end: Int, _ isFinal: Bool) -> Bool {
        if place >= end {
            next = end
        } else if text[place] == lineFeed {
            traits.insert(.endsWithLF)
            next = place &+ 1
        } else if place &+ 1 == end, !isFinal {
            return false
        } else {
            let isPair = text[place &+ 1] == lineFeed
            traits.insert(isPair ? .endsWithCRLF : .endsWithCR)
            next = place &+ (isPair ? 2 : 1)
        }
        return true
    }

    @inline(__always)
    private mutating func add(_ field: CSVField) {
        if fieldCount < Self.fieldLimit { fields[fieldCount] = field }
        fieldCount &+= 1
    }

    private func isBlank(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        for place in start..<end where text[place] != space { return false }
        return true
    }

    /// The high bit of each byte of `word` that is zero, and no other.
    @inline(__always)
    private func zeroBytes(_ word: UInt64) -> UInt64 {
        ~(((word & ~highBits) &+ ~highBits) | word) & highBits
    }

    private var highBits: UInt64 { 0x8080_8080_8080_8080 }
    /// Masked by this, a control character is zero: a line end, a tab, a NUL.
    private var highNibbles: UInt64 { 0xF0F0_F0F0_F0F0_F0F0 }
    private var quotes: UInt64 { 0x2222_2222_2222_2222 }
    private var quote: UInt8 { 0x22 }
    private var space: UInt8 { 0x20 }
    private var lineFeed: UInt8 { 0x0A }
    private var carriageReturn: UInt8 { 0x0D }
}

/// What records have shown that another reader could take differently.
struct CSVTraits: OptionSet {
    let rawValue: UInt8

    static let endsWithLF = CSVTraits(rawValue: 1)
    static let endsWithCRLF = CSVTraits(rawValue: 2)
    static let endsWithCR = CSVTraits(rawValue: 4)
    /// Quotes inside unquoted fields, or spaces around quotes.
    static let hasLooseQuotes = CSVTraits(rawValue: 8)
    static let hasBlankLines = CSVTraits(rawValue: 16)
    /// Empty lines before the first record.
    static let startsLate = CSVTraits(rawValue: 32)
    /// Line ends inside of quotes.
    static let hasInnerLines = CSVTraits(rawValue: 64)
}

/// Why a record cannot be kept.
enum CSVFault: Hashable {
    case fields(found: Int, expected: Int)
    case notUTF8
    case nulByte
    case textBehindQuote
    case openQuote
    case tooLong

    var reason: String {
        switch self {
        case .fields(let found, let expected):
            "\(found) \(found == 1 ? "field" : "fields") where \(expected) \(expected == 1 ? "is" : "are") expected"
        case .notUTF8: "its bytes are not UTF-8"
        case .nulByte: "it holds a NUL byte"
        case .textBehindQuote: "text stands behind a closing quote"
        case .openQuote: "a quote is never closed"
        case .tooLong: "it is longer than \(RecordLimit.bytes >> 20) MiB"
        }
    }
}
