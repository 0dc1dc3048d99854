/// Numbers that carry their own proof, or at least a strict shape.
enum NumberChecks {
    /// A payment card: a length and prefix that issuers use, and the check digit of Luhn (ISO/IEC 7812-1).
    static func isCard(_ text: Substring) -> Bool {
        guard let digits = digits(of: text, apartBy: [" ", "-"], inGroupsOf: 3...7), (13...19).contains(digits.count),
            hasIssuer(digits)
        else {
            return false
        }
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let value = place % 2 == 1 ? digit * 2 : digit
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    private static func hasIssuer(_ digits: [Int]) -> Bool {
        let four = digits.prefix(4).reduce(0) { $0 * 10 + $1 }
        return switch (four, digits.count) {
        case (4000...4999, 13), (4000...4999, 16), (4000...4999, 19): true
        case (5100...5599, 16), (2221...2720, 16): true
        case (3400...3499, 15), (3700...3799, 15): true
        case (6011, 16...19), (6440...6599, 16...19), (6200...6299, 16...19): true
        case (3528...3589, 16...19): true
        case (3000...3059, 14), (3600...3699, 14), (3800...3999, 14): true
        default: false
        }
    }

    /// An IBAN of a country that has them: its length, and the check of ISO 7064 (mod 97).
    static func isIBAN(_ text: Substring) -> Bool {
        let letters = text.utf8.filter { $0 != 32 }
        let country = String(decoding: letters.prefix(2), as: UTF8.self).uppercased()
        guard ibanLengths[country] == letters.count, letters[2...3].allSatisfy(isDigit) else { return false }
        var rest = 0
        for byte in letters[4...] + letters[..<4] {
            switch byte {
            case 48...57: rest = (rest * 10 + Int(byte) - 48) % 97
            case 65...90: rest = (rest * 100 + Int(byte) - 55) % 97
            case 97...122: rest = (rest * 100 + Int(byte) - 87) % 97
            default: return false
            }
        }
        return rest == 1
    }

    /// A number of the Social Security of the United States that can have been given out; `isPlain`: without its hyphens.
    static func isSSN(_ text: Substring, isPlain: Bool = false) -> Bool {
        let bytes = Array(text.utf8)
        let parts =
            isPlain
            ? (bytes.count == 9 ? [bytes[..<3], bytes[3..<5], bytes[5...]] : [])
            : bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [3, 2, 4], parts.joined().allSatisfy(isDigit) else { return false }
        let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int($1) - 48 } }
        return numbers[0] != 0 && numbers[0] != 666 && numbers[0] < 900 && numbers[1] != 0 && numbers[2] != 0
    }

    /// Four numbers up to 255 with points between them and no zeros before them.
    static func ipv4(_ text: Substring) -> [Int]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(isDigit), part.count == 1 || part.first != 48 else {
                return nil
            }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1) - 48 })
        }
        return numbers.allSatisfy { $0 < 256 } ? numbers : nil
    }

    /// Eight groups of hexadecimal digits, or fewer around one `::` (RFC 4291).
    static func isIPv6(_ text: Substring) -> Bool {
        let halves = text.components(apartBy: "::")
        guard halves.count <= 2, text.utf8.allSatisfy({ isHexadecimal($0) || $0 == 58 }), text.contains(":") else {
            return false
        }
        var groups = 0
        for half in halves where !half.isEmpty {
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.allSatisfy({ (1...4).contains($0.utf8.count) }) else { return false }
            groups += parts.count
        }
        return halves.count == 2 ? groups <= 7 && groups > 0 : groups == 8
    }

    /// The digits of a text that has nothing else but single separators; nil for any other, or for groups of other sizes.
    static func digits(of text: Substring, apartBy separators: Set<Character>, inGroupsOf sizes: ClosedRange<Int>)
        -> [Int]?
    {
        let groups = text.split(omittingEmptySubsequences: false) { separators.contains($0) }
        guard groups.count == 1 || groups.allSatisfy({ sizes.contains($0.utf8.count) }) else { return nil }
        guard groups.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else { return nil }
        return groups.joined().utf8.map { Int($0) - 48 }
    }

    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    /// Of the IBAN registry.
    private static let ibanLengths: [String: Int] = [
        "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
        "CH": 21,
        "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18,
        "FR": 27,
        "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23,
        "IS": 26,
        "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
        "MD": 24,
        "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
        "QA": 29,
        "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23,
        "TN": 24,
        "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    ]
}

extension Substring {
    /// The parts between occurrences of `separator`.
    fileprivate func components(apartBy separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self
        while let found = rest.firstRange(of: separator) {
            parts.append(rest[..<found.lowerBound])
            rest = rest[found.upperBound...]
        }
        return parts + [rest]
    }
}
