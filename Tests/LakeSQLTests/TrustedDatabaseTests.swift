import LakeCore
import LakeSQL
import LakeTesting
import Testing

/// The instance for ingest and maintenance.
@Suite struct TrustedDatabaseTests {
    private func database(_ folder: TemporaryFolder) async throws -> TrustedDatabase {
        var settings = TrustedSettings(temporaryFolder: folder.path("spill"))
        settings.memoryBytes = 128 << 20
        return try await TrustedDatabase(settings: settings)
    }

    @Test func statementsReadAndWriteFiles() async throws {
        let folder = try TemporaryFolder()
        let session = try await database(folder).session()
        let file = SQLText.quoteLiteral(folder.path("it's.parquet"))
        try await session.execute(
            "CREATE TABLE t AS SELECT range AS n FROM range(10); COPY t TO \(file) (FORMAT parquet)"
        )
        #expect(try await session.rows("SELECT sum(n) FROM read_parquet(\(file))") == [[.bigInteger("45")]])
        await session.close()
        let error = await #expect(throws: SQLError.self) { try await session.rows("SELECT 1") }
        #expect(error?.kind == .unavailable)
    }

    @Test func sessionsSeeEachOthersTablesButNotTemporaryOnes() async throws {
        let folder = try TemporaryFolder()
        let database = try await database(folder)
        let first = try await database.session()
        let second = try await database.session()
        try await first.execute("CREATE TABLE shared AS SELECT 1 AS x; CREATE TEMP TABLE own AS SELECT 2 AS x")
        #expect(try await second.rows("FROM shared") == [[.integer(1)]])
        await #expect(throws: SQLError.self) { try await second.rows("FROM own") }
    }

    @Test func errorsKeepTheEnginesWordsForTheLog() async throws {
        let folder = try TemporaryFolder()
        let session = try await database(folder).session()
        let error = await #expect(throws: SQLError.self) { try await session.rows("SELECT 'secret'::INTEGER") }
        guard case .statement(let failure) = error else {
            Issue.record("not a statement's failure")
            return
        }
        #expect(failure.rawMessage.contains("secret") && !failure.message.contains("secret"))
        #expect(failure.kind == .invalid && failure.position?.column == 16)
        let missing = await #expect(throws: SQLError.self) {
            try await session.rows("FROM read_csv('/no/such/file.csv')")
        }
        #expect(missing?.kind == .unavailable && missing?.detail.contains("/no/") == false)
    }

    @Test func cancellingTheTaskInterruptsAStatement() async throws {
        let folder = try TemporaryFolder()
        let database = try await database(folder)
        let session = try await database.session()
        let other = try await database.session()
        let endless = "SELECT count(*) FROM range(100000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1"
        let outcome = await withTaskGroup(of: SQLError?.self) { group in
            group.addTask {
                do {
                    try await session.execute("CREATE TABLE x AS \(endless)")
                    return nil
                } catch { return error as? SQLError }
            }
            // Gives the statement the time of another one to begin.
            _ = try? await other.rows("SELECT count(*) FROM range(1000000)")
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome == .cancelled)
        #expect(try await session.rows("SELECT 1") == [[.integer(1)]])
    }

    @Test func batchesStreamAndEndWithTheNextStatement() async throws {
        let folder = try TemporaryFolder()
        let session = try await database(folder).session()
        let query = try await session.batches(
            "SELECT range FROM range($n)",
            parameters: .named(["n": .integer(10_000)])
        )
        #expect(query.columns == [ResultColumn(name: "range", type: "BIGINT")])
        #expect(try await query.next()?.rowCount == 2048)
        #expect(try await session.rows("SELECT 1") == [[.integer(1)]])
        #expect(try await query.next() == nil)
    }
}
