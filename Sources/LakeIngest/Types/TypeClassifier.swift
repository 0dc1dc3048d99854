/// Says of one text, by its bytes alone, which types it could be read as without losing anything.
///
/// Strict on purpose: whatever could be an identifier, a code or a habit of some program stays text.
/// `docs/INGEST.md` has the rules.
public enum TypeClassifier {
    /// One bit for each type that the text could be; 0 for plain text.
    ///
    /// Bits of several texts combine by AND. An empty text counts as plain text here; callers treat it as NULL before.
    public static func mask(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return 0 }
        return kinds(of: base, bytes.count).rawValue
    }

    /// The kinds of the `count` bytes at `text`, at least one.
    static func kinds(of text: UnsafePointer<UInt8>, _ count: Int) -> TextKinds {
        let first = text[0]
        if isDigit(first) { return startingWithDigit(text, count) }
        if first == minus { return count > 1 && isDigit(text[1]) ? number(text, count, from: 1) : [] }
        if first | 0x20 == t || first | 0x20 == f { return boolean(text, count) }
        return []
    }

    private static func startingWithDigit(_ text: UnsafePointer<UInt8>, _ count: Int) -> TextKinds {
        // The sixth byte at the latest decides between a number and the fixed layouts of dates and times.
        if count >= 8 {
            // Behind an `e` the minus belongs to an exponent.
            if text[4] == minus, isDigit(text[3]) { return isoDate(text, count) }
            if text[4] == slash, count == 10, text[7] == slash {
                return isDate(year: 0, month: 5, day: 8, text) ? .slashedDate : []
            }
            if text[2] == colon { return timeLength(text, count) == count ? .time : [] }
            if text[2] == dot, count == 10, text[5] == dot {
                return isDate(year: 6, month: 3, day: 0, text) ? .dottedDate : []
            }
            if text[2] == slash, count == 10, text[5] == slash {
                var kinds: TextKinds = []
                if isDate(year: 6, month: 0, day: 3, text) { kinds.insert(.monthFirstDate) }
                if isDate(year: 6, month: 3, day: 0, text) { kinds.insert(.dayFirstDate) }
                return kinds
            }
        }
        return number(text, count, from: 0)
    }

    private static func boolean(_ text: UnsafePointer<UInt8>, _ count: Int) -> TextKinds {
        switch count {
        case 4:
            text[0] | 0x20 == t && text[1] | 0x20 == 0x72 && text[2] | 0x20 == 0x75 && text[3] | 0x20 == e
                ? .boolean : []
        case 5:
            text[0] | 0x20 == f && text[1] | 0x20 == 0x61 && text[2] | 0x20 == 0x6C && text[3] | 0x20 == 0x73
                && text[4] | 0x20 == e ? .boolean : []
        default: []
        }
    }
}

// MARK: Dates and times

extension TypeClassifier {
    private static func isoDate(_ text: UnsafePointer<UInt8>, _ count: Int) -> TextKinds {
        guard count >= 10, text[7] == minus, isDate(year: 0, month: 5, day: 8, text) else { return [] }
        guard count > 10 else { return .date }
        guard text[10] == 0x54 || text[10] == 0x20 else { return [] }
        let time = timeLength(text + 11, count - 11)
        guard time > 0 else { return [] }
        let zone = count - 11 - time
        if zone == 0 { return .timestamp }
        return isOffset(text + 11 + time, zone) ? .zonedTimestamp : []
    }

