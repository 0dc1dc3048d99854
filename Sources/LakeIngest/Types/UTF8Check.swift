/// Tells UTF-8 from other bytes, as RFC 3629 has it: no surrogates, nothing overlong, nothing above U+10FFFF.
enum UTF8Check {
    static func isValid(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        validPrefix(text, count) == count
    }

    /// How many bytes from the start are whole, valid characters.
    static func validPrefix(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var place = 0
        while place < count {
            if place &+ 8 <= count,
                UnsafeRawPointer(text + place).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                place &+= 8
                continue
            }
            let length = self.length(of: text + place, count &- place)
            if length == 0 { return place }
            place &+= length
        }
        return count
    }

    /// The bytes of the character at `text`; 0 when there is none.
    private static func length(of text: UnsafePointer<UInt8>, _ count: Int) -> Int {
        let first = text[0]
        if first < 0x80 { return 1 }
        guard count > 1 else { return 0 }
        let second = text[1]
        switch first {
        case 0xC2...0xDF: return isTail(second) ? 2 : 0
        case 0xE0...0xEF:
            guard count > 2, isTail(second), isTail(text[2]) else { return 0 }
            if first == 0xE0, second < 0xA0 { return 0 }
            if first == 0xED, second > 0x9F { return 0 }
            return 3
        case 0xF0...0xF4:
            guard count > 3, isTail(second), isTail(text[2]), isTail(text[3]) else { return 0 }
            if first == 0xF0, second < 0x90 { return 0 }
            if first == 0xF4, second > 0x8F { return 0 }
            return 4
        default: return 0
        }
    }

    private static func isTail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
