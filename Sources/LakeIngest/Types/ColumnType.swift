import LakeSQL

/// A column's SQL type, taken apart as far as it is nested.
indirect enum ColumnType: Hashable, Sendable {
    /// Anything without parts, as DuckDB spells it.
    case plain(String)
    case structure([Field])
    case list(ColumnType)
    case map(key: ColumnType, value: ColumnType)

    /// A member of a STRUCT.
    struct Field: Hashable, Sendable {
        var name: String
        var type: ColumnType
    }

    static let text = ColumnType.plain("VARCHAR")

    /// Reads DuckDB's spelling; nil for what has no such form, a UNION or a STRUCT without names.
    init?(_ spelling: String) {
        var parser = TypeParser(spelling)
        guard let type = parser.type(), parser.isAtEnd else { return nil }
        self = type
    }

    /// As a statement takes it.
    var sql: String {
        switch self {
        case .plain(let name): name
        case .structure(let fields):
            "STRUCT("
                + fields.map { SQLText.quoteIdentifier($0.name) + " " + $0.type.sql }.joined(separator: ", ") + ")"
        case .list(let element): element.sql + "[]"
        case .map(let key, let value): "MAP(\(key.sql), \(value.sql))"
        }
    }

    var isNested: Bool {
        if case .plain = self { false } else { true }
    }

    /// How many lists and maps are around its innermost part.
    var repetitions: Int {
        switch self {
        case .plain: 0
        case .structure(let fields): fields.map(\.type.repetitions).max() ?? 0
        case .list(let element): 1 + element.repetitions
        case .map(let key, let value): 1 + max(key.repetitions, value.repetitions)
        }
    }

    /// The type that the lake keeps for it: the same, but for types that only this engine or a file format knows.
    var atRest: ColumnType {
        switch self {
        case .plain(let name):
            name == "JSON" || name == "VARIANT" || name == "\"NULL\"" || name.hasPrefix("ENUM")
                || name.hasPrefix("GEOMETRY") ? .text : self
        case .structure(let fields): .structure(fields.map { Field(name: $0.name, type: $0.type.atRest) })
        case .list(let element): .list(element.atRest)
        case .map(let key, let value): .map(key: key.atRest, value: value.atRest)
        }
    }

    /// The field ids of a column for COPY: its own, and for the parts others that follow from it.
    func fieldIDs(_ own: Int) -> String {
        var next = own * Self.partsPerColumn
        return fieldIDs(own, &next)
    }

    /// How many parts of one column can have ids that no part of another has.
    static let partsPerColumn = 100_000

    private func fieldIDs(_ own: Int, _ next: inout Int) -> String {
        let parts: [(String, ColumnType)] =
            switch self {
            case .plain: []
            case .structure(let fields): fields.map { ($0.name, $0.type) }
            case .list(let element): [("element", element)]
            case .map(let key, let value): [("key", key), ("value", value)]
            }
        guard !parts.isEmpty else { return "\(own)" }
        var entries = ["'__duckdb_field_id': \(own)"]
        for (name, type) in parts {
            next += 1
            entries.append("\(SQLText.quoteLiteral(name)): \(type.fieldIDs(next, &next))")
        }
        return "{\(entries.joined(separator: ", "))}"
    }
}

/// Reads types as DuckDB spells them.
private struct TypeParser {
    private let text: [Character]
    private var place = 0

    init(_ spelling: String) { text = Array(spelling) }

    var isAtEnd: Bool { place == text.count }

    mutating func type() -> ColumnType? {
        guard var type = base() else { return nil }
        while take("[") {
            while let digit = peek, digit.isNumber { place += 1 }
            guard take("]") else { return nil }
            // Parquet has no arrays of fixed length.
            type = .list(type)
        }
        return type
    }

    private mutating func base() -> ColumnType? {
        if takeWord("STRUCT(") {
            return fields().map { .structure($0) }
        }
        if takeWord("MAP(") {
            guard let key = type(), takeWord(", "), let value = type(), take(")") else { return nil }
            return .map(key: key, value: value)
        }
        if takeWord("UNION(") { return nil }
        return plain().map { .plain($0) }
    }

    private mutating func fields() -> [ColumnType.Field]? {
        var fields: [ColumnType.Field] = []
        repeat {
            guard let name = name(), take(" "), let type = type() else { return nil }
            fields.append(ColumnType.Field(name: name, type: type))
        } while takeWord(", ")
        return take(")") ? fields : nil
    }

    private mutating func name() -> String? {
        guard peek == "\"" else {
            let start = place
            while let letter = peek, letter != " ", letter != ",", letter != ")" { place += 1 }
            return place > start ? String(text[start..<place]) : nil
        }
        return quoted("\"")
    }

    /// A word or several, such as `TIMESTAMP WITH TIME ZONE`, with what follows in parentheses.
    private mutating func plain() -> String? {
        let start = place
        if peek == "\"" { return quoted("\"").map { "\"\($0)\"" } }
        while let letter = peek, letter.isLetter || letter.isNumber || letter == "_" || letter == " " { place += 1 }
        if take("(") {
            while let letter = peek, letter != ")" {
                if letter == "'" {
                    guard quoted("'") != nil else { return nil }
                } else {
                    place += 1
                }
            }
            guard take(")") else { return nil }
        }
        return place > start ? String(text[start..<place]) : nil
    }

    private mutating func quoted(_ mark: Character) -> String? {
        guard take(mark) else { return nil }
        var value = ""
        while let letter = peek {
            place += 1
            if letter == mark, !take(mark) { return value }
            value.append(letter)
        }
        return nil
    }

    private var peek: Character? { place < text.count ? text[place] : nil }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character else { return false }
        place += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard text[place...].starts(with: word) else { return false }
        place += word.count
        return true
    }
}
