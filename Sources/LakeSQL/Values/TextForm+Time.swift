extension TextForm {
    /// `2026-03-01`; years before 1 as `0044-03-15 (BC)`, and the two infinities by name.
    static func appendDate(days: Int32, to bytes: inout [UInt8]) {
        if appendInfinity(Int64(days), limit: Int64(Int32.max), to: &bytes) { return }
        appendDate(days: Int64(days), to: &bytes)
    }

    /// `2026-03-01T12:00:00.5`, with `Z` when `zoned`; `unit` is how many of `value` make a second.
    static func appendTimestamp(_ value: Int64, unit: Int64, zoned: Bool = false, to bytes: inout [UInt8]) {
        if appendInfinity(value, limit: .max, to: &bytes) { return }
        let perDay = 86_400 * unit
        let days = value >= 0 ? value / perDay : -((-(value + 1)) / perDay) - 1
        appendDate(days: days, to: &bytes)
        bytes.append(84)
        appendTime(value - days * perDay, unit: unit, to: &bytes)
        if zoned { bytes.append(90) }
    }

    /// `12:00:00.5`; `unit` is how many of `value` make a second.
    static func appendTime(_ value: Int64, unit: Int64, to bytes: inout [UInt8]) {
        let seconds = UInt64(value / unit)
        appendPadded(seconds / 3600, digits: 2, to: &bytes)
        bytes.append(58)
        appendPadded(seconds / 60 % 60, digits: 2, to: &bytes)
        bytes.append(58)
        appendPadded(seconds % 60, digits: 2, to: &bytes)
        appendFraction(UInt64(value % unit), unit: UInt64(unit), to: &bytes)
    }

    /// `12:00:00+05:30`: microseconds in the high 40 bits, the offset turned round in the low 24.
    static func appendTimeTZ(_ bits: UInt64, to bytes: inout [UInt8]) {
        appendTime(Int64(bits >> 24), unit: 1_000_000, to: &bytes)
        let offset = 57_599 - Int64(bits & 0xFF_FFFF)
        bytes.append(offset < 0 ? 45 : 43)
        let seconds = offset.magnitude
        appendPadded(seconds / 3600, digits: 2, to: &bytes)
        for part in [seconds / 60 % 60, seconds % 60].prefix(seconds % 60 != 0 ? 2 : seconds % 3600 != 0 ? 1 : 0) {
            bytes.append(58)
            appendPadded(part, digits: 2, to: &bytes)
        }
    }

    /// `1 year 2 months 3 days 04:05:06.5`.
    static func append(_ interval: Interval, to bytes: inout [UInt8]) {
        let start = bytes.count
        func append(_ count: Int32, _ unit: StaticString) {
            guard count != 0 else { return }
            if bytes.count > start { bytes.append(32) }
            TextForm.append(Int64(count), to: &bytes)
            bytes.append(32)
            unit.withUTF8Buffer { bytes.append(contentsOf: $0) }
            if count != 1, count != -1 { bytes.append(115) }
        }
        append(interval.months / 12, "year")
        append(interval.months % 12, "month")
        append(interval.days, "day")
        guard interval.microseconds != 0 || bytes.count == start else { return }
        if bytes.count > start { bytes.append(32) }
        if interval.microseconds < 0 { bytes.append(45) }
        let magnitude = interval.microseconds.magnitude
        let hours = magnitude / 3_600_000_000
        if hours < 10 { bytes.append(48) }
        TextForm.append(hours, to: &bytes)
        for (place, size) in [(60_000_000, 60), (1_000_000, 60)] as [(UInt64, UInt64)] {
            bytes.append(58)
            appendPadded(magnitude / place % size, digits: 2, to: &bytes)
        }
        appendFraction(magnitude % 1_000_000, unit: 1_000_000, to: &bytes)
    }

    /// The point and the digits of `value` without trailing zeros; nothing for 0.
    private static func appendFraction(_ value: UInt64, unit: UInt64, to bytes: inout [UInt8]) {
        guard value > 0, let digits = powersOfTen.firstIndex(of: unit) else { return }
        bytes.append(46)
        appendPadded(value, digits: digits, to: &bytes)
        while bytes.last == 48 { bytes.removeLast() }
    }

    private static func appendInfinity(_ value: Int64, limit: Int64, to bytes: inout [UInt8]) -> Bool {
        guard value == limit || value == -limit else { return false }
        bytes.append(contentsOf: (value < 0 ? "-infinity" : "infinity").utf8)
        return true
    }

    /// The proleptic Gregorian date, by counting from 0000-03-01 in eras of 400 years.
    private static func appendDate(days: Int64, to bytes: inout [UInt8]) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let shown = UInt64(year > 0 ? year : 1 - year)
        if shown < 10_000 { appendPadded(shown, digits: 4, to: &bytes) } else { append(shown, to: &bytes) }
        bytes.append(45)
        appendPadded(UInt64(month), digits: 2, to: &bytes)
        bytes.append(45)
        appendPadded(UInt64(day), digits: 2, to: &bytes)
        if year <= 0 { bytes.append(contentsOf: " (BC)".utf8) }
    }
}
