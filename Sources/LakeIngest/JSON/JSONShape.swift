import LakeSQL

/// How the values at one path are read and what they become: what a ``JSONNode`` comes to.
indirect enum JSONShape: Hashable, Sendable {
    /// A value without parts, or one that is never there.
    ///
    /// `readAs` is what the engine's JSON reader is told, `type` what it is then cast to.
    case plain(readAs: String, type: String)
    /// Kept as the JSON text that it is.
    case json
    case structure([Member])
    case list(JSONShape)

    /// One key.
    struct Member: Hashable, Sendable {
        /// UTF-8, escapes undone.
        var key: [UInt8]
        /// What it is called in the table.
        var name: String
        var shape: JSONShape
        /// Whether no object has a value for it.
        var isAllNull: Bool
    }

    /// Parts of a column nested deeper are kept as text.
    ///
    /// The time to read a list from Parquet doubles with each list around it.
    static let levelLimit = 8

    static let text = JSONShape.plain(readAs: "VARCHAR", type: "VARCHAR")

    /// - Parameters:
    ///   - node: What all records have here.
    ///   - expected: What the table has here, if there is one; it decides what the file leaves open.
    ///   - level: How many objects and arrays are around it.
    init(_ node: JSONNode, expected: ColumnType?, level: Int = 0) {
        let kinds = node.kinds
        let number: JSONKinds = [.integer, .double]
        if kinds.isEmpty {
            self = expected.map { .plain(readAs: $0.sql, type: $0.sql) } ?? .text
        } else if kinds == .string {
            self = Self.string(node.textKinds, expected)
        } else if expected == .text {
            self = .json
        } else if kinds == .boolean {
            self = .plain(readAs: "BOOLEAN", type: "BOOLEAN")
        } else if kinds.isSubset(of: [.integer, .wideInteger]) {
            self = .plain(readAs: "BIGINT", type: "BIGINT")
        } else if kinds.isSubset(of: number) {
            self = .plain(readAs: "DOUBLE", type: "DOUBLE")
        } else if kinds == .array {
            let inner: ColumnType? = if case .list(let element) = expected { element } else { nil }
            let element = JSONShape(node.element ?? JSONNode(), expected: inner, level: level + 1)
            self = level > Self.levelLimit ? .json : .list(element)
        } else if kinds == .object, !node.isCrowded, level <= Self.levelLimit {
            self = Self.object(node, expected, level)
        } else {
            self = .json
        }
    }

    /// Dates and timestamps in their ISO form are recognised, nothing else: a string was meant as one.
    private static func string(_ kinds: TextKinds, _ expected: ColumnType?) -> JSONShape {
        let types: [(TextKinds, String)] = [
            (.date, "DATE"), (.timestamp, "TIMESTAMP"), (.zonedTimestamp, "TIMESTAMP WITH TIME ZONE"),
        ]
        guard expected != .text, let type = types.first(where: { kinds.contains($0.0) }) else { return .text }
        return .plain(readAs: "VARCHAR", type: type.1)
    }

    private static func object(_ node: JSONNode, _ expected: ColumnType?, _ level: Int) -> JSONShape {
        let wanted: [ColumnType.Field] = if case .structure(let fields) = expected { fields } else { [] }
        guard !node.fields.isEmpty else {
            return wanted.isEmpty ? .json : expected.map { .plain(readAs: $0.sql, type: $0.sql) } ?? .json
        }
        let names = ColumnNames.unique(node.fields.map { String(decoding: $0.key, as: UTF8.self) })
        return .structure(
            zip(node.fields, names).map { field, name in
                Member(
                    key: field.key,
                    name: name,
                    shape: JSONShape(
                        field.node,
                        expected: wanted.first { $0.name.lowercased() == name.lowercased() }?.type,
                        level: level + 1
                    ),
                    isAllNull: field.node.kinds.isEmpty
                )
            }
        )
    }

    /// What the engine's JSON reader is told.
    var readAs: ColumnType { type { readAs, _ in readAs } }

    /// What the column becomes.
    var type: ColumnType { type { _, type in type } }

    private func type(_ choose: (String, String) -> String) -> ColumnType {
        switch self {
        case .plain(let readAs, let type): .plain(choose(readAs, type))
        case .json: .text
        case .structure(let members): .structure(members.map { .init(name: $0.name, type: $0.shape.type(choose)) })
        case .list(let element): .list(element.type(choose))
        }
    }

    /// Whether the file must be rewritten before the engine can read it so.
    var needsCopy: Bool {
        switch self {
        case .plain: false
        case .json: true
        case .structure(let members): members.contains { $0.shape.needsCopy || Array($0.name.utf8) != $0.key }
        case .list(let element): element.needsCopy
        }
    }
}
