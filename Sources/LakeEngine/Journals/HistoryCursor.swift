import LakeStorage

/// How far a reader of the history has come: what stands before both places is still to be read.
struct HistoryCursor: Equatable, Sendable, CustomStringConvertible {
    /// An event of the log: its commit and its number among that commit's events.
    struct LogPlace: Equatable, Comparable, Sendable {
        var version: Int
        var event: Int

        static func < (a: Self, b: Self) -> Bool { (a.version, a.event) < (b.version, b.event) }
    }

    var log: LogPlace
    /// Nil: from the newest on.
    var journal: JournalPlace?

    init(beforeVersion version: Int) { log = LogPlace(version: version, event: 0) }

    /// What `description` wrote; nil for any other text.
    init?(_ text: String) {
        let parts = text.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, numbers.count == 2, let version = numbers[0], let event = numbers[1], version >= 0,
            event >= 0
        else { return nil }
        log = LogPlace(version: version, event: event)
        if parts[1].isEmpty { return }
        guard let place = JournalPlace(String(parts[1])) else { return nil }
        journal = place
    }

    var description: String { "\(log.version).\(log.event)_\(journal.map(\.description) ?? "")" }
}
