/// The written forms of dates, times, numbers and the like, appended byte by byte.
enum TextForm {
    /// A whole number in decimal digits.
    @inline(__always)
    static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(45) }
        append(value.magnitude, to: &bytes)
    }

    /// A whole number in decimal digits.
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        if value < 10 {
            bytes.append(48 + UInt8(truncatingIfNeeded: value))
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var start = 20
            repeat {
                start -= 1
                digits[start] = 48 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest != 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start..<20]))
        }
    }

    /// A whole number in decimal digits.
    static func append(_ value: Int128, to bytes: inout [UInt8]) {
        if let small = Int64(exactly: value) { return append(small, to: &bytes) }
        bytes.append(contentsOf: value.description.utf8)
    }

    /// A DECIMAL with all the digits of its scale.
    static func appendDecimal(_ unscaled: Int128, scale: Int, to bytes: inout [UInt8]) {
        guard scale > 0 else { return append(unscaled, to: &bytes) }
        if unscaled < 0 { bytes.append(45) }
        if let magnitude = UInt64(exactly: unscaled.magnitude), scale < 20 {
            let unit = powersOfTen[scale]
            append(magnitude / unit, to: &bytes)
            bytes.append(46)
            appendPadded(magnitude % unit, digits: scale, to: &bytes)
        } else {
            let digits = Array(unscaled.magnitude.description.utf8)
            let padded = Array(repeating: 48, count: max(0, scale + 1 - digits.count)) + digits
            bytes.append(contentsOf: padded.dropLast(scale))
            bytes.append(46)
            bytes.append(contentsOf: padded.suffix(scale))
        }
    }

    /// `value` with leading zeros.
    @inline(__always)
    static func appendPadded(_ value: UInt64, digits: Int, to bytes: inout [UInt8]) {
        var unit = powersOfTen[digits - 1]
        for _ in 0..<digits {
            bytes.append(48 + UInt8(truncatingIfNeeded: value / unit % 10))
            unit /= 10
        }
    }

    /// The shortest digits that read back as the same number; not for infinities.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        var text = value.description
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// The shortest digits that read back as the same FLOAT; not for infinities.
    static func append(_ value: Float, to bytes: inout [UInt8]) {
        var text = value.description
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// A UUID, which the library keeps as a HUGEINT with the top bit flipped so that it sorts.
    static func appendUUID(_ value: Int128, to bytes: inout [UInt8]) {
        let bits = UInt128(bitPattern: value) ^ (1 << 127)
        for place in 0..<32 {
            if place == 8 || place == 12 || place == 16 || place == 20 { bytes.append(45) }
            let digit = UInt8(truncatingIfNeeded: bits >> UInt128(124 - 4 * place)) & 15
            bytes.append(digit < 10 ? 48 + digit : 87 + digit)
        }
    }

    /// A BIT: the first byte counts the unused high bits of the second.
    static func appendBits(_ cell: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        guard let padding = cell.first else { return }
        for place in Int(padding)..<(cell.count - 1) * 8 {
            let set = cell[1 + place >> 3] & (128 >> UInt8(place & 7)) != 0
            bytes.append(set ? 49 : 48)
        }
    }

    /// A BIGNUM: a header of three bytes, then the magnitude from its highest byte; all inverted when negative.
    static func appendBignum(_ cell: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        guard let first = cell.first else { return }
        let isNegative = first & 0x80 == 0
        // Digits of base 10^9, lowest first.
        var digits: [UInt64] = []
        for byte in cell.dropFirst(3) {
            var carry = UInt64(isNegative ? ~byte : byte)
            for index in digits.indices {
                let value = digits[index] << 8 | carry
                digits[index] = value % 1_000_000_000
                carry = value / 1_000_000_000
            }
            if carry > 0 { digits.append(carry) }
        }
        guard let highest = digits.popLast() else { return bytes.append(48) }
        if isNegative { bytes.append(45) }
        append(highest, to: &bytes)
        for digit in digits.reversed() { appendPadded(digit, digits: 9, to: &bytes) }
    }

    static let powersOfTen: [UInt64] = (0..<20).reduce(into: [1]) { powers, _ in
        if powers.count < 20 { powers.append(powers[powers.count - 1] * 10) }
    }
}
