/// One place in a statement where a dataset is named.
struct TableUse: Sendable {
    var reference: TableReference
    /// Which of the statement's relations it is.
    var relation: Int
    /// The bytes that make way, in order: the name, then what asks for a version.
    var removed: [Range<Int>]
    /// Written before the call.
    var prefix = ""
    /// Whether the statement gives the table an alias of its own.
    var hasAlias: Bool
}

/// A statement with calls of table macros in the place of its table names, and the way back to the original.
///
/// A macro rather than the files themselves: the engine names columns after the text of their expressions, and a
/// subquery among them would spell out every path.
struct FilledStatement: Sendable {
    let sql: String
    private let uses: [TableUse]
    /// Where runs of bytes start in ``sql`` and in the original: kept and filled in by turns.
    private let runs: [(filled: Int, original: Int)]

    /// Puts the calls where the uses say.
    init(_ original: String, uses: [TableUse]) {
        let bytes = Array(original.utf8)
        var filled: [UInt8] = []
        var runs: [(filled: Int, original: Int)] = []
        var place = 0
        for use in uses {
            for (part, range) in use.removed.enumerated() {
                runs.append((filled.count, place))
                filled.append(contentsOf: bytes[place..<range.lowerBound])
                runs.append((filled.count, range.lowerBound))
                if part == 0 { filled.append(contentsOf: Self.call(use).utf8) }
                place = range.upperBound
            }
        }
        runs.append((filled.count, place))
        filled.append(contentsOf: bytes[place...])
        sql = String(decoding: filled, as: UTF8.self)
        self.uses = uses
        self.runs = runs
    }

    /// ``sql`` with blanks for the semicolons behind it, so that more can follow on another line.
    var open: String {
        var bytes = Array(sql.utf8)
        for token in SQLLexer(bytes).tokens.reversed() {
            guard token.range.count == 1, bytes[token.range.lowerBound] == UInt8(ascii: ";") else { break }
            bytes[token.range.lowerBound] = UInt8(ascii: " ")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The macro that stands for a relation, counted from 0.
    ///
    /// Users cannot call it: it is not on the list.
    static func macro(_ relation: Int) -> String { "lakehouse_\(relation)" }

    /// Defines the macro of a relation on a connection.
    static func definition(_ place: Int, _ relation: Relation) -> String {
        "CREATE OR REPLACE TEMP MACRO \(macro(place))() AS TABLE \(SQLText.relationSQL(relation))"
    }

    private static func call(_ use: TableUse) -> String {
        let alias = use.hasAlias ? "" : " AS " + SQLText.quoteIdentifier(use.reference.qualifier)
        return "\(use.prefix)\(macro(use.relation))()\(alias)"
    }

    /// The place in the original of a place in ``sql``; the name itself for what was filled in.
    func originalOffset(of offset: Int) -> Int {
        guard let index = runs.lastIndex(where: { $0.filled <= offset }) else { return offset }
        let isFilledIn = index % 2 == 1
        return isFilledIn ? runs[index].original : runs[index].original + offset - runs[index].filled
    }

    /// What the engine wrote about ``sql``, with the names of the tables instead of the calls.
    func originalText(of text: String) -> String {
        guard text.contains(Self.macro(0).dropLast()) else { return text }
        var text = text
        for use in uses {
            let name = SQLText.identifier(use.reference.qualifier)
            let bucket = use.reference.bucket.map { SQLText.identifier($0) + "." } ?? ""
            // Without an alias of the user's, the one that follows is the name itself.
            let written = use.hasAlias ? "\(bucket)\(name) AS " : bucket
            text = text.replacing("\(Self.macro(use.relation))() AS ", with: written)
        }
        return text
    }
}
