import Foundation
import LakeClient
import LakeCore
import Testing

/// The whole path through the real program.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FileToAnswerTests {
    private static let people = """
        id,name,postcode,joined,salary
        1,"O'Neil, Siân",00731,2021-03-04,51000.50
        2,"Line
        break",10115,2020-12-31,
        3,李雷,007,2019-07-01,72000
        """

    /// Notes of several sentences each, enough of them that indexing takes a while.
    private static func notes(_ count: Int) -> String {
        let topics = [
            "The harbour crane was inspected on Tuesday and its brakes were replaced.",
            "Kubernetes clusters in production were upgraded without any downtime.",
            "The bakery orders forty kilograms of rye flour every Friday morning.",
            "Quarterly revenue rose by eleven percent, driven by subscriptions in Portugal.",
            "The telescope observed a comet passing close to the constellation Lyra.",
        ]
        return (0..<count).map { number in
            let sentences = (0..<8).map {
                topics[(number + $0 * $0) % topics.count] + " Note \(number) part \($0) ends here."
            }
            return "{\"note_id\": \"n-\(number)\", \"body\": \"\(sentences.joined(separator: " "))\"}"
        }.joined(separator: "\n") + "\n"
    }

    @Test func aFileBecomesATableThenAnswersWithCitationsThroughAKill() async throws {
        let place = try Workplace()
        let people = try place.file("people.csv", Self.people)
        let notes = try place.file("notes.ndjson", Self.notes(600))
        let server = try await ServerProcess(lake: place.lake)
        let environment = ["LAKEHOUSE_URL": server.url]

        let ingested = try await Program.run(["ingest", people, notes, "--json"], environment: environment)
        #expect(ingested.status == 0, "\(ingested.errors)")
        let again = try await Program.run(["ingest", people, "--json"], environment: environment)
        #expect(try JSONValue(parsing: again.output.utf8)["deduplicated"] == true)

        let sql = "SELECT name, postcode, joined + 1 AS next_day, salary FROM people ORDER BY id"
        let rows = try await server.client {
            try await $0.json(.post, "/query/sql", .object([.init("sql", .string(sql))]))
        }
        #expect(rows["rows"]?.array?.count == 3)
        #expect(rows["rows"]?.array?.last?.array?.map(\.display).prefix(2) == ["李雷", "007"])

        let request = JSONValue.object([
            .init("name", "notes"), .init("dataset", "notes"), .init("text_columns", .array(["body"])),
            .init("id_column", "note_id"),
        ])
        let job = try await server.client { try await $0.json(.post, "/vectors/index", request) }
        let id = try #require(job["job_id"]?.string)
        let before = try await rowsDone(of: id, server) { $0 > 0 }
        #expect(before < 600, "the kill has to come in the middle")
        server.kill()
        let segments = Self.segments(place.lake, job: id)
        #expect(!segments.isEmpty)

        let second = try await ServerProcess(lake: place.lake)
        // What was embedded before the kill is still the same file: it was not made again.
        _ = try await rowsDone(of: id, second) { $0 >= before }
        for (name, stamp) in Self.segments(place.lake, job: id) where segments[name] != nil {
            #expect(segments[name] == stamp, "segment \(name) was written twice")
        }
        let done = try await finished(id, second)
        #expect(done["state"]?.string == "succeeded")
        #expect(done["attempts"]?.int == 2)
        #expect(done["rows_done"]?.int == 600)

        let search = JSONValue.object([
            .init("index", "notes"), .init("query", "container orchestration upgrade"), .init("k", 3),
        ])
        let hits = try await second.client { try await $0.json(.post, "/vectors/search", search) }
        let first = try #require(hits["results"]?.array?.first)
        #expect(first["row"]?["note_id"] == first["id"])
        #expect(first["text"]?.string?.contains("Kubernetes") == true)

        let ask = ["ask", "Who was upgraded without downtime?", "--json"]
        let answer = try await Program.run(ask, environment: ["LAKEHOUSE_URL": second.url])
        let answered = try JSONValue(parsing: answer.output.utf8)
        #expect(answered["found"] == true)
        #expect(answered["generated"] == false)
        let citation = try #require(answered["citations"]?.array?.first)
        #expect(citation["text"]?.string?.contains("Kubernetes clusters in production") == true)
        let unknown = ["ask", "What is the boiling point of tungsten?", "--json"]
        let refused = try await Program.run(unknown, environment: ["LAKEHOUSE_URL": second.url])
        #expect(try JSONValue(parsing: refused.output.utf8)["found"] == false)
        #expect(refused.status == 2)

        let verified = try await Program.run(["verify"], environment: ["LAKEHOUSE_URL": second.url])
        #expect(verified.status == 0, "\(verified.output)")
        #expect(second.stop() == 0)
    }

    @Test func anIndexIsBuiltWholeHoweverOftenItsServerIsKilled() async throws {
        let place = try Workplace()
        let notes = try place.file("notes.ndjson", Self.notes(200))
        let ingested = try await Program.run(["ingest", notes, "--lake", place.lake])
        #expect(ingested.status == 0, "\(ingested.errors)")
        var id: String?
        // From before the first checkpoint to after the last commit; where exactly differs from run to run, what holds must not.
        for milliseconds in [0, 40, 150, 300, 600, 1000, 1500] {
            let server = try await ServerProcess(lake: place.lake)
            if id == nil {
                let request = JSONValue.object([
                    .init("name", "notes"), .init("dataset", "notes"), .init("text_columns", .array(["body"])),
                ])
                id = try await server.client { try await $0.json(.post, "/vectors/index", request) }["job_id"]?.string
            }
            try await Task.sleep(for: .milliseconds(milliseconds))
            server.kill()
        }
        let last = try await ServerProcess(lake: place.lake)
        let done = try await finished(try #require(id), last)
        #expect(done["state"]?.string == "succeeded", "\(done.compact)")
        let index = try await last.client { try await $0.json(.get, "/vectors/indexes/notes") }
        #expect(index["rows"]?.int == 200)
        #expect(index["chunks"] == done["chunks_done"])
        let verified = try await Program.run(["verify", "--json"], environment: ["LAKEHOUSE_URL": last.url])
        #expect(verified.status == 0, "\(verified.output)")
        #expect(try JSONValue(parsing: verified.output.utf8)["unreferenced"] == 0)
        #expect(last.stop() == 0)
    }

    @Test func commandsOpenAFolderWithoutAServer() async throws {
        let place = try Workplace()
        let people = try place.file("people.csv", Self.people)
        let ingested = try await Program.run(["ingest", people, "--lake", place.lake])
        #expect(ingested.status == 0, "\(ingested.errors)")
        let counted = try await Program.run([
            "sql", "SELECT count(*) AS n FROM people", "--lake", place.lake, "--format", "csv",
        ])
        #expect(counted.output == "n\r\n3\r\n" || counted.output == "n\n3\n", "\(counted.output)\(counted.errors)")
        let wrong = try await Program.run(["sql", "SELECT * FROM peeple", "--lake", place.lake])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("people"), "the nearest name is offered: \(wrong.errors)")
    }

    @Test func withoutAServerTheProgramSaysSo() async throws {
        let outcome = try await Program.run(["datasets"], environment: ["LAKEHOUSE_URL": "http://127.0.0.1:1"])
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("lakehouse serve"))
    }

    @Test func keysTurnAuthenticationOn() async throws {
        let place = try Workplace()
        let created = try await Program.run(["keys", "create", "ada", "--role", "reader", "--lake", place.lake])
        #expect(created.status == 0, "\(created.errors)")
        let secret = created.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let server = try await ServerProcess(lake: place.lake)
        let bare = try await Program.run(["datasets"], environment: ["LAKEHOUSE_URL": server.url])
        #expect(bare.status == 77)
        let environment = ["LAKEHOUSE_URL": server.url, "LAKEHOUSE_API_KEY": secret]
        #expect(try await Program.run(["datasets"], environment: environment).status == 0)
        let file = try place.file("a.csv", "x\n1\n")
        let refused = try await Program.run(["ingest", file], environment: environment)
        #expect(refused.status == 77)
        #expect(refused.errors.contains("writer"))
        #expect(server.stop() == 0)
    }

    private func rowsDone(of id: String, _ server: ServerProcess, until isEnough: (Int) -> Bool) async throws -> Int {
        for _ in 0..<2000 {
            let job = try await server.client { try await $0.json(.get, "/vectors/jobs/\(id)") }
            let rows = job["rows_done"]?.int ?? 0
            if isEnough(rows) || job["state"]?.string == "failed" { return rows }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the job did not get far enough")
        return 0
    }

    private func finished(_ id: String, _ server: ServerProcess) async throws -> JSONValue {
        for _ in 0..<3000 {
            let job = try await server.client { try await $0.json(.get, "/vectors/jobs/\(id)") }
            if ["succeeded", "failed", "cancelled"].contains(job["state"]?.string ?? "") { return job }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the job did not end")
        return .null
    }

    /// The job's checkpoints: names with inode and time of change.
    private static func segments(_ lake: String, job: String) -> [String: String] {
        let folder = "\(lake)/jobs/\(job)/segments"
        var found: [String: String] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            guard let inode = attributes?[.systemFileNumber], let date = attributes?[.modificationDate] else {
                continue
            }
            found[name] = "\(inode) \(date)"
        }
        return found
    }
}
