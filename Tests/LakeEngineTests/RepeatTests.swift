import LakeCatalog
import LakeCore
import LakeEngine
import Logging
import Testing

/// Writes that are sent again with the same key.
@Suite(.timeLimit(.minutes(5))) struct RepeatTests {
    private func key(_ text: String = "key-1") throws -> RequestKey { try #require(RequestKey(text)) }

    @Test func anIngestSentAgainGetsTheFirstAnswer() async throws {
        let test = try await TestLake()
        let first = try await Lakehouse.withRequestKey(key()) { try await test.ingest("x\n1\n", as: "t.csv") }
        let again = try await Lakehouse.withRequestKey(key()) { try await test.ingest("x\n1\n", as: "t.csv") }
        // Not the answer to a duplicate: the very first one.
        #expect(again == first && !again.deduplicated && again.version == 1)
        #expect(try await test.lake.version() == 1)
        #expect(test.objects("datasets").count == 1)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func whatWasAppendedOnceIsNotAppendedAgainAfterAReplace() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "t.csv")
        let first = try await Lakehouse.withRequestKey(key()) {
            try await test.ingest("x\n2\n", as: "t.csv", mode: .append)
        }
        try await test.ingest("x\n3\n", as: "t.csv", mode: .replace)
        let again = try await Lakehouse.withRequestKey(key()) {
            try await test.ingest("x\n2\n", as: "t.csv", mode: .append)
        }
        #expect(again == first)
        #expect(try await test.rows("SELECT x FROM t") == [[.integer(3)]])
    }

    @Test func theAnswerOutlivesTheServer() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "t.csv")
        let dropped = try await Lakehouse.withRequestKey(key()) {
            try await test.lake.dropDataset(named: "t", for: .local)
        }
        #expect(dropped == 2)
        // Another server sees it at once, and so does one that starts from a checkpoint.
        let other = try await TestLake(in: test.folder)
        let elsewhere = try await Lakehouse.withRequestKey(key()) {
            try await other.lake.dropDataset(named: "t", for: .local)
        }
        #expect(elsewhere == 2)
        await test.lake.close()
        let restarted = try await TestLake(in: test.folder)
        let later = try await Lakehouse.withRequestKey(key()) {
            try await restarted.lake.dropDataset(named: "t", for: .local)
        }
        #expect(later == 2)
        #expect(try await restarted.lake.version() == 2)
    }

    @Test func anotherRequestWithTheKeyIsRefused() async throws {
        let test = try await TestLake()
        try await Lakehouse.withRequestKey(key()) { _ = try await test.ingest("x\n1\n", as: "t.csv") }
        let error = EngineError.requestKeyReused(key: "key-1")
        await #expect(throws: error) {
            try await Lakehouse.withRequestKey(key()) { try await test.ingest("x\n2\n", as: "t.csv") }
        }
        await #expect(throws: error) {
            try await Lakehouse.withRequestKey(key()) { try await test.lake.dropDataset(named: "t", for: .local) }
        }
        #expect(error.detail.contains("key-1"))
        // The same key of somebody else is another.
        let ada = Principal(name: "ada", role: .writer)
        _ = try await Lakehouse.withRequestKey(key()) { try await test.ingest("x\n2\n", as: "u.csv", by: ada) }
        #expect(try await test.lake.version() == 2)
    }

    @Test func aRequestThatFailedIsTriedAgain() async throws {
        let test = try await TestLake()
        await #expect(throws: EngineError.self) {
            try await Lakehouse.withRequestKey(key()) { try await test.lake.dropDataset(named: "t", for: .local) }
        }
        try await test.ingest("x\n1\n", as: "t.csv")
        let dropped = try await Lakehouse.withRequestKey(key()) {
            try await test.lake.dropDataset(named: "t", for: .local)
        }
        #expect(dropped == 2)
    }

    @Test func ofManyAtOnceOneIsCarriedOutAndAllGetItsAnswer() async throws {
        let tests = [try await TestLake()]
        let other = try await TestLake(in: tests[0].folder)
        let lakes = [tests[0], other]
        let requestKey = try key()
        let versions = try await withThrowingTaskGroup(of: IngestResult.self) { group in
            for number in 0..<6 {
                group.addTask {
                    try await Lakehouse.withRequestKey(requestKey) {
                        try await lakes[number % 2].ingest("x\n1\n2\n", as: "t.csv", mode: .append)
                    }
                }
            }
            return try await group.reduce(into: [IngestResult]()) { $0.append($1) }
        }
        #expect(versions.allSatisfy { $0 == versions[0] && !$0.deduplicated })
        #expect(try await other.rows("SELECT count(*) FROM t") == [[.integer(2)]])
        #expect(other.objects("datasets").count == 1)
    }

    @Test func aKeyIsMadeOnceAndItsSecretIsNotKept() async throws {
        let test = try await TestLake()
        let made = try await Lakehouse.withRequestKey(key()) {
            try await test.lake.createKey(name: "ci", role: .reader, for: .local)
        }
        await #expect(throws: EngineError.secretNotKept(id: made.key.id)) {
            try await Lakehouse.withRequestKey(key()) {
                try await test.lake.createKey(name: "ci", role: .reader, for: .local)
            }
        }
        #expect(try await test.lake.keys(for: .local).count == 1)
    }

    @Test(arguments: ["", "a b", "é", "a\n", String(repeating: "k", count: 256)])
    func whatIsNoKeyIsRefused(text: String) {
        #expect(RequestKey(text) == nil)
    }
}
