import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct QueryTests {
    @Test func everyTableOfAQueryIsReadAtOneVersion() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "a.csv")
        let pinned = try await test.lake.query(QueryRequest(sql: "SELECT count(*) FROM a"), for: .local)
        try await test.ingest("x\n2\n", as: "a.csv", mode: .append)
        #expect(pinned.version == 1)
        #expect(try await pinned.running.next()?.row(0) == [.integer(1)])
        #expect(try await test.rows("SELECT count(*) FROM a") == [[.integer(2)]])
    }

    @Test func tablesAreReadAsTheyWereAtATime() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "a.csv")
        let times = try await test.lake.log(since: 0, for: .local).value.items.map(\.at)
        // A time in whole milliseconds has to pass, for the two commits to have different ones.
        while WallClock.now() <= times[0] { await Task.yield() }
        try await test.ingest("x\n2\n", as: "a.csv", mode: .append)
        try await test.ingest("x\n3\n", as: "b.csv")
        let first = "AT (TIMESTAMP => '\(times[0])')"
        #expect(try await test.rows("SELECT count(*) FROM a \(first)") == [[.integer(1)]])
        #expect(try await test.rows("SELECT count(*) FROM a AT (TIMESTAMP => '2999-01-01')") == [[.integer(2)]])
        #expect(
            try await test.rows(
                "SELECT (SELECT count(*) FROM a \(first)), (SELECT count(*) FROM a), (SELECT count(*) FROM b)"
            )
                == [[.integer(1), .integer(2), .integer(1)]]
        )
        await #expect(throws: EngineError.self) { try await test.rows("SELECT * FROM b \(first)") }
        await #expect(throws: (any Error).self) {
            try await test.rows("SELECT * FROM a AT (TIMESTAMP => '2000-01-01')")
        }
        // The version in the request is the newest there is, whatever the time.
        #expect(
            try await test.rows("SELECT count(*) FROM a AT (TIMESTAMP => '2999-01-01')", version: 1) == [[.integer(1)]]
        )
    }

    @Test func anUnknownTableIsNamedWithTheNearest() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "candidates.csv")
        let error = await #expect(throws: EngineError.self) { try await test.rows("SELECT * FROM candidate") }
        #expect(error?.detail.contains("'candidates'") == true)
        #expect(error?.kind == .invalid)
    }

    @Test func aDroppedDatasetIsGoneButOlderVersionsHaveIt() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "a.csv")
        #expect(try await test.lake.dropDataset(named: "a", for: .local) == 2)
        await #expect(throws: EngineError.self) { try await test.rows("SELECT * FROM a") }
        #expect(try await test.rows("SELECT * FROM a", version: 1) == [[.integer(1)]])
        await #expect(throws: EngineError.self) { try await test.lake.dataset(named: "a", for: .local) }
    }

    @Test func aRunningQueryIsListedAndCanBeCancelled() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n" + (0..<2000).map(String.init).joined(separator: "\n"), as: "a.csv")
        let sql = "SELECT sum(a.x * b.x * c.x) FROM a, a AS b, a AS c"
        let query = Task { try await test.rows(sql) }
        var running: [QueryStatus] = []
        while running.isEmpty {
            await Task.yield()
            running = try await test.lake.runningQueries(for: .local)
        }
        #expect(running.map(\.sql) == [sql])
        let other = Principal(name: "eve", role: .reader)
        #expect(try await test.lake.runningQueries(for: other).isEmpty)
        await #expect(throws: EngineError.self) { try await test.lake.cancelQuery(id: running[0].queryID, for: other) }
        try await test.lake.cancelQuery(id: running[0].queryID, for: .local)
        await #expect(throws: SQLError.cancelled) { try await query.value }
        #expect(try await test.lake.runningQueries(for: .local).isEmpty)
    }

    @Test func filesOfTheLakeCannotBeNamed() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "a.csv")
        let file = try #require(test.objects("datasets").first)
        for sql in [
            "SELECT * FROM '\(test.folder.path("lake/datasets/" + file))'",
            "SELECT * FROM read_parquet('\(test.folder.path("lake/datasets/" + file))')",
            "SELECT * FROM glob('/etc/*')", "COPY a TO '/tmp/x.csv'", "SET threads = 1", "ATTACH '/tmp/x.db'",
            "SELECT 1; SELECT 2",
        ] {
            await #expect(throws: SQLError.self, "\(sql)") { try await test.rows(sql) }
        }
    }
}
