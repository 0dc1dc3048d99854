import Foundation
import LakeCore
import LakeTesting
import Testing

@testable import LakeSQL

/// The pieces that the parser of statements is made of.
@Suite struct StatementPartsTests {
    @Test(arguments: [
        ("a b", ["a", "b"]), ("\"a \"\"b\"\" c\".d", ["\"a \"\"b\"\" c\"", ".", "d"]),
        ("'it''s' x", ["'it''s'", "x"]), ("E'a\\'b' x", ["E'a\\'b'", "x"]), ("e x", ["e", "x"]),
        ("$$a $x$ b$$ c", ["$$a $x$ b$$", "c"]), ("$x$ $$ $y$ $x$c", ["$x$ $$ $y$ $x$", "c"]),
        ("$1 $name", ["$1", "$name"]),
        ("a--b\nc", ["a", "c"]), ("a/*b*/c", ["a", "c"]), ("a/*b", ["a"]), ("a-b", ["a", "-", "b"]),
        ("a/b", ["a", "/", "b"]),
        ("1.5e3 a1 1a", ["1.5e3", "a1", "1a"]), ("é.ñ", ["é", ".", "ñ"]), ("a\u{A0}b", ["a", "b"]),
        ("'open", ["'open"]),
        ("a=>3)", ["a", "=", ">", "3", ")"]), ("", []),
    ])
    func statementsSplitIntoTokens(_ sql: String, _ tokens: [String]) {
        let bytes = Array(sql.utf8)
        #expect(SQLLexer(bytes).tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) } == tokens)
    }

    @Test(
        arguments: [
            ("people", "people"), ("\"a \"\"b\"", "a \"b"), ("'x''y'", "x'y"), ("$$a$$", nil), ("5", nil),
        ] as [(String, String?)]
    )
    func tokensStandForNames(_ text: String, _ name: String?) throws {
        let lexer = SQLLexer(Array(text.utf8))
        #expect(lexer.name(try #require(lexer.tokens.first)) == name)
    }

