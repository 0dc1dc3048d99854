/// A name in a statement that stands for a dataset.
///
/// Two are equal when they mean the same relation, wherever they stand: names compare without regard to case.
public struct TableReference: Hashable, Sendable {
    /// The part before the dot, when there is one.
    public let bucket: String?
    public let name: String
    /// What `AT (VERSION => n)` asks for.
    public let version: Int?
    /// Where the statement first says so, in UTF-8 bytes.
    public let position: Int?

    public init(bucket: String? = nil, name: String, version: Int? = nil, position: Int? = nil) {
        self.bucket = bucket
        self.name = name
        self.version = version
        self.position = position
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.bucket?.lowercased() == b.bucket?.lowercased() && a.name.lowercased() == b.name.lowercased()
            && a.version == b.version
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(bucket?.lowercased())
        hasher.combine(name.lowercased())
        hasher.combine(version)
    }
}

/// A statement that was found to be one harmless query, and the datasets that it names.
public struct ParsedQuery: Sendable {
    public let sql: String
    /// Each relation once, in the order of the text.
    public let tables: [TableReference]
    /// The placeholders: numbers for `?` and `$1`, names for `$name`.
    public let parameters: [String]
    /// The places to fill in before it can run.
    let uses: [TableUse]

    /// Where `reference` first stands, for a message.
    public func position(of reference: TableReference) -> SourcePosition? {
        reference.position.map { SourcePosition(offset: $0, in: sql) }
    }
}

/// One place in a statement where a dataset is named.
struct TableUse: Sendable {
    var reference: TableReference
    /// The bytes that make way, in order: the name, then what asks for a version.
    var removed: [Range<Int>]
    /// Written before the relation.
    var prefix = ""
    /// Written after it: the alias that keeps the table's name usable.
    var suffix = ""
}

/// A statement with its table names filled in, and the way back from its places to those of the original.
struct FilledStatement {
    private(set) var sql = ""
    /// Where a run of original bytes starts in `sql` and in the original.
    private var runs: [(filled: Int, original: Int)] = []

    /// Puts `relation(index)` where the uses say.
    init(_ sql: String, uses: [TableUse], relation: (Int) -> String) {
        let bytes = Array(sql.utf8)
        var filled: [UInt8] = []
        var place = 0
        for (index, use) in uses.enumerated() {
            for (part, range) in use.removed.enumerated() {
                runs.append((filled.count, place))
                filled.append(contentsOf: bytes[place..<range.lowerBound])
                runs.append((filled.count, range.lowerBound))
                if part == 0 { filled.append(contentsOf: "\(use.prefix)(\(relation(index)))\(use.suffix)".utf8) }
                place = range.upperBound
            }
        }
        runs.append((filled.count, place))
        filled.append(contentsOf: bytes[place...])
        self.sql = String(decoding: filled, as: UTF8.self)
    }

    /// The place in the original of a place in ``sql``; the name itself for what was filled in.
    func original(of offset: Int) -> Int {
        guard let index = runs.lastIndex(where: { $0.filled <= offset }) else { return offset }
        let run = runs[index]
        let isFilledIn = index % 2 == 1
        return isFilledIn ? run.original : run.original + offset - run.filled
    }
}
