import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

/// What SQL says of the tables there are.
@Suite(.timeLimit(.minutes(5))) struct CatalogTableTests {
    private static let reader = Principal(name: "ann", role: .reader)

    private static func lake() async throws -> TestLake {
        let test = try await TestLake()
        try await test.ingest("id,name\n1,Ada\n2,O'Hara\n", as: "people.csv")
        try await test.ingest("x,price\n1,2.5\n", as: "orders.csv")
        return test
    }

    @Test func toolsFindTablesAndTheirColumns() async throws {
        let test = try await Self.lake()
        let tables = try await test.rows(
            """
            SELECT table_catalog, table_schema, table_name, table_type FROM information_schema.tables
            WHERE table_schema LIKE 'prim%' AND table_name LIKE 'peo%'
            """,
            by: Self.reader
        )
        #expect(tables == [["lakehouse", "primary", "people", "BASE TABLE"].map(SQLValue.text)])
        let columns = try await test.rows(
            """
            SELECT column_name, ordinal_position, data_type, is_nullable, numeric_precision, numeric_scale
            FROM INFORMATION_SCHEMA."COLUMNS" c WHERE c.table_name = 'people' ORDER BY ordinal_position
            """
        )
        #expect(
            columns == [
                [.text("id"), .integer(1), .text("BIGINT"), .text("YES"), .integer(64), .integer(0)],
                [.text("name"), .integer(2), .text("VARCHAR"), .text("YES"), .null, .null],
            ]
        )
        let schemata = try await test.rows("SELECT schema_name FROM information_schema.schemata ORDER BY 1")
        #expect(schemata == [[.text("information_schema")], [.text("primary")], [.text("system")]])
        #expect(try await test.rows(#"SELECT count(*) FROM "primary"."people""#) == [[.integer(2)]])
    }

    @Test func tablesAreWhatTheyWereAtTheVersionThatIsRead() async throws {
        let test = try await Self.lake()
        _ = try await test.lake.dropDataset(named: "people", for: .local)
        let sql = "SELECT name, rows, files, version FROM system.tables"
        #expect(try await test.rows(sql) == [[.text("orders"), .integer(1), .integer(1), .integer(2)]])
        #expect(try await test.rows(sql, version: 1) == [[.text("people"), .integer(2), .integer(1), .integer(1)]])
        #expect(try await test.rows("SELECT count(*) FROM system.tables AT (VERSION => 2)") == [[.integer(2)]])
        let columns = try await test.rows(
            "SELECT type FROM system.columns WHERE table_name = 'orders' ORDER BY position"
        )
        #expect(columns == [[.text("BIGINT")], [.text("DOUBLE")]])
    }

    @Test func whatIsSaidAndFoundOfColumnsIsInSQL() async throws {
        let test = try await TestLake()
        try await test.ingest("id,mail\n1,ada@example.org\n2,grace@example.org\n", as: "people.csv")
        var patch = DatasetPatch()
        patch.owner = .set("hr")
        patch.columns["ID"] = DatasetPatch.Column(description: .set("The badge."), sensitivity: .set(.internal))
        _ = try await test.lake.describe(dataset: "people", patch, for: .local)
        let tables = try await test.rows("SELECT owner, sensitivity FROM system.tables")
        #expect(tables == [[.text("hr"), .text("personal")]])
        let columns = try await test.rows(
            "SELECT description, sensitivity, pii FROM system.columns WHERE table_name = 'people' ORDER BY position"
        )
        #expect(
            columns == [
                [.text("The badge."), .text("internal"), .null], [.null, .text("personal"), .text("email")],
            ]
        )
        let comments = try await test.rows(
            "SELECT column_comment FROM information_schema.columns WHERE table_name = 'people' ORDER BY ordinal_position"
        )
        #expect(comments == [[.text("The badge.")], [.null]])
    }

    @Test func aCallerFindsWhatTheyMayRead() async throws {
        let test = try await Self.lake()
        let journals = "SELECT count(*) FROM information_schema.tables WHERE table_name IN ('audit', 'journal')"
        #expect(try await test.rows(journals) == [[.integer(2)]])
        #expect(try await test.rows(journals, by: Self.reader) == [[.integer(0)]])
        let sql = "SELECT range AS n FROM range(1000000)"
        let held = try await test.lake.query(QueryRequest(sql: sql), for: .local)
        let running = "SELECT principal, sql FROM system.queries"
        #expect(try await test.rows(running) == [[.text("local"), .text(sql)]])
        #expect(try await test.rows(running, by: Self.reader) == [])
        await held.running.close()
        for name in ["information_schema.nope", "system.queries AT (VERSION => 1)", "system.tablez"] {
            let error = await #expect(throws: EngineError.self) { try await test.rows("FROM \(name)", by: Self.reader) }
            #expect(error?.code == "unknown_table")
        }
    }
}