    @Test(arguments: [
        (#"{"a":[1,-2.5e3,true,false,null],"b":{"c":"x\"\\\n\u00e9\ud83e\udd86"}}"#, 4), ("[]", 1), (" { } ", 1),
        ("\"\"", 0),
    ])
    func documentsAreRead(_ text: String, _ depth: Int) throws {
        let tree = try JSONTree(parsing: text, maxDepth: depth)
        if depth == 4 {
            #expect(tree["b"]?["c"]?.string == "x\"\\\né🦆")
            #expect(tree["a"]?.array == [.number("1"), .number("-2.5e3"), .boolean(true), .boolean(false), .null])
        }
    }

    @Test(arguments: ["", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "\"a", "tru", "1 2", "{a:1}", "\"\\u12\"", "\"\\"])
    func brokenDocumentsAreNot(_ text: String) {
        #expect(throws: JSONTree.Failure.malformed) { try JSONTree(parsing: text, maxDepth: 8) }
    }

    @Test func depthIsBounded() {
        #expect(throws: JSONTree.Failure.tooDeep) { try JSONTree(parsing: "[[[[]]]]", maxDepth: 3) }
    }

    @Test func placesInAFilledStatementLeadBack() {
        let use = TableUse(
            reference: TableReference(name: "t", position: 14),
            relation: 0,
            removed: [14..<15],
            hasAlias: false
        )
        let filled = FilledStatement("SELECT a FROM t WHERE b", uses: [use])
        #expect(filled.sql == "SELECT a FROM lakehouse_0() AS \"t\" WHERE b")
        #expect(filled.originalOffset(of: 7) == 7 && filled.originalOffset(of: 14) == 14)
        #expect(filled.originalOffset(of: 25) == 14 && filled.originalOffset(of: 34) == 15)
        #expect(filled.originalOffset(of: 41) == 22)
        #expect(filled.originalText(of: "max(lakehouse_0() AS t)") == "max(t)")
    }

    @Test func placesAreCountedAsAnEditorDoes() {
        let sql = "SELECT 'é',\n  x FROM"
        let place = SourcePosition(offset: 15, in: sql)
        #expect(place.line == 2 && place.column == 3 && place.offset == 15)
        #expect(SourcePosition(offset: 10_000, in: sql).line == 2)
        #expect(SourcePosition(offset: 0, in: "").column == 1)
    }

    @Test(arguments: [
        ("a", "\"a\"", "'a'"), ("a\"b", "\"a\"\"b\"", "'a\"b'"), ("a'b", "\"a'b\"", "'a''b'"), ("\0x", "\"x\"", "'x'"),
        ("", "\"\"", "''"),
        ("e\u{301}\"", "\"e\u{301}\"\"\"", "'e\u{301}\"'"),
    ])
    func namesAndTextsAreQuoted(_ text: String, _ identifier: String, _ literal: String) {
        #expect(SQLText.quoteIdentifier(text) == identifier && SQLText.quoteLiteral(text) == literal)
    }

    /// A new version of the engine brings functions: each must be judged before it can be called.
    @Test func everyFunctionOfTheEngineIsEitherAllowedOrRefusedOnPurpose() async throws {
        let lab = try await TrustedLab()
        let rows = try await lab.session.rows(
            """
            SELECT DISTINCT lower(function_name), function_type IN ('table', 'table_macro') FROM duckdb_functions()
            WHERE function_type <> 'pragma'
            """
        )
        let refused = Set(
            try CaseFile.lines("refused-functions.txt").dropFirst().flatMap {
                $0.split(separator: " ").map(String.init)
            }
        )
        for row in rows {
            let name = row[0].words
            let isTable = row[1] == .boolean(true)
            let isAllowed = (isTable ? AllowedFunctions.tables : AllowedFunctions.expressions).contains(name)
            let isRefused =
                isTable
                ? !isAllowed : refused.contains { $0 == name || ($0.hasSuffix("*") && name.hasPrefix($0.dropLast())) }
            #expect(isAllowed != isRefused, "\(name)")
        }
        #expect(AllowedFunctions.expressions.isDisjoint(with: refused))
        #expect(Set(AllowedFunctions.sizeArguments.keys).isSubset(of: AllowedFunctions.expressions))
    }

    @Test func everyFunctionThatChangesByItselfIsKnownToDoSo() async throws {
        let lab = try await TrustedLab()
        let rows = try await lab.session.rows(
            "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE stability <> 'CONSISTENT'"
        )
        let allowed = Set(rows.map(\.[0].words)).intersection(AllowedFunctions.expressions)
        #expect(!allowed.isEmpty && allowed.isSubset(of: AllowedFunctions.volatile))
        #expect(AllowedFunctions.volatile.isSubset(of: AllowedFunctions.expressions))
    }

    @Test(arguments: [
        ("SELECT  a\n,b -- c\nFROM t ; ;", "SELECT a ,b FROM t"), ("a<>b", "a<>b"), ("5 ! = 5", "5 ! = 5"),
        ("'a'\n'b'", "'a'\n'b'"), ("'a' /*\n*/ 'b'", "'a'\n'b'"), ("'a' 'b'", "'a' 'b'"), ("'a  b'", "'a  b'"),
        ("", ""),
        (";", ""), ("x;y", "x;y"),
    ])
    func textsAreCondensed(_ sql: String, _ condensed: String) {
        #expect(String(decoding: SQLLexer(Array(sql.utf8)).condensed, as: UTF8.self) == condensed)
    }

    @Test func pathsWithPatternLettersAreRead() async throws {
        let lab = try await SQLLab()
        let name = lab.folder.path("a[b]*c?'d.parquet")
        try await lab.session.execute("COPY (SELECT 7 AS n) TO '\(lab.folder.path("x.parquet"))' (FORMAT parquet)")
        try FileManager.default.copyItem(atPath: lab.folder.path("x.parquet"), toPath: name)
        let relation = Relation(
            files: [name],
            schema: Schema(columns: [Column(name: "n", type: "INTEGER", fieldID: 1)])
        )
        let query = try await lab.engine.parse("FROM t")
        let running = try await lab.engine.run(query, relations: [query.tables[0]: relation])
        #expect(try await running.allRows() == [[.integer(7)]])
    }

    @Test func aTableThatNobodyResolvedIsNamed() async throws {
        let lab = try await SQLLab()
        let query = try await lab.engine.parse("FROM missing_one")
        let error = await #expect(throws: SQLError.self) { try await lab.engine.run(query) }
        #expect(error?.detail.contains("missing_one") == true)
    }

    @Test func tablesAtTimesAreDifferentOnes() async throws {
        let lab = try await SQLLab()
        let query = try await lab.engine.parse(
            "FROM a AT (TIMESTAMP => '1970-01-02'), A b AT (TIMESTAMP => '1970-01-02 02:00+02'), a c AT (VERSION => 0)"
        )
        #expect(query.tables.map(\.time) == [86_400_000, nil])
        #expect(query.tables.map(\.version) == [nil, 0])
    }

    @Test func tablesOfAStatementAreListedOnceInTheirOrder() async throws {
        let lab = try await SQLLab()
        let query = try await lab.engine.parse("SELECT (FROM c) FROM a, B, x.a, a AT (VERSION => 3), A JOIN b ON true")
        #expect(query.tables.map(\.name) == ["c", "a", "B", "a", "a"])
        #expect(query.tables.map(\.bucket) == [nil, nil, nil, "x", nil] && query.tables[4].version == 3)
        #expect(query.position(of: query.tables[1])?.column == 22)
    }
}
