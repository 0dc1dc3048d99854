internal import LakeCore

/// One rule of `LAKEHOUSE_FAULTS`: what goes wrong, and at which of the events that it counts.
struct FaultRule: Sendable {
    enum Kind: String, Sendable {
        case kill, power, twice, seed
        case failSync = "fail-sync"
        case skipSync = "skip-sync"
        case noSpace = "no-space"
        case ignoreConflict = "ignore-conflict"
        case lieError = "lie-error"
        case staleList = "stale-list"
    }

    let kind: Kind
    /// Nil for every one.
    let number: Int?
    /// A part of the names it counts; nil when it counts all.
    private let place: String?
    private var seen = 0

    /// Of `KIND@N`, `KIND@*`, `KIND@PLACE:N` or `KIND@PLACE:*`; nil for anything else.
    init?(_ text: Substring) {
        let parts = text.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
        let last = parts[1].split(separator: ":").last ?? ""
        number = Int(last)
        guard number != nil || last == "*" else { return nil }
        self.kind = kind
        place = parts[1].contains(":") ? String(parts[1].dropLast(last.count + 1)) : nil
    }

    /// Whether an event is the one meant; counts it.
    mutating func meets(_ name: String) -> Bool {
        if let place, !name.contains(place) { return false }
        seen += 1
        guard let number else { return true }
        return kind == .noSpace ? (number..<number + 64).contains(seen) : seen == number
    }
}
