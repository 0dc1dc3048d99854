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

    /// Now, in RFC 3339.
    public static func now() -> String { rfc3339(milliseconds: nowMilliseconds()) }
}
