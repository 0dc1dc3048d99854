import Foundation

/// Numbers as people read them.
enum Numbers {
    /// 1234567 as `1,234,567`.
    static func grouped(_ value: Int) -> String {
        var digits = Array(String(abs(value)))
        var at = digits.count - 3
        while at > 0 {
            digits.insert(",", at: at)
            at -= 3
        }
        return (value < 0 ? "-" : "") + String(digits)
    }

    /// Bytes in the largest unit that leaves a number of at least one: `12.3 MB`.
    static func bytes(_ value: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var size = Double(value)
        var unit = 0
        while size >= 1000, unit < units.count - 1 {
            size /= 1000
            unit += 1
        }
        return unit == 0 ? "\(value) B" : "\(fixed(size, 1)) \(units[unit])"
    }

    /// Seconds as `42 s` or `3 min 20 s`.
    static func duration(seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
    }

    /// A number with so many decimals.
    static func fixed(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }
}
