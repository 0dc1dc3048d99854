/// Writes values as the SQL engine reads them in texts.
enum ArrowText {
    static func floor<Number: BinaryInteger>(_ value: Number, _ divisor: Number) -> Number {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }

    static func decimal(_ value: Int128, scale: Int) -> String {
        var digits = String(value.magnitude)
        if scale > 0 {
            let missing = max(0, min(scale, 100) + 1 - digits.count)
            digits = String(repeating: "0", count: missing) + digits
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -min(scale, digits.count - 1)))
        } else if scale < 0, value != 0 {
            digits += String(repeating: "0", count: min(-scale, 100))
        }
        return (value < 0 ? "-" : "") + digits
    }

    static func uuid(_ bytes: ArrowBytes) -> String {
        var text = ""
        var place = 0
        bytes.forEach { byte in
            if [4, 6, 8, 10].contains(place) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
            place += 1
        }
        return text
    }

    /// A number of 16 bits in IEEE 754.
    static func half(_ bits: UInt16) -> Double {
        let (sign, exponent, fraction) = (bits >> 15 == 1 ? -1.0 : 1.0, Int(bits >> 10 & 31), Double(bits & 1023))
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
        }
    }

    static func date(days: Int64) -> String {
        if days == Int64(Int32.max) { return "infinity" }
        if days == -Int64(Int32.max) { return "-infinity" }
        // Counted from the first of March of the year 0, so that the leap day is the last of a year; an era is 400 years.
        let shifted = Int128(days) + 719_468
        let era = floor(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return (year < 0 ? "-" : "") + padded(abs(year), 4) + "-" + padded(month >= 10 ? month - 9 : month + 3, 2)
            + "-" + padded(day, 2)
    }

    static func timestamp(_ value: Int64, _ unit: ArrowField.Unit, zone: String) -> String {
        if value == .max { return "infinity" }
        if value == -.max { return "-infinity" }
        let seconds = floor(value, unit.rawValue)
        let days = floor(seconds, 86_400)
        let rest = value - seconds * unit.rawValue
        return date(days: days) + "T" + clock(seconds - days * 86_400, rest, unit) + zone
    }

    static func time(_ value: Int64, _ unit: ArrowField.Unit) -> String {
        let seconds = floor(value, unit.rawValue)
        return clock(seconds, value - seconds * unit.rawValue, unit)
    }

    private static func clock(_ seconds: Int64, _ rest: Int64, _ unit: ArrowField.Unit) -> String {
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return rest == 0 ? clock : clock + "." + padded(rest, String(unit.rawValue).count - 1)
    }

    private static func padded(_ number: some BinaryInteger, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
