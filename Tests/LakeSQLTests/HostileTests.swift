import LakeCore
import LakeTesting
import Testing

@testable import LakeSQL

/// What must never run.
@Suite struct HostileTests {
    @Test func everyHostileStatementIsRefusedByTheParserAlone() async throws {
        let lab = try await SQLLab.withTables()
        let secret = try lab.folder.write("secret.csv", "id,column0\n1,stolen\n")
        let statements = try CaseFile.lines("hostile.sql").dropFirst().filter { !$0.isEmpty }
        #expect(statements.count > 200)
        for statement in statements {
            let sql = statement.replacing("SECRET", with: secret).replacing("\\n", with: "\n")
            let error = await #expect(throws: SQLError.self, "\(statement)") { try await lab.engine.parse(sql) }
            guard let error else { continue }
            #expect(error.kind == .invalid, "\(statement): \(error.detail)")
            #expect(!error.detail.contains("stolen"), "\(statement)")
        }
    }

    /// System tables look like names of a bucket: they are handed to the caller, who has no such bucket.
    @Test(arguments: [
        "information_schema.tables", "pg_catalog.pg_class", "system.x", "temp.x", "duckdb_tables", "sqlite_master",
    ])
    func systemTablesAreNamesLikeOthers(_ name: String) async throws {
        let lab = try await SQLLab()
        let query = try await lab.engine.parse("SELECT * FROM \(name)")
        #expect(query.tables.count == 1)
        await #expect(throws: SQLError.self) { try await lab.engine.run(query) }
        // Given a relation, the name is that and not the system's table.
        let relation = Relation(files: [], schema: Schema(columns: [Column(name: "mine", type: "BIGINT", fieldID: 1)]))
        let running = try await lab.engine.run(query, relations: [query.tables[0]: relation])
        #expect(running.columns.map(\.name) == ["mine"])
    }

    /// The second wall: had the parser let something through, the instance would still refuse.
    @Test(arguments: [
        "COPY (SELECT 1) TO 'FOLDER/../out.csv'", "FROM read_text('/etc/hostname')", "SET threads = 1",
        "SET GLOBAL lock_configuration = false", "SET enable_external_access = true", "LOAD httpfs", "INSTALL httpfs",
        "ATTACH '/tmp/evil.db'", "FROM glob('/etc/*')", "SELECT * FROM 'https://localhost/x.csv'",
    ])
    func theInstanceItselfIsLocked(_ sql: String) async throws {
        let folder = try TemporaryFolder()
        let engine = try await SQLEngine(
            settings: SQLSettings(allowedFolders: [folder.path("data")], temporaryFolder: folder.path("spill"))
        )
        await #expect(throws: SQLError.self) {
            try await engine.parser.execute(sql.replacing("FOLDER", with: folder.path("data")))
        }
    }

    @Test func aNameAfterTheStatementWasCheckedCannotChangeIt() async throws {
        let lab = try await SQLLab.withTables()
        await #expect(throws: SQLError.self) { try await lab.engine.parse("SELECT 1 \0 FROM people") }
        let spaces = "SELECT\u{A0}count(*)\u{2003}FROM\u{3000}people\u{A0}WHERE name <> 'a\u{A0}b'"
        #expect(try await lab.rows(spaces) == [[.integer(5)]])
    }

    @Test(arguments: [
        "SELECT " + String(repeating: "(", count: 20_000) + "1",
        "SELECT " + String(repeating: "NOT ", count: 20_000) + "true",
        "SELECT 1" + String(repeating: "+1", count: 20_000),
        "SELECT 1" + String(repeating: " UNION SELECT 1", count: 2_000),
        "SELECT 1 FROM people" + String(repeating: ", people", count: 5_000),
        String(repeating: "SELECT * FROM (", count: 5_000) + "people",
        String(repeating: "/*", count: 20_000) + String(repeating: "*/", count: 20_000) + "SELECT 1",
        "SELECT " + String(repeating: "EXISTS(SELECT ", count: 40) + "1" + String(repeating: ")", count: 40),
        "WITH x0 AS (SELECT 1)"
            + (1...40).map { ", x\($0) AS (SELECT 1 FROM x\($0 - 1) a, x\($0 - 1) b)" }.joined() + " FROM x40",
        String(repeating: "a", count: 200_000),
    ])
    func whatWouldKeepThePlannerBusyForeverIsRefused(_ sql: String) async throws {
        let lab = try await SQLLab.withTables()
        let start = ContinuousClock.now
        await #expect(throws: SQLError.self) {
            let query = try await lab.engine.parse(sql)
            _ = try await lab.start(sql, limits: QueryLimits(maxRows: 1, timeout: .seconds(5))).allRows()
            // A long chain of set operations is allowed and runs.
            if query.sql.contains("UNION") { throw SQLError.busy }
        }
        #expect(ContinuousClock.now - start < .seconds(30))
    }
}
