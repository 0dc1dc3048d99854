import CICU

/// Character properties from ICU, as numbers that a tight loop can use.
enum UnicodeScalar {
    static func category(_ scalar: UInt32) -> cicu_category { cicu_category_of(scalar) }

    static func lowercase(_ scalar: UInt32) -> UInt32 { cicu_lowercase(scalar) }

    /// Writes the full canonical decomposition, at most four scalars, and returns its length.
    static func decompose(_ scalar: UInt32, into scalars: UnsafeMutablePointer<UInt32>) -> Int {
        Int(cicu_decompose(scalar, scalars))
    }

    static func isLowercaseLetter(_ scalar: UInt32) -> Bool {
        cicu_category_of(scalar) == CICU_LOWERCASE_LETTER
    }

    /// The blocks whose characters BERT reads as words of their own.
    static func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
            0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// The scalar that starts at `position` of valid UTF-8, and its length in bytes.
    @inline(__always)
    static func decode(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> (scalar: UInt32, length: Int) {
        let first = UInt32(text[position])
        func tail(_ offset: Int) -> UInt32 { UInt32(text[position + offset] & 0x3F) }
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | tail(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
        return ((first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    }

    /// Bytes of white space at the start of `range`.
    static func blankPrefix(of text: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Int {
        var position = range.lowerBound
        while position < range.upperBound {
            let (scalar, length) = decode(text, at: position)
            guard isBlank(scalar) else { break }
            position += length
        }
        return position - range.lowerBound
    }

    /// `range` without the white space at its ends; empty, at its start, when there is nothing else.
    static func trim(_ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        let start = range.lowerBound + blankPrefix(of: text, in: range)
        guard start < range.upperBound else { return range.lowerBound..<range.lowerBound }
        var end = range.upperBound
        while true {
            var last = end - 1
            while text[last] & 0xC0 == 0x80 { last -= 1 }
            guard isBlank(decode(text, at: last).scalar) else { return start..<end }
            end = last
        }
    }

    /// White space as Unicode defines it.
    static func isBlank(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20, 0x09...0x0D, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