    /// Whether the digits at the given places are a day of the calendar, in the years 1 to 9999.
    private static func isDate(year: Int, month: Int, day: Int, _ text: UnsafePointer<UInt8>) -> Bool {
        guard let century = twoDigits(text + year), let rest = twoDigits(text + year + 2),
            let month = twoDigits(text + month), let day = twoDigits(text + day)
        else { return false }
        let year = century * 100 + rest
        guard year > 0, (1...12).contains(month), day > 0 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let longest =
            switch month {
            case 2: isLeap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        return day <= longest
    }

    /// How many bytes of `hh:mm:ss` with up to six digits of a fraction stand at the start; 0 when there is no time.
    private static func timeLength(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
        guard count >= 8, text[2] == colon, text[5] == colon,
            let hour = twoDigits(text), let minute = twoDigits(text + 3), let second = twoDigits(text + 6),
            hour < 24, minute < 60, second < 60
        else { return 0 }
        guard count > 8, text[8] == dot else { return 8 }
        var end = 9
        while end < count, isDigit(text[end]) { end += 1 }
        // A microsecond is the smallest step that is kept: a digit beyond it must say nothing.
        guard end > 9, end <= 18, (15..<max(end, 15)).allSatisfy({ text[$0] == zero }) else { return 0 }
        return end
    }

    /// `Z`, `+hh`, `+hhmm` or `+hh:mm`, and the same with `-`.
    private static func isOffset(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count == 1 { return text[0] == 0x5A }
        guard count >= 3, text[0] == plus || text[0] == minus, let hours = twoDigits(text + 1), hours < 16 else {
            return false
        }
        switch count {
        case 3: return true
        case 5: return (twoDigits(text + 3) ?? 60) < 60
        case 6: return text[3] == colon && (twoDigits(text + 4) ?? 60) < 60
        default: return false
        }
    }

    private static func twoDigits(_ text: UnsafePointer<UInt8>) -> Int? {
        isDigit(text[0]) && isDigit(text[1]) ? Int(text[0] &- zero) &* 10 &+ Int(text[1] &- zero) : nil
    }
}

// MARK: Numbers

extension TypeClassifier {
    /// The kinds of a number whose digits start at `start`, which holds a digit.
    static func number(_ text: UnsafePointer<UInt8>, _ count: Int, from start: Int) -> TextKinds {
        var end = start + 1
        while end < count, isDigit(text[end]) { end += 1 }
        let digits = end - start
        guard text[start] != zero || digits == 1 else { return [] }
        return end == count
            ? integer(text + start, digits, isNegative: start == 1)
            : decimal(text + start, count - start, wholeDigits: digits)
    }

    private static func integer(_ digits: UnsafePointer<UInt8>, _ count: Int, isNegative: Bool) -> TextKinds {
        // "-0" has a sign that an integer cannot keep.
        if isNegative, digits[0] == zero { return .double }
        var kinds: TextKinds = []
        if count < 19
            || count == 19 && isAtMost(isNegative ? 9_223_372_036_854_775_808 : 9_223_372_036_854_775_807, digits)
        {
            kinds.insert(.integer)
        }
        // Above 2^53 a double skips integers.
        if count < 16 || count == 16 && isAtMost(9_007_199_254_740_992, digits) { kinds.insert(.double) }
        return kinds
    }

    /// Whether the digits of `limit`'s length are a number up to it.
    private static func isAtMost(_ limit: UInt64, _ digits: UnsafePointer<UInt8>) -> Bool {
        var value: UInt64 = 0
        var position = 0
        var rest = limit
        while rest > 0 {
            value = value &* 10 &+ UInt64(digits[position] &- zero)
            position += 1
            rest /= 10
        }
        return value <= limit
    }

    /// A fraction, an exponent or both behind the whole digits.
    private static func decimal(_ text: UnsafePointer<UInt8>, _ count: Int, wholeDigits: Int) -> TextKinds {
        var position = wholeDigits
        // The power of ten of the first digit that is not zero.
        var magnitude = text[0] == zero ? nil : wholeDigits - 1
        if text[position] == dot {
            let fraction = position + 1
            position = fraction
            while position < count, isDigit(text[position]) {
                if magnitude == nil, text[position] != zero { magnitude = fraction - position - 1 }
                position += 1
            }
            guard position > fraction else { return [] }
        }
        var exponent = 0
        if position < count {
            guard text[position] | 0x20 == e, let value = self.exponent(text + position + 1, count - position - 1)
            else {
                return []
            }
            exponent = value
        }
        // Within these every number has a double near it; outside lie infinity and zero.
        guard let magnitude else { return .double }
        return (-307...307).contains(magnitude + exponent) ? .double : []
    }

    /// Up to four digits with or without a sign, and nothing else.
    private static func exponent(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        guard count > 0 else { return nil }
        let signed = text[0] == plus || text[0] == minus ? 1 : 0
        guard count > signed, count - signed <= 4 else { return nil }
        var value = 0
        for position in signed..<count {
            guard isDigit(text[position]) else { return nil }
            value = value * 10 + Int(text[position] - zero)
        }
        return text[0] == minus ? -value : value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

    private static var zero: UInt8 { 0x30 }
    private static var minus: UInt8 { 0x2D }
    private static var plus: UInt8 { 0x2B }
    private static var dot: UInt8 { 0x2E }
    private static var slash: UInt8 { 0x2F }
    private static var colon: UInt8 { 0x3A }
    private static var e: UInt8 { 0x65 }
    private static var t: UInt8 { 0x74 }
    private static var f: UInt8 { 0x66 }
}
