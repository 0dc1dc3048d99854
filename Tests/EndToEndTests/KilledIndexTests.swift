import Foundation
import LakeClient
import LakeCore
import Testing

/// A server that dies before each change it would make to the disk, one after the other.
@Suite(.timeLimit(.minutes(15))) struct KilledIndexTests {
    @Test func anIndexIsBuiltWholeWhereverItsServerIsKilled() async throws {
        let place = try Workplace()
        let lines = (0..<36).map { "{\"body\": \"\(Self.sentences($0))\"}" }
        let notes = try place.file("notes.ndjson", lines.joined(separator: "\n"))
        let ingested = try await Program.run(["ingest", notes, "--lake", place.lake])
        #expect(ingested.status == 0, "\(ingested.errors)")
        let job = try await Self.declaredJob(place.lake)

        // Each death on a copy of the lake as it was when the job had just been declared.
        var deaths = 0
        for step in 1... {
            let lake = "\(place.path)/lake-\(step)"
            try FileManager.default.copyItem(atPath: place.lake, toPath: lake)
            let died = try await Self.dies(before: step, lake, job)
            try await Self.expectWholeIndex(lake, job, "killed before step \(step)")
            try FileManager.default.removeItem(atPath: lake)
            guard died else { break }
            deaths += 1
        }
        #expect(deaths > 40, "a job of several segments changes the disk more often than \(deaths) times")
    }

    /// Declares an index and leaves its job untouched.
    private static func declaredJob(_ lake: String) async throws -> String {
        // Who holds this lock runs the jobs; the server leaves them to us.
        let lock = open("\(lake)/_lake/jobs.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(lock) }
        try #require(lock >= 0 && flock(lock, LOCK_EX) == 0)
        let server = try await ServerProcess(lake: lake)
        let request = JSONValue.object([
            .init("name", "notes"), .init("dataset", "notes"), .init("text_columns", .array(["body"])),
            .init("chunk", .object([.init("size_tokens", 24), .init("overlap_tokens", 0)])),
        ])
        let job = try await server.client { try await $0.json(.post, "/vectors/index", request) }
        server.kill()
        return try #require(job["job_id"]?.string)
    }

    /// Runs a server that is killed before a step; false when it came to the job's end without making as many.
    private static func dies(before step: Int, _ lake: String, _ job: String) async throws -> Bool {
        let environment = ["LAKEHOUSE_FAULTS": "kill@\(step)"]
        let server: ServerProcess
        do {
            server = try await ServerProcess(lake: lake, environment: environment)
        } catch let failure as ServerProcess.StartFailure where failure.wasKilled {
            return true
        }
        while server.process.isRunning {
            if let state = try? await Self.job(job, server), state["state"]?.string == "succeeded" {
                server.kill()
                return false
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    private static func expectWholeIndex(_ lake: String, _ id: String, _ when: Comment) async throws {
        let server = try await ServerProcess(lake: lake)
        defer { server.kill() }
        var state = JSONValue.null
        for _ in 0..<1500 where state["state"]?.string != "succeeded" {
            state = try await job(id, server)
            try #require(state["state"]?.string != "failed", when)
            try await Task.sleep(for: .milliseconds(20))
        }
        let index = try await server.client { try await $0.json(.get, "/vectors/indexes/notes") }
        #expect(index["rows"]?.int == 36, when)
        #expect(index["chunks"] == state["chunks_done"], when)
        let report = try await server.client { try await $0.json(.post, "/catalog/verify", .object([])) }
        #expect(report["problems"]?.array?.isEmpty == true, when)
    }

    private static func job(_ id: String, _ server: ServerProcess) async throws -> JSONValue {
        try await server.client { try await $0.json(.get, "/vectors/jobs/\(id)") }
    }

    private static func sentences(_ note: Int) -> String {
        (0..<6).map { "Crane \(note) of pier \($0) was inspected on a Tuesday and both its brakes were replaced." }
            .joined(separator: " ")
    }
}
