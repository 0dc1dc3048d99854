/// The versions that `changes('…', from, to)` compares.
public struct VersionSpan: Hashable, Sendable {
    public let from: Int
    /// Nil for the version that the query reads.
    public let to: Int?

    public init(from: Int, to: Int?) {
        self.from = from
        self.to = to
    }
}

/// A name in a statement that stands for a dataset.
///
/// Two are equal when they mean the same relation, wherever they stand: names compare without regard to case.
public struct TableReference: Hashable, Sendable {
    /// The part before the dot, when there is one.
    public let bucket: String?
    public let name: String
    /// What `AT (VERSION => n)` asks for.
    public let version: Int?
    /// What `AT (TIMESTAMP => '…')` asks for, in milliseconds since 1970-01-01T00:00:00Z.
    public let time: Int64?
    /// What `AT (TAG => '…')` asks for: the name of a version.
    public let tag: String?
    /// What `changes` asks for: not the rows, but those that came and went.
    public let changes: VersionSpan?
    /// Where the statement first says so, in UTF-8 bytes.
    public let position: Int?

    public init(
        bucket: String? = nil,
        name: String,
        version: Int? = nil,
        time: Int64? = nil,
        tag: String? = nil,
        changes: VersionSpan? = nil,
        position: Int? = nil
    ) {
        self.bucket = bucket
        self.name = name
        self.version = version
        self.time = time
        self.tag = tag
        self.changes = changes
        self.position = position
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.bucket?.lowercased() == b.bucket?.lowercased() && a.name.lowercased() == b.name.lowercased()
            && a.version == b.version && a.time == b.time && a.tag == b.tag && a.changes == b.changes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(bucket?.lowercased())
        hasher.combine(name.lowercased())
        hasher.combine(version)
        hasher.combine(time)
        hasher.combine(tag)
        hasher.combine(changes)
    }

    /// Whether the statement asks for nothing of the past.
    public var isOfNow: Bool { version == nil && time == nil && tag == nil && changes == nil }

    /// What columns are qualified with where the statement gives no alias.
    var qualifier: String { changes == nil ? name : ChangesCall.name }
}

/// A statement that was found to be one harmless query, and the datasets that it names.
public struct ParsedQuery: Sendable {
    public let sql: String
    /// Each relation once, in the order of the text.
    public let tables: [TableReference]
    /// Whether it gives the same whenever it is asked of the same rows: without random numbers, samples and the time.
    public let isStable: Bool
    /// The text without comments and with one blank for each run of them and of white space.
    public let condensed: [UInt8]
    /// The placeholders: numbers for `?` and `$1`, names for `$name`.
    public let parameters: [String]
    /// What runs: the same with a call in the place of each name.
    let filled: FilledStatement

    /// Where `reference` first stands, for a message.
    public func position(of reference: TableReference) -> SourcePosition? {
        reference.position.map { SourcePosition(offset: $0, in: sql) }
    }
}
