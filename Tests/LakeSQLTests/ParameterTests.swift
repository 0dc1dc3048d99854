import LakeCore
import LakeSQL
import LakeTesting
import Testing

/// Values in the places of placeholders.
@Suite struct ParameterTests {
    @Test(arguments: [
        (SQLValue.null, "\"NULL\""), (.boolean(true), "BOOLEAN"), (.integer(5), "INTEGER"),
        (.integer(1 << 40), "BIGINT"), (.bigInteger("170141183460469231731687303715884105727"), "HUGEINT"),
        (.bigInteger("340282366920938463463374607431768211455"), "UHUGEINT"), (.double(0.1), "DOUBLE"),
        (.decimal("12.50"), "DECIMAL(4,2)"), (.decimal("-0.001"), "DECIMAL(3,3)"), (.decimal("7"), "DECIMAL(1,0)"),
        (.text("Zoë; DROP TABLE x --"), "VARCHAR"), (.text(""), "VARCHAR"), (.blob([0, 1, 255]), "BLOB"),
        (.blob([]), "BLOB"), (.list([.integer(1), .null, .integer(3)]), "BIGINT[]"), (.list([]), "\"NULL\"[]"),
        (.list([.integer(1), .double(2.5)]), "DOUBLE[]"), (.list([.text("a")]), "VARCHAR[]"),
        (.record([("a", .integer(1)), ("b c", .text("x"))]), "STRUCT(a INTEGER, \"b c\" VARCHAR)"),
        (.map([(.text("k"), .integer(1))]), "MAP(VARCHAR, BIGINT)"),
        (.list([.list([.integer(1)]), .list([])]), "BIGINT[][]"),
    ])
    func valuesComeBackAsTheyWent(_ value: SQLValue, _ type: String) async throws {
        let lab = try await SQLLab()
        let query = try await lab.start("SELECT $1 AS v, typeof($1) AS t", .positional([value]))
        let rows = try await query.allRows()
        if case .list(let elements) = value, elements.contains(.double(2.5)) {
            #expect(rows[0][0] == .list([.double(1), .double(2.5)]))
        } else {
            #expect(rows[0][0] == value)
        }
        #expect(rows[0][1] == .text(type))
    }

    @Test func textsBecomeWhatTheyAreComparedWith() async throws {
        let lab = try await SQLLab.withTables()
        let born = try await lab.rows("SELECT name FROM people WHERE born = ?", .positional([.text("1906-12-09")]))
        #expect(born == [[.text("Grace")]])
        let sql = "SELECT name FROM people WHERE id = $id AND list_contains($names, name)"
        let named: [String: SQLValue] = ["id": .integer(1), "names": .list([.text("Ada"), .text("Grace")])]
        #expect(try await lab.rows(sql, .named(named)) == [[.text("Ada")]])
        let limited = try await lab.rows("SELECT id FROM people ORDER BY id LIMIT ?", .positional([.integer(1)]))
        #expect(limited == [[.integer(1)]])
        let twice = try await lab.rows("SELECT $2, $1, $2", .positional([.integer(1), .text("b")]))
        #expect(twice == [[.text("b"), .integer(1), .text("b")]])
    }

    @Test(arguments: [
        ("SELECT ?", Parameters.none, "$1"), ("SELECT ?, ?", .positional([.null]), "takes 2 parameters, but 1"),
        ("SELECT 1", .positional([.null]), "takes 0 parameters, but 1"),
        ("SELECT $a", .positional([.null]), "$a is named"),
        ("SELECT $a", .named([:]), "$a has no value"),
        ("SELECT $a", .named(["a": .null, "b": .null]), "no placeholder $b"),
        ("SELECT ?", .named(["a": .null]), "no placeholder $a"),
        ("SELECT ?", .positional([.list([.integer(1), .text("a")])]), "$1"),
        ("SELECT ?", .positional([.decimal("1e5")]), "$1"), ("SELECT ?", .positional([.bigInteger("x")]), "$1"),
    ])
    func whatDoesNotFitIsNamed(_ sql: String, _ parameters: Parameters, _ words: String) async throws {
        let lab = try await SQLLab()
        let error = await #expect(throws: SQLError.self) { try await lab.rows(sql, parameters) }
        #expect(error?.code == "parameters" && error?.detail.contains(words) == true, "\(error?.detail ?? "")")
    }

    @Test func theParsedStatementNamesItsPlaceholders() async throws {
        let lab = try await SQLLab()
        #expect(try await lab.engine.parse("SELECT ?, ?").parameters == ["1", "2"])
        #expect(try await lab.engine.parse("SELECT $b, $a, $b").parameters == ["a", "b"])
    }

    @Test func statementsThatDifferInTheirBytesAloneStayApart() async throws {
        let lab = try await SQLLab()
        // One letter, and the same letter made of two.
        for (text, bytes) in [("SELECT strlen('\u{E9}')", 2), ("SELECT strlen('e\u{301}')", 3)] {
            for _ in 0..<2 { #expect(try await lab.rows(text) == [[.integer(Int64(bytes))]]) }
        }
    }
}
