import LakeCore

/// Turns the text of a user into a ``ParsedQuery``, with the library's own parser and nothing else of it: no binding,
/// no file is opened.
///
/// The table names of the statement are replaced in its text, not in its tree: what the tree would lose when it is
/// written out as SQL again cannot be lost then. That the edited text still means the same is checked by parsing it
/// too and comparing the two trees.
struct StatementParser {
    /// The longest statement that is read.
    static let largestStatement = 128 << 10
    private static let deepestTree = 2_000

    private let sql: String
    /// Gives the parser's JSON for a text.
    private let serialize: (String) throws(SQLError) -> String

    /// - Parameters:
    ///   - sql: What the user wrote.
    ///   - serialize: The library's `json_serialize_sql`.
    /// - Throws: ``SQLError`` when the text is too long, or holds what the library's lexer cannot be given.
    init(_ sql: String, serialize: @escaping (String) throws(SQLError) -> String) throws(SQLError) {
        guard sql.utf8.count <= Self.largestStatement else {
            throw .tooLong(bytes: sql.utf8.count, limit: Self.largestStatement)
        }
        // The library takes statements as C strings and would run less than was checked.
        if let zero = sql.utf8.firstIndex(of: 0) {
            let offset = sql.utf8.distance(from: sql.startIndex, to: zero)
            throw .syntax(message: "The text has a NUL character", position: SourcePosition(offset: offset, in: sql))
        }
        let lexer = SQLLexer(Array(sql.utf8))
        // The library's lexer takes time that grows with the square of their number.
        if let offset = lexer.nestedComment {
            let position = SourcePosition(offset: offset, in: sql)
            throw .notAllowed(what: "A comment inside a comment", hint: "take one away.", position: position)
        }
        self.sql = Self.withVersions(Self.withPlainSpaces(sql, lexer))
        self.serialize = serialize
    }

    /// Checks the statement.
    func parse() throws(SQLError) -> ParsedQuery {
        let tree = try tree(of: sql)
        let checker = try StatementChecker(tree, sql: sql)
        var tables: [TableReference] = []
        for table in checker.tables where !tables.contains(table.reference) { tables.append(table.reference) }
        let filled = FilledStatement(sql, uses: try uses(of: checker.tables, tables))
        if !tables.isEmpty { try verify(filled, against: tree, checker.tables, tables) }
        return ParsedQuery(
            sql: sql,
            tables: tables,
            isStable: checker.isStable,
            condensed: SQLLexer(Array(sql.utf8)).condensed,
            parameters: checker.parameters.sorted(),
            filled: filled
        )
    }

