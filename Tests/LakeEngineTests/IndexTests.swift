import Foundation
import LakeCatalog
import LakeCore
import LakeEngine
import LakeTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct IndexTests {
    private static func notes(_ count: Int) -> String {
        let topics = [
            "The harbour crane was inspected and its brakes were replaced.",
            "Kubernetes clusters in production were upgraded without downtime.",
            "The bakery orders forty kilograms of rye flour every Friday.",
        ]
        return (0..<count).map { #"{"id": "n\#($0)", "body": "\#(topics[$0 % 3]) Entry \#($0)."}"# }.joined(
            separator: "\n"
        )
    }

    private func indexed(_ test: TestLake, rows: Int) async throws -> JobStatus {
        try await test.ingest(Self.notes(rows), as: "notes.ndjson")
        let request = IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"], idColumn: "id")
        return try await test.finish(try await test.lake.createIndex(request, for: .local))
    }

    @Test func anIndexFindsRowsByMeaningAndAnswersWithCitations() async throws {
        let test = try await TestLake()
        let job = try await indexed(test, rows: 30)
        #expect(job.state == .succeeded)
        #expect(job.rowsDone == 30)
        #expect(job.attempts == 1)
        let found = try await test.lake.search(
            .init(index: "notes", query: "container orchestration", k: 5),
            for: .local
        )
        #expect(found.results.count == 5)
        #expect(found.results.allSatisfy { $0.text.contains("Kubernetes") })
        #expect(found.results.allSatisfy { result in result.row.contains { $0 == ("id", .text(result.id)) } })
        #expect(!found.stale)
        let answer = try await test.lake.ask(.init(question: "What does the bakery order?"), for: .local)
        #expect(answer.found)
        #expect(answer.citations.first?.text.contains("rye flour") == true)
        #expect(answer.answer.contains("[1]"))
        let nothing = try await test.lake.ask(
            .init(question: "Who won the chess world championship in 1972?"),
            for: .local
        )
        #expect(!nothing.found)
        // Nothing of the work is left behind.
        #expect(test.objects("jobs").count == 1)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func anIndexTellsThatItsDatasetHasMovedOn() async throws {
        let test = try await TestLake()
        _ = try await indexed(test, rows: 6)
        try await test.ingest(
            #"{"id": "new", "body": "A comet passed near Lyra."}"#,
            as: "more.ndjson",
            dataset: "notes",
            mode: .append
        )
        let stale = try await test.lake.index(named: "notes", for: .local).value
        #expect(stale.stale)
        #expect(stale.lagRows == 1)
        let jobs = try await test.lake.refresh(dataset: "notes", for: .local)
        #expect(jobs.count == 1)
        #expect(try await test.finish(jobs[0]).state == .succeeded)
        let fresh = try await test.lake.index(named: "notes", for: .local).value
        #expect(!fresh.stale)
        #expect(fresh.generation == 2)
        let found = try await test.lake.search(.init(index: "notes", query: "comet", k: 1), for: .local)
        #expect(found.results.first?.id == "new")
        #expect(try await test.lake.refresh(dataset: "notes", for: .local).isEmpty)
    }

    @Test func aStoppedJobGoesOnInTheNextProcessWithoutEmbeddingAgain() async throws {
        let test = try await TestLake()
        try await test.ingest(Self.notes(900), as: "notes.ndjson")
        let request = IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"], idColumn: "id")
        let job = try await test.lake.createIndex(request, for: .local)
        let runner = Task { try await test.lake.run() }
        for await status in try await test.lake.jobEvents(id: job.id, for: .local) where status.rowsDone > 0 { break }
        runner.cancel()
        _ = try? await runner.value
        let before = try await test.lake.job(id: job.id, for: .local)
        #expect(before.state == .running)
        #expect((1..<900).contains(before.rowsDone))
        let kept = test.objects("jobs/\(job.id)/segments").sorted()
        #expect(!kept.isEmpty)

        let next = try await TestLake(in: test.folder)
        let done = try await next.finish(job)
        #expect(done.state == .succeeded)
        #expect(done.attempts == 2)
        #expect(done.chunksDone == 900)
        let manifest = try await next.lake.index(named: "notes", for: .local).value
        #expect(manifest.chunks == 900)
        let sound = try await next.lake.verify(for: .local)
        #expect(sound.problems.isEmpty)
    }

    @Test func aTornCheckpointIsNotTrusted() async throws {
        let test = try await TestLake()
        try await test.ingest(Self.notes(600), as: "notes.ndjson")
        let request = IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"], idColumn: "id")
        let job = try await test.lake.createIndex(request, for: .local)
        let runner = Task { try await test.lake.run() }
        for await status in try await test.lake.jobEvents(id: job.id, for: .local) where status.rowsDone > 0 { break }
        runner.cancel()
        _ = try? await runner.value
        let last = try #require(test.objects("jobs/\(job.id)/segments").max())
        let path = test.folder.path("lake/jobs/\(job.id)/segments/\(last)")
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
        let done = try await test.finish(job)
        #expect(done.state == .succeeded)
        #expect(try await test.lake.index(named: "notes", for: .local).value.chunks == 600)
    }

    @Test func aCancelledJobStopsAndCanBeResumed() async throws {
        let test = try await TestLake()
        try await test.ingest(Self.notes(900), as: "notes.ndjson")
        let request = IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"])
        let job = try await test.lake.createIndex(request, for: .local)
        let runner = Task { try await test.lake.run() }
        for await status in try await test.lake.jobEvents(id: job.id, for: .local) where status.rowsDone > 0 { break }
        #expect(try await test.lake.cancelJob(id: job.id, for: .local).state == .cancelled)
        await #expect(throws: EngineError.self) { try await test.lake.cancelJob(id: job.id, for: .local) }
        await #expect(throws: EngineError.indexNotReady(name: "notes")) {
            try await test.lake.search(.init(index: "notes", query: "flour"), for: .local)
        }
        #expect(try await test.lake.resumeJob(id: job.id, for: .local).state == .queued)
        var last = job
        for await status in try await test.lake.jobEvents(id: job.id, for: .local) { last = status }
        runner.cancel()
        _ = try? await runner.value
        #expect(last.state == .succeeded)
    }

    @Test func whatCannotBeIndexedIsRefusedByName() async throws {
        let test = try await TestLake()
        try await test.ingest("id,body\n1,text\n", as: "t.csv")
        let refused: [(IndexRequest, String)] = [
            (IndexRequest(name: "No Name", dataset: "t", textColumns: ["body"]), "name"),
            (IndexRequest(name: "i", dataset: "t", textColumns: []), "text_columns"),
            (IndexRequest(name: "i", dataset: "t", textColumns: ["id"]), "BIGINT"),
            (IndexRequest(name: "i", dataset: "t", textColumns: ["bod"]), "body"),
            (IndexRequest(name: "i", dataset: "t", textColumns: ["body"], idColumn: "key"), "id_column"),
            (IndexRequest(name: "i", dataset: "u", textColumns: ["body"]), "dataset"),
            (IndexRequest(name: "i", dataset: "t", textColumns: ["body"], model: "other"), "all-MiniLM-L6-v2"),
            (
                IndexRequest(
                    name: "i",
                    dataset: "t",
                    textColumns: ["body"],
                    chunk: .init(sizeTokens: 5, overlapTokens: 0)
                ),
                "chunk"
            ),
        ]
        for (request, word) in refused {
            let error = await #expect(throws: (any Error).self) {
                try await test.lake.createIndex(request, for: .local)
            }
            let detail = (error as? any LakeFailure)?.detail ?? ""
            #expect(detail.contains(word), "\(detail)")
        }
        #expect(test.objects("jobs").isEmpty)
    }

    @Test func anIndexOverNothingAnswersNothing() async throws {
        let test = try await TestLake()
        try await test.ingest("id,body\n", as: "t.csv")
        let job = try await test.lake.createIndex(
            IndexRequest(name: "i", dataset: "t", textColumns: ["body"]),
            for: .local
        )
        #expect(try await test.finish(job).state == .succeeded)
        #expect(try await test.lake.search(.init(index: "i", query: "x"), for: .local).results.isEmpty)
        #expect(try await test.lake.ask(.init(question: "What is in here?"), for: .local).found == false)
    }

    @Test func aDamagedDataFileIsFoundByVerify() async throws {
        let test = try await TestLake()
        try await test.ingest("x\n1\n", as: "t.csv")
        let file = try #require(test.objects("datasets").first)
        try Data("not parquet".utf8).write(to: URL(filePath: test.folder.path("lake/datasets/" + file)))
        let report = try await test.lake.verify(for: .local)
        #expect(report.problems.count == 1)
        #expect(report.problems.first?.object?.contains("datasets/") == true)
    }
}
