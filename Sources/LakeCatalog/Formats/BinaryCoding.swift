/// Writes what ``BinaryReader`` reads: whole numbers in seven bits a byte, the lowest first; texts with their length before them.
struct BinaryWriter {
    var bytes: [UInt8] = []
    private var lastKey: [UInt8] = []

    /// - Parameter number: Not negative.
    mutating func write(_ number: Int) {
        var rest = UInt(number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// Bytes with their length before them.
    mutating func write(section: [UInt8]) {
        write(section.count)
        bytes.append(contentsOf: section)
    }

    /// How many bytes it begins with that the key before it begins with, and then the others.
    mutating func write(keyAfterLast key: String) {
        let new = Array(key.utf8)
        let shared = zip(new, lastKey).prefix { $0 == $1 }.count
        write(shared)
        write(new.count - shared)
        bytes.append(contentsOf: new[shared...])
        lastKey = new
    }

    /// 0 for none, 1 and 32 bytes for 64 lowercase hexadecimal digits, 2 and a text for anything else.
    mutating func write(optionalDigest digest: String?) {
        guard let digest else { return bytes.append(0) }
        if let packed = Self.packed(digest) {
            bytes.append(1)
            bytes.append(contentsOf: packed)
        } else {
            bytes.append(2)
            write(digest)
        }
    }

    private static func packed(_ digest: String) -> [UInt8]? {
        let digits = Array(digest.utf8)
        guard digits.count == 64 else { return nil }
        var packed: [UInt8] = []
        packed.reserveCapacity(32)
        for place in stride(from: 0, to: 64, by: 2) {
            guard let high = value(digits[place]), let low = value(digits[place + 1]) else { return nil }
            packed.append(high << 4 | low)
        }
        return packed
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}

/// Reads what a ``BinaryWriter`` wrote; nil for what cannot be such.
struct BinaryReader {
    private let bytes: [UInt8]
    private let end: Int
    private var place: Int
    private var lastKey: [UInt8] = []

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { place == end }

    /// A number that is not negative.
    mutating func count() -> Int? {
        var number: UInt = 0
        var shift: UInt = 0
        while place < end, shift < 63 {
            let byte = bytes[place]
            place += 1
            number |= UInt(byte & 0x7F) << shift
            if byte < 0x80 { return Int(number) }
            shift += 7
        }
        return nil
    }

    /// How many items follow; nil when there is no room for so many.
    mutating func itemCount() -> Int? {
        guard let count = count(), count <= end - place else { return nil }
        return count
    }

    mutating func string() -> String? {
        guard let range = section() else { return nil }
        return text(range)
    }

    /// Where bytes are that have their length before them.
    mutating func section() -> Range<Int>? {
        guard let count = count() else { return nil }
        return take(count)
    }

    mutating func keyAfterLast() -> String? {
        guard let shared = count(), shared <= lastKey.count, let rest = section() else { return nil }
        lastKey.removeSubrange(shared...)
        lastKey.append(contentsOf: bytes[rest])
        return String(validating: lastKey, as: UTF8.self)
    }

    /// What was written for a digest or for none; nil when neither was.
    mutating func optionalDigest() -> String?? {
        guard let kind = take(1) else { return nil }
        switch bytes[kind.lowerBound] {
        case 0: return .some(nil)
        case 1:
            guard let range = take(32) else { return nil }
            return .some(hexadecimal(range))
        case 2:
            guard let text = string() else { return nil }
            return .some(text)
        default: return nil
        }
    }

    private mutating func take(_ count: Int) -> Range<Int>? {
        guard count <= end - place else { return nil }
        defer { place += count }
        return place..<place + count
    }

    private func text(_ range: Range<Int>) -> String? {
        bytes.withUnsafeBufferPointer { String(validating: $0[range], as: UTF8.self) }
    }

    private func hexadecimal(_ range: Range<Int>) -> String {
        bytes.withUnsafeBufferPointer { bytes in
            String(unsafeUninitializedCapacity: 2 * range.count) { digits in
                for (place, byte) in bytes[range].enumerated() {
                    digits[2 * place] = Self.digit(byte >> 4)
                    digits[2 * place + 1] = Self.digit(byte & 15)
                }
                return 2 * range.count
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x57 }
}