    /// The parser replaces spaces of other scripts by one byte each; done beforehand, places stay what they are.
    private static func withPlainSpaces(_ sql: String, _ lexer: SQLLexer) -> String {
        guard !lexer.wideSpaces.isEmpty else { return sql }
        var bytes = Array(sql.utf8)
        for range in lexer.wideSpaces.reversed() { bytes.replaceSubrange(range, with: [32]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The library knows no tags in `AT`; it lets a version be a text, which is one here.
    private static func withVersions(_ sql: String) -> String {
        var bytes = Array(sql.utf8)
        let lexer = SQLLexer(bytes)
        let tokens = lexer.tokens
        guard tokens.count > 4 else { return sql }
        for place in (2..<tokens.count - 2).reversed()
        where lexer.isToken(tokens[place], "TAG") && lexer.isToken(tokens[place - 1], "(")
            && lexer.isToken(tokens[place - 2], "AT") && tokens[place + 1].kind == .sign
            && tokens.indices.contains(place + 3) && tokens[place + 3].kind == .text
        {
            bytes.replaceSubrange(tokens[place].range, with: "VERSION".utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: The tree

    /// The tree of the one statement of `text`.
    private func tree(of text: String) throws(SQLError) -> JSONTree {
        let json = try serialize(text)
        let document: JSONTree
        do throws(JSONTree.Failure) {
            document = try JSONTree(parsing: json, maxDepth: Self.deepestTree)
        } catch {
            throw Self.tooDeep
        }
        if document["error"] == .boolean(true) { throw failure(document) }
        let statements = document["statements"]?.array ?? []
        guard let statement = statements.first else { throw .notOneSelect(hint: "it holds no statement.") }
        guard statements.count == 1 else {
            throw .notOneSelect(hint: "it holds \(statements.count) statements; send them one by one.")
        }
        return statement
    }

    private static let tooDeep = SQLError.notAllowed(
        what: "A statement nested this deeply",
        hint: "split it with WITH.",
        position: nil
    )

    private func failure(_ document: JSONTree) -> SQLError {
        let message = document["error_message"]?.string ?? "The statement cannot be parsed"
        if document["error_type"]?.string == "not implemented", message.hasPrefix("Only SELECT") { return notSelect() }
        let offset = document["position"]?.string.flatMap { Int($0) }
        if message.hasPrefix("Max expression depth") { return Self.tooDeep }
        return .syntax(message: message, position: offset.map { SourcePosition(offset: $0, in: sql) })
    }

    /// What to do instead of a statement that is no query.
    private func notSelect() -> SQLError {
        let bytes = Array(sql.utf8)
        let first = SQLLexer(bytes).tokens.first { $0.kind == .word }
        let word = first.map { String(decoding: bytes[$0.range], as: UTF8.self).uppercased() } ?? "This"
        let hint =
            switch word {
            case "PIVOT", "FROM", "SELECT", "WITH":
                "list the values of PIVOT, as in PIVOT t ON year IN (2024, 2025) USING sum(x)."
            case "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY", "IMPORT":
                "\(word) is none; data comes in by ingesting files, and results go out in the answer."
            case "CREATE", "DROP", "ALTER", "COMMENT":
                "\(word) is none; datasets are made by ingesting files and removed through the catalog."
            case "SET", "RESET", "PRAGMA", "USE", "LOAD", "INSTALL", "ATTACH", "DETACH", "UPDATE EXTENSIONS":
                "\(word) is none; settings and sources are the server's."
            case "EXPLAIN": "leave EXPLAIN away."
            case "PREPARE", "EXECUTE", "DEALLOCATE": "\(word) is none; send the query with its parameters."
            case "BEGIN", "COMMIT", "ROLLBACK", "START", "ABORT":
                "\(word) is none; every query sees one version of all datasets anyway."
            case "CALL": "write SELECT * FROM with the function instead of CALL."
            default: "\(word) is none; write SELECT, FROM, WITH or VALUES."
            }
        return .notOneSelect(hint: hint)
    }

    // MARK: The places of the names

    private func uses(
        of found: [StatementChecker.Found],
        _ tables: [TableReference]
    ) throws(SQLError) -> [TableUse] {
        guard !found.isEmpty else { return [] }
        let lexer = SQLLexer(Array(sql.utf8))
        var uses: [TableUse] = []
        for table in found {
            uses.append(try use(of: table, relation: tables.firstIndex(of: table.reference) ?? 0, lexer))
        }
        return uses
    }

    private func use(
        of table: StatementChecker.Found,
        relation: Int,
        _ lexer: SQLLexer
    ) throws(SQLError) -> TableUse {
        let reference = table.reference
        let tokens = lexer.tokens
        guard let first = tokens.firstIndex(where: { $0.range.lowerBound == reference.position }),
            let last = end(of: reference, from: first, lexer)
        else { throw unusable(reference) }
        var use = TableUse(
            reference: reference,
            relation: relation,
            removed: [tokens[first].range.lowerBound..<tokens[last].range.upperBound],
            hasAlias: !table.alias.isEmpty
        )
        if reference.changes != nil { return use }
        if first > 0,
            ["DESCRIBE", "DESC", "SUMMARIZE", "SHOW"].contains(where: { lexer.isToken(tokens[first - 1], $0) })
        {
            use.prefix = "FROM "
        } else if first > 0, lexer.isToken(tokens[first - 1], "TABLE") {
            use.prefix = "FROM "
            use.removed[0] = tokens[first - 1].range.lowerBound..<use.removed[0].upperBound
        }
        if let offset = table.pinOffset {
            guard let number = tokens.firstIndex(where: { $0.range.lowerBound == offset }), number > last + 5,
                lexer.isToken(tokens[number - 5], "AT"), tokens.indices.contains(number + 1),
                lexer.isToken(tokens[number + 1], ")")
            else { throw unusable(reference) }
            use.removed.append(tokens[number - 5].range.lowerBound..<tokens[number + 1].range.upperBound)
        }
        return use
    }

    /// The index of the last token of a name that starts at `first`.
    private func end(of reference: TableReference, from first: Int, _ lexer: SQLLexer) -> Int? {
        let tokens = lexer.tokens
        if reference.changes != nil { return endOfCall(from: first, lexer) }
        guard let bucket = reference.bucket else {
            return lexer.name(tokens[first]) == reference.name ? first : nil
        }
        guard first + 2 < tokens.count, lexer.name(tokens[first]) == bucket, lexer.isToken(tokens[first + 1], "."),
            lexer.name(tokens[first + 2]) == reference.name
        else { return nil }
        return first + 2
    }

    /// The index of the bracket that closes a call whose name is at `first`.
    private func endOfCall(from first: Int, _ lexer: SQLLexer) -> Int? {
        guard first + 1 < lexer.tokens.count, lexer.isToken(lexer.tokens[first + 1], "(") else { return nil }
        // Its arguments are literals, which hold no further bracket.
        return lexer.tokens[first...].firstIndex { lexer.isToken($0, ")") }
    }

    private func unusable(_ reference: TableReference) -> SQLError {
        .notAllowed(
            what: "The way \(reference.name) is named",
            hint: "name it in a FROM clause, as in FROM \(reference.name).",
            position: reference.position.map { SourcePosition(offset: $0, in: sql) }
        )
    }

    // MARK: The proof

    /// What a table of the original must have become.
    private struct Expected {
        var macro: String
        var alias: String
    }

    /// Parses what will run and compares: calls in the place of the names, and nothing else may have changed.
    private func verify(
        _ filled: FilledStatement,
        against tree: JSONTree,
        _ found: [StatementChecker.Found],
        _ tables: [TableReference]
    ) throws(SQLError) {
        var expected: [Int: Expected] = [:]
        for table in found {
            guard let position = table.reference.position else { continue }
            expected[position] = Expected(
                macro: FilledStatement.macro(tables.firstIndex(of: table.reference) ?? 0),
                alias: table.alias.isEmpty ? table.reference.qualifier : table.alias
            )
        }
        guard let edited = try? self.tree(of: filled.sql), Self.matches(tree, edited, expected) else {
            throw unusable(found[0].reference)
        }
    }

    private static var plain: JSONTree { .string("WITHOUT_ORDINALITY") }

    /// Whether `edited` is `original` with calls in place of the expected tables.
    private static func matches(_ original: JSONTree, _ edited: JSONTree, _ expected: [Int: Expected]) -> Bool {
        switch (original, edited) {
        case (.array(let a), .array(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { matches($0, $1, expected) }
        case (.object(let a), .object(let b)):
            let place = original["type"] == .string("TABLE_FUNCTION") ? original["function"] : original
            if original["type"] == .string("BASE_TABLE") || original["type"] == .string("TABLE_FUNCTION"),
                let offset = place?["query_location"]?.integer, let expected = expected[offset]
            {
                return isCall(edited, of: expected) && original["sample"] == edited["sample"]
                    && original["column_name_alias"] == edited["column_name_alias"]
                    && original["with_ordinality"] ?? plain == edited["with_ordinality"] ?? plain
            }
            return a.count == b.count
                && zip(a, b).allSatisfy { a, b in
                    a.key == b.key && (a.key == "query_location" || matches(a.value, b.value, expected))
                }
        default: return original == edited
        }
    }

    private static func isCall(_ tree: JSONTree, of expected: Expected) -> Bool {
        let function = tree["function"]
        return tree["type"] == .string("TABLE_FUNCTION") && tree["alias"] == .string(expected.alias)
            && function?["function_name"] == .string(expected.macro) && function?["children"] == .array([])
    }
}
