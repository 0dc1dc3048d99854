import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct HotCacheTests {
    private func sum(_ test: TestLake, version: Int? = nil) async throws -> [SQLValue]? {
        try await test.rows("SELECT count(*), sum(id)::BIGINT FROM t", version: version).first
    }

    private func hits(_ test: TestLake) async throws -> Int? {
        try await test.lake.cacheStatistics(for: .local).items.first?.hits
    }

    @Test func aPinnedDatasetIsReadFromMemoryAndNeverStale() async throws {
        let test = try await TestLake()
        try await test.ingest("id,note\n1,a\n2,b\n3,\n", as: "t.csv")
        let pinned = try await test.lake.pin(dataset: "t", for: .local)
        #expect(pinned.rows == 3 && pinned.version == 1 && pinned.tables == 1)
        #expect(try await sum(test) == [.integer(3), .integer(6)])
        #expect(try await hits(test) == 1)
        // What is not in memory yet comes from its file.
        try await test.ingest("id,note\n4,d\n", as: "u.csv", dataset: "t", mode: .append)
        #expect(try await sum(test) == [.integer(4), .integer(10)])
        _ = try await test.lake.deleteRows(of: "t", where: "id = 1", for: .local)
        #expect(try await sum(test) == [.integer(3), .integer(9)])
        #expect(
            try await test.rows("SELECT id, note FROM t ORDER BY id") == [
                [.integer(2), .text("b")], [.integer(3), .null], [.integer(4), .text("d")],
            ]
        )
        #expect(try await sum(test, version: 1) == [.integer(3), .integer(6)])
        _ = try await test.lake.updateRows(of: "t", set: ["id": "id * 10"], where: "note = 'd'", for: .local)
        #expect(try await sum(test) == [.integer(3), .integer(45)])
        let again = try await test.lake.pin(dataset: "t", for: .local)
        #expect(again.rows == 3 && again.problem == nil)
        #expect(try await sum(test) == [.integer(3), .integer(45)])
    }

    @Test func aPinFollowsTheLogAndSurvivesARestart() async throws {
        let test = try await TestLake()
        try await test.ingest("id\n1\n2\n", as: "t.csv")
        _ = try await test.lake.pin(dataset: "t", for: .local)
        await test.lake.close()
        let again = try await TestLake(in: test.folder)
        let running = Task { try await again.lake.run() }
        func items() async throws -> [CachedDataset] { try await again.lake.cacheStatistics(for: .local).items }
        while try await items().first?.rows != 2 { await Task.yield() }
        try await again.ingest("id\n3\n", as: "u.csv", dataset: "t", mode: .append)
        while try await items().first?.rows != 3 { await Task.yield() }
        // An append adds to what is in memory.
        #expect(try await items().first?.tables == 2)
        #expect(try await sum(again) == [.integer(3), .integer(6)])
        _ = try await again.lake.dropDataset(named: "t", for: .local)
        while try await !items().isEmpty { await Task.yield() }
        running.cancel()
        _ = try? await running.value
    }

    @Test func whatIsEvictedIsReadFromItsFilesAgain() async throws {
        let test = try await TestLake()
        try await test.ingest("id\n1\n2\n", as: "t.csv")
        _ = try await test.lake.pin(dataset: "t", for: .local)
        _ = try await test.lake.evict(dataset: "t", for: .local)
        #expect(try await test.lake.cacheStatistics(for: .local).items.isEmpty)
        #expect(try await sum(test) == [.integer(2), .integer(3)])
        await #expect(throws: EngineError.self) { try await test.lake.pin(dataset: "none", for: .local) }
    }

    @Test func whatDoesNotFitIsSaidSoAndReadFromItsFiles() async throws {
        let test = try await TestLake { settings, _ in settings.hotMemoryBytes = 1 }
        try await test.ingest("id\n" + (0..<200_000).map(String.init).joined(separator: "\n") + "\n", as: "t.csv")
        let error = await #expect(throws: EngineError.self) { try await test.lake.pin(dataset: "t", for: .local) }
        #expect(error?.code == "cache_too_small")
        #expect(try await test.rows("SELECT count(*) FROM t") == [[.integer(200_000)]])
        #expect(try await test.lake.cacheStatistics(for: .local).usedBytes == 0)
    }
}
