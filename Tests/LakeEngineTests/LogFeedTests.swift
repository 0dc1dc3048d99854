import LakeCatalog
import LakeCore
import LakeEngine
import Testing

@Suite(.timeLimit(.minutes(5))) struct LogFeedTests {
    @Test func everyCommitIsToldOfOnce() async throws {
        let test = try await TestLake()
        let ada = Principal(name: "ada", role: .admin)
        try await test.ingest("x\n1\n2\n", as: "t.csv", by: ada)
        try await test.ingest("x\n3\n", as: "t.csv", mode: .append)
        let key = try await test.lake.createKey(name: "ci", role: .reader, for: ada)
        _ = try await test.lake.dropDataset(named: "t", for: ada)
        let all = try await test.lake.log(since: 0, for: .local)
        #expect(all.version == 4)
        #expect(all.value.nextSince == 4)
        #expect(all.value.items.map(\.version) == [1, 2, 3, 4])
        let first = try #require(all.value.items.first?.transactions.first)
        #expect(first.actor == "ada" && first.reason == "ingest t.csv")
        #expect(first.changes.map(\.kind) == ["dataset_created", "files_added", "ingest_recorded"])
        #expect(first.changes.map(\.dataset?.name) == ["t", "t", "t"])
        #expect(first.changes[1].filesAdded == 1 && first.changes[1].rows == 2)
        let third = try #require(all.value.items[2].transactions.first?.changes.first)
        #expect(third.kind == "key_created" && third.key?.id == key.key.id)
        let page = try await test.lake.log(since: 1, limit: 2, for: .local)
        #expect(page.value.items.map(\.version) == [2, 3] && page.value.nextSince == 3)
        let none = try await test.lake.log(since: 9, for: .local)
        #expect(none.value.items.isEmpty && none.value.nextSince == 9)
    }

    @Test func whoWaitsIsToldWhenAnotherServerCommits() async throws {
        let test = try await TestLake()
        let other = try await TestLake(in: test.folder)
        async let page = test.lake.log(since: 0, patience: .seconds(60), for: .local)
        try await other.ingest("x\n1\n", as: "t.csv")
        #expect(try await page.value.items.map(\.version) == [1])
        let none = try await test.lake.log(since: 1, patience: .milliseconds(20), for: .local)
        #expect(none.value.items.isEmpty && none.version == 1)
    }

    @Test func whatCannotBeAskedIsRefused() async throws {
        let test = try await TestLake()
        await #expect(throws: EngineError.self) { try await test.lake.log(since: -1, for: .local) }
        await #expect(throws: EngineError.self) { try await test.lake.log(since: 0, limit: 1001, for: .local) }
        await #expect(throws: EngineError.self) {
            try await test.lake.log(since: 0, patience: .seconds(61), for: .local)
        }
    }
}
