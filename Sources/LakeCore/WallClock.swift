import Foundation

/// The time of day, as the lake writes it down.
public enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public static func nowMilliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    /// RFC 3339 in UTC with milliseconds, such as `2026-03-01T12:00:00.000Z`.
    public static func rfc3339(milliseconds: Int64) -> String {
        // Half a millisecond more: a time in seconds is a double, and the formatter cuts off what the double falls short.
        Date(timeIntervalSince1970: (Double(milliseconds) + 0.5) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// What `rfc3339(milliseconds:)` wrote; nil for any other text.
    public static func milliseconds(rfc3339 text: String) -> Int64? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? style.parse(text)).map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) }
    }

    /// A time as people write it: a day, or day and time with a blank or `T` between them, in UTC unless an offset follows.
    ///
    /// - Parameter text: Such as `2026-03-01`, `2026-03-01 12:30:00.5` or `2026-03-01T12:30:00+02:00`.
    /// - Returns: Milliseconds since 1970-01-01T00:00:00Z, rounded down; nil for any other text, and for days that do not exist.
    public static func milliseconds(written text: String) -> Int64? {
        let pattern =
            /(\d{4}-\d\d-\d\d)(?:[ Tt](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?/
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        let fraction = String((match.4.map(String.init) ?? "") + "000").prefix(3)
        let local = "\(match.1)T\(match.2 ?? "00:00"):\(match.3 ?? "00").\(fraction)Z"
        // The parser takes the 31st of February for a day in March.
        guard let time = milliseconds(rfc3339: local), rfc3339(milliseconds: time) == local else { return nil }
        return offsetMinutes(match.5 ?? "Z").map { time - $0 * 60_000 }
    }

    private static func offsetMinutes(_ text: Substring) -> Int64? {
        if text.uppercased() == "Z" { return 0 }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard let hours = Int64(digits.prefix(2)), let minutes = Int64(digits.count > 2 ? digits.suffix(2) : "0"),
            hours < 24,
            minutes < 60
        else { return nil }
        return (text.hasPrefix("-") ? -1 : 1) * (hours * 60 + minutes)
    }

    /// Now, in RFC 3339.
    public static func now() -> String { rfc3339(milliseconds: nowMilliseconds()) }
}
