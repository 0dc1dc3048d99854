/// The name of a segment inside its journal: its day and a UUID of version 7, so that the order of names is the order of time.
public struct JournalSegmentName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Such as `2026-03-01/0195510a-8c00-7000-8000-000000000001`.
    public let rawValue: String

    /// Nil unless `text` is a day, a slash and a UUID.
    public init?(_ text: String) {
        let (day, uuid) = (text.utf8.prefix(10), text.utf8.dropFirst(11))
        guard text.utf8.count == 47, text.utf8.dropFirst(10).first == UInt8(ascii: "/"),
            Self.matches(day, "dddd-dd-dd"), Self.matches(uuid, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
        else { return nil }
        rawValue = text
    }

    /// The name of the object of that key in the journal whose objects start with `prefix`; nil for any other object.
    init?(_ key: ObjectKey, prefix: String) {
        let (start, end) = (prefix.utf8, Self.suffix.utf8)
        let text = key.rawValue.utf8
        guard text.starts(with: start), text.suffix(end.count).elementsEqual(end) else { return nil }
        self.init(String(decoding: text.dropFirst(start.count).dropLast(end.count), as: UTF8.self))
    }

    /// The end of a segment's key.
    static let suffix = ".jsonl"

    public var description: String { rawValue }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8) }

    private static func matches(_ text: some Collection<UInt8>, _ pattern: String) -> Bool {
        text.count == pattern.utf8.count
            && zip(text, pattern.utf8).allSatisfy { character, kind in
                switch kind {
                case UInt8(ascii: "d"): (48...57).contains(character)
                case UInt8(ascii: "x"): (48...57).contains(character) || (97...102).contains(character)
                default: character == kind
                }
            }
    }
}

/// Where a line stands in a journal.
public struct JournalPlace: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var segment: JournalSegmentName
    /// From 1, which is the header.
    public var line: Int

    public init(segment: JournalSegmentName, line: Int) {
        self.segment = segment
        self.line = line
    }

    /// What `description` wrote; nil for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let segment = JournalSegmentName(String(parts[0])), let line = Int(parts[1]), line >= 0
        else { return nil }
        self.init(segment: segment, line: line)
    }

    public var description: String { "\(segment):\(line)" }

    public static func < (a: Self, b: Self) -> Bool {
        a.segment == b.segment ? a.line < b.line : a.segment < b.segment
    }
}
