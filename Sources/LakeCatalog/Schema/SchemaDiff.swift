public import LakeCore

/// How the columns of a file, or any others, differ from those of a dataset.
public struct SchemaDiff: Hashable, Sendable, Codable {
    /// Columns that only the new ones have.
    public var added: [Column] = []
    /// Columns that only the dataset has.
    public var removed: [Column] = []
    /// Columns of one name and two types.
    public var changed: [TypeChange] = []
    /// Pairs of a removed and an added one that are likely the same, the likeliest first; each column is in one at most.
    public var renamed: [LikelyRename] = []

    /// A column whose type is another one.
    public struct TypeChange: Hashable, Sendable, Codable {
        public var name: String
        public var from: String
        public var to: String
        /// The narrowest type that takes the values of both; nil when only text does.
        public var widened: String?
        /// Whether values that are there would have to be looked at first.
        public var needsLook: Bool
    }

    /// Two columns that are likely one.
    public struct LikelyRename: Hashable, Sendable, Codable {
        public var from: String
        public var to: String
        /// 0 to 1.
        public var confidence: Double
        public var evidence: Evidence
    }

    /// What speaks for two columns being one, each 0 to 1.
    public struct Evidence: Hashable, Sendable, Codable {
        /// How much the names have in common.
        public var name: Double
        /// 1 for the same type, less for one that takes the other's values.
        public var type: Double
        /// Whether they stand in the same place among the others.
        public var position: Double
        /// The share of the new column's values that the old one has, of a sample; nil when there was nothing to compare.
        public var values: Double?
    }

    /// Whether there is no difference.
    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    /// From this confidence on, two columns are taken for one until somebody says that they are not.
    public static let likely = 0.5

    /// Compares columns by their names.
    ///
    /// - Parameters:
    ///   - old: The dataset's.
    ///   - new: The others; their field ids do not count.
    ///   - values: For names of a removed and an added column, the share of the new one's values that the old one has.
    public init(from old: Schema, to new: Schema, values: [Pair: Double] = [:]) {
        added = new.columns.filter { old.column(named: $0.name) == nil }
        removed = old.columns.filter { new.column(named: $0.name) == nil }
        for column in old.columns {
            guard let other = new.column(named: column.name), other.type != column.type else { continue }
            let widened = TypeWidening.common(column.type, other.type)
            changed.append(
                TypeChange(
                    name: column.name,
                    from: column.type,
                    to: other.type,
                    widened: widened,
                    needsLook: widened.map { TypeWidening(from: column.type, to: $0) } == .ifValuesAllow
                )
            )
        }
        renamed = renames(old, new, values)
    }

    /// The names of a removed and an added column.
    public struct Pair: Hashable, Sendable {
        public var removed: String
        public var added: String

        public init(_ removed: String, _ added: String) {
            self.removed = removed
            self.added = added
        }
    }

    /// The removed and added columns that one could take for each other: worth a look at their values.
    public var pairs: [Pair] {
        removed.flatMap { old in
            added.compactMap { new in Self.type(old.type, new.type) > 0 ? Pair(old.name, new.name) : nil }
        }
    }

    private func renames(_ old: Schema, _ new: Schema, _ values: [Pair: Double]) -> [LikelyRename] {
        var all: [LikelyRename] = []
        for from in removed {
            for to in added {
                let places = (old.columns.firstIndex(of: from), new.columns.firstIndex(of: to))
                let evidence = Evidence(
                    name: NameLikeness.of(from.name, to.name),
                    type: Self.type(from.type, to.type),
                    position: places.0 == places.1 ? 1 : 0,
                    values: values[Pair(from.name, to.name)]
                )
                all.append(
                    LikelyRename(
                        from: from.name,
                        to: to.name,
                        confidence: evidence.confidence,
                        evidence: evidence
                    )
                )
            }
        }
        all.sort { ($1.confidence, $0.from, $0.to) < ($0.confidence, $1.from, $1.to) }
        var taken: Set<String> = []
        return all.filter { pair in
            guard pair.confidence >= 0.3, !taken.contains("-\(pair.from)"), !taken.contains("+\(pair.to)") else {
                return false
            }
            taken.formUnion(["-\(pair.from)", "+\(pair.to)"])
            return true
        }
    }

    private static func type(_ old: String, _ new: String) -> Double {
        if old == new { return 1 }
        // Text takes anything, which says nothing.
        if old == "VARCHAR" || new == "VARCHAR" { return 0 }
        return TypeWidening.common(old, new) == nil ? 0 : 0.6
    }
}

extension SchemaDiff.Evidence {
    /// None for columns of types that have nothing in common; names weigh most, and values where there are some.
    fileprivate var confidence: Double {
        guard type > 0 else { return 0 }
        guard let values else { return rounded(0.65 * name + 0.15 * type + 0.2 * position) }
        return rounded(0.4 * name + 0.1 * type + 0.15 * position + 0.35 * values)
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

/// How much two names of columns have in common.
enum NameLikeness {
    /// 0 to 1: of the parts of the names, those that both have; or of the letters, when the names are one word each.
    static func of(_ one: String, _ other: String) -> Double {
        let (left, right) = (parts(one), parts(other))
        guard !left.isEmpty, !right.isEmpty else { return 0 }
        let shared = left.reduce(0.0) { $0 + best($1, right) } + right.reduce(0.0) { $0 + best($1, left) }
        let byParts = shared / Double(left.count + right.count)
        return max(byParts, letters(left.joined(), right.joined()))
    }

    /// `customerName2` and `customer_name_2` have the same.
    private static func parts(_ name: String) -> [String] {
        var parts: [String] = []
        var last: Character = " "
        for letter in name {
            let isBreak = letter.isUppercase && last.isLowercase || letter.isNumber != last.isNumber
            if letter.isLetter || letter.isNumber {
                if isBreak || parts.isEmpty || !(last.isLetter || last.isNumber) { parts.append("") }
                parts[parts.count - 1] += letter.lowercased()
            }
            last = letter
        }
        return parts
    }

    /// 1 for the same part, less for one that is short for the other: `cust` for `customer`.
    private static func best(_ part: String, _ others: [String]) -> Double {
        others.map { other in
            if part == other { return 1 }
            let (short, long) = part.count < other.count ? (part, other) : (other, part)
            if short.count >= 3, long.hasPrefix(short) { return 0.8 }
            return letters(part, other) >= 0.75 ? 0.6 : 0
        }.max() ?? 0
    }

    /// 1 less the share of letters that are to be changed to make one text the other.
    private static func letters(_ one: String, _ other: String) -> Double {
        let (left, right) = (Array(one.prefix(128)), Array(other.prefix(128)))
        guard !left.isEmpty, !right.isEmpty else { return 0 }
        return 1 - Double(levenshtein(left, right)) / Double(max(left.count, right.count))
    }
}
