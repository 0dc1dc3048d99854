import LakeCatalog
import LakeCore
import LakeEngine
import LakeIngest
import Logging
import Testing

@Suite(.timeLimit(.minutes(5))) struct IngestionTests {
    @Test func aFileBecomesATableInOneCommit() async throws {
        let test = try await TestLake()
        let result = try await test.ingest("id,name\n1,Ada\n2,Grace\n", as: "People 2024.csv")
        #expect(result.dataset == "people_2024")
        #expect(result.version == 1)
        #expect(result.rows == 2)
        #expect(result.columns.map(\.type) == ["BIGINT", "VARCHAR"])
        #expect(try await test.rows("SELECT name FROM people_2024 ORDER BY id") == [[.text("Ada")], [.text("Grace")]])
    }

    @Test func theSameBytesGetTheFirstResultAgain() async throws {
        let test = try await TestLake()
        let first = try await test.ingest("x\n1\n", as: "a.csv")
        var again = try await test.ingest("x\n1\n", as: "another-name.csv")
        #expect(again.deduplicated)
        again.deduplicated = false
        again.notes = first.notes
        #expect(again == first)
        #expect(try await test.lake.version() == 1)
        #expect(test.objects("datasets").count == 1)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func theSameBytesForAnotherDatasetAreIngested() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "a.csv")
        let other = try await test.ingest("x\n1\n", as: "a.csv", dataset: "b")
        #expect(!other.deduplicated)
        #expect(try await test.rows("SELECT count(*) FROM a, b") == [[.integer(1)]])
    }

    @Test func aTakenNameIsRefusedAndNothingStays() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "a.csv")
        await #expect(throws: EngineError.nameTaken(kind: "dataset", name: "a")) {
            try await test.ingest("x\n2\n", as: "a.csv")
        }
        #expect(test.objects("datasets").count == 1)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func appendAddsRowsAndReplaceExchangesThem() async throws {
        let test = try await TestLake()
        try await test.ingest("x,y\n1,a\n", as: "t.csv", mode: .append)
        let appended = try await test.ingest("y,x\nb,2\n", as: "t.csv", mode: .append)
        #expect(appended.version == 2)
        #expect(
            try await test.rows("SELECT x, y FROM t ORDER BY x") == [
                [.integer(1), .text("a")], [.integer(2), .text("b")],
            ]
        )
        try await test.ingest("z\n9\n", as: "t.csv", mode: .replace)
        #expect(try await test.rows("SELECT * FROM t") == [[.integer(9)]])
        #expect(try await test.rows("SELECT count(*) FROM t", version: 2) == [[.integer(2)]])
        // The first content again is not a duplicate: its rows are gone.
        let back = try await test.ingest("x,y\n1,a\n", as: "t.csv", mode: .replace)
        #expect(!back.deduplicated)
    }

    @Test func appendRefusesColumnsThatDoNotFit() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "t.csv")
        await #expect(throws: IngestError.self) { try await test.ingest("x\nabc\n", as: "t.csv", mode: .append) }
        await #expect(throws: IngestError.self) { try await test.ingest("w\n1\n", as: "t.csv", mode: .append) }
        #expect(try await test.rows("SELECT count(*) FROM t") == [[.integer(1)]])
    }

    @Test func ofManyWhoSendTheSameFileAtOnceOneIngestsIt() async throws {
        let test = try await TestLake()
        let results = try await withThrowingTaskGroup(of: IngestResult.self) { group in
            for _ in 0..<6 { group.addTask { try await test.ingest("x\n1\n2\n", as: "t.csv") } }
            return try await group.reduce(into: [IngestResult]()) { $0.append($1) }
        }
        #expect(results.count { !$0.deduplicated } == 1)
        #expect(try await test.rows("SELECT count(*) FROM t") == [[.integer(2)]])
    }

    @Test func ofManyWhoAppendTheSameFileAtOnceOneAddsIt() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n0\n", as: "t.csv")
        let results = try await withThrowingTaskGroup(of: IngestResult.self) { group in
            for _ in 0..<6 { group.addTask { try await test.ingest("x\n1\n2\n", as: "t.csv", mode: .append) } }
            return try await group.reduce(into: [IngestResult]()) { $0.append($1) }
        }
        #expect(results.count { !$0.deduplicated } == 1)
        #expect(try await test.rows("SELECT count(*) FROM t") == [[.integer(3)]])
    }

    @Test func aReaderMayNotIngest() async throws {
        let test = try await TestLake()
        let reader = Principal(name: "eve", role: .reader)
        await #expect(throws: EngineError.notAllowed(action: "ingest", needs: .writer)) {
            try await test.ingest("x\n1\n", as: "t.csv", by: reader)
        }
    }

    @Test func aFileOverTheLimitIsRefused() async throws {
        let test = try await TestLake()
        var settings = TestLake.settings(test.folder)
        settings.maxUploadBytes = 10
        let lake = try await Lakehouse.open(settings, logger: .init(label: "test"))
        let upload = try await lake.beginUpload(for: .local)
        await #expect(throws: EngineError.uploadTooLarge(limit: 10)) {
            try await upload.write(Array("0123456789ab".utf8))
        }
        #expect(test.objects("staging").isEmpty)
    }

    @Test func whatWasIngestedIsThereAfterOpeningAgain() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "t.csv")
        await test.lake.close()
        let again = try await TestLake(in: test.folder)
        #expect(try await again.rows("SELECT x FROM t") == [[.integer(1)]])
        #expect(try await again.ingest("x\n1\n", as: "t.csv").deduplicated)
    }

    @Test func anIllegalDatasetNameIsRefusedWithOneThatWouldDo() async throws {
        let test = try await TestLake()
        let error = await #expect(throws: EngineError.self) {
            try await test.ingest("x\n1\n", as: "t.csv", dataset: "My Table")
        }
        #expect(error?.detail.contains("my_table") == true)
    }
}
