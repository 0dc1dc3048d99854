/// Appending to a buffer of UTF-8, without a `String` in between.
extension [UInt8] {
    /// Decimal digits, padded with zeros to `width`.
    @inline(__always)
    mutating func append(number: Int, width: Int = 1) {
        var divisor = 1
        var digits = 1
        while digits < width || number / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        var rest = number
        while divisor > 0 {
            append(UInt8(truncatingIfNeeded: 48 + rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    /// Hundredths as a decimal fraction: 123450 gives `1234.50`.
    mutating func append(hundredths: Int) {
        append(number: hundredths / 100)
        append(UInt8(ascii: "."))
        append(number: hundredths % 100, width: 2)
    }

    /// `1,200` for a number in prose.
    mutating func append(grouped number: Int) {
        if number >= 1000 {
            append(grouped: number / 1000)
            append(UInt8(ascii: ","))
            append(number: number % 1000, width: 3)
        } else {
            append(number: number)
        }
    }

    /// Letters known to be ASCII.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// `2026-06-28`.
    mutating func append(date: DemoDate) {
        let (year, month, day) = date.civil
        append(number: year, width: 4)
        append(UInt8(ascii: "-"))
        append(number: month, width: 2)
        append(UInt8(ascii: "-"))
        append(number: day, width: 2)
    }

    /// `2026-06-28T09:30:00+02:00`: a local time and how far its zone is ahead of UTC.
    mutating func append(date: DemoDate, second: Int, minutesAhead: Int) {
        append(date: date)
        append(UInt8(ascii: "T"))
        append(number: second / 3600, width: 2)
        append(UInt8(ascii: ":"))
        append(number: second / 60 % 60, width: 2)
        append(UInt8(ascii: ":"))
        append(number: second % 60, width: 2)
        guard minutesAhead != 0 else { return append(UInt8(ascii: "Z")) }
        append(UInt8(ascii: minutesAhead > 0 ? "+" : "-"))
        append(number: abs(minutesAhead) / 60, width: 2)
        append(UInt8(ascii: ":"))
        append(number: abs(minutesAhead) % 60, width: 2)
    }

    /// Puts quotes around what was appended since `start` when CSV needs them (RFC 4180).
    mutating func quoteCSV(from start: Int, delimiter: UInt8) {
        let quote = UInt8(ascii: "\"")
        var needed = false
        var inner = 0
        withUnsafeBufferPointer { bytes in
            for byte in bytes[start...] {
                inner += byte == quote ? 1 : 0
                needed = needed || byte == quote || byte == delimiter || byte == 10 || byte == 13
            }
        }
        guard needed else { return }
        let field = inner == 0 ? [] : Self(self[start...])
        if inner == 0 {
            insert(quote, at: start)
        } else {
            removeSubrange(start...)
            append(quote)
            for byte in field {
                if byte == quote { append(quote) }
                append(byte)
            }
        }
        append(quote)
    }

    /// Escapes what was appended since `start` as the inside of a JSON string (RFC 8259).
    mutating func escapeJSON(from start: Int) {
        let needed = withUnsafeBufferPointer { bytes in
            bytes[start...].contains { $0 < 32 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
        }
        guard needed else { return }
        let plain = Self(self[start...])
        removeSubrange(start...)
        var copied = 0
        for (position, byte) in plain.enumerated() where byte < 32 || byte == 0x22 || byte == 0x5C {
            append(contentsOf: plain[copied..<position])
            copied = position + 1
            switch byte {
            case 10: append("\\n")
            case 9: append("\\t")
            case 13: append("\\r")
            // The demo writes no other control character.
            default:
                append(0x5C)
                append(byte)
            }
        }
        append(contentsOf: plain[copied...])
    }
}
