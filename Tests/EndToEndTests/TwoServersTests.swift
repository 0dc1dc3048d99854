import Foundation
import LakeClient
import LakeCore
import Testing

/// Two real servers on one folder.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TwoServersTests {
    private func append(_ row: String, _ server: ServerProcess) async throws -> Int {
        try await server.client { client in
            let piece = AsyncStream<[UInt8]> { stream in
                stream.yield(Array("x\n\(row)\n".utf8))
                stream.finish()
            }
            let path = "/ingest/file?dataset=t&mode=append&name=t.csv"
            return try await client.upload(.post, path, length: nil, piece)["version"]?.int ?? 0
        }
    }

    private func rows(_ sql: String, _ server: ServerProcess) async throws -> [JSONValue] {
        let answer = try await server.client {
            try await $0.json(.post, "/query/sql", .object([.init("sql", .string(sql))]))
        }
        return answer["rows"]?.array ?? []
    }

    @Test func racingWritersLoseNothingAndEachSeesTheOthersRows() async throws {
        let place = try Workplace()
        let servers = [try await ServerProcess(lake: place.lake), try await ServerProcess(lake: place.lake)]
        #expect(servers[0].url != servers[1].url)
        _ = try await append("first", servers[0])
        let versions = try await withThrowingTaskGroup(of: [Int].self) { group in
            for writer in 0..<2 {
                let server = servers[writer]
                group.addTask {
                    var versions: [Int] = []
                    for number in 0..<15 { versions.append(try await append("w\(writer)-\(number)", server)) }
                    return versions
                }
            }
            return try await group.reduce(into: [Int]()) { $0 += $1 }
        }
        // Every append was a commit of its own, or in a group with others of its server: never one of two servers.
        #expect(versions.count == 30)
        for server in servers {
            #expect(try await rows("SELECT count(*), count(DISTINCT x) FROM t", server) == [.array([31, 31])])
        }
        let log = try await servers[1].client { try await $0.json(.get, "/catalog/log?since=0&limit=1000") }
        let transactions = (log["items"]?.array ?? []).flatMap { $0["transactions"]?.array ?? [] }
        #expect(transactions.count == 31)
        #expect(Set(transactions.compactMap { $0["id"]?.string }).count == 31)
        let verified = try await Program.run(["verify"], environment: ["LAKEHOUSE_URL": servers[0].url])
        #expect(verified.status == 0, "\(verified.output)")
        for server in servers { #expect(server.stop() == 0) }
    }

    @Test func aServerSeesTheOthersCommitAtOnceWhenAsked() async throws {
        let place = try Workplace()
        let (one, other) = (try await ServerProcess(lake: place.lake), try await ServerProcess(lake: place.lake))
        // Who follows the other server's log is told within a second.
        async let told = other.client { try await $0.json(.get, "/catalog/log?since=0&wait_s=60") }
        let version = try await append("a", one)
        #expect(try await told["next_since"]?.int == version)
        for number in 0..<10 {
            let version = try await append("b\(number)", one)
            let page = try await other.client { try await $0.json(.get, "/catalog/log?since=\(version - 1)") }
            #expect(page["next_since"]?.int == version)
        }
        #expect(one.stop() == 0 && other.stop() == 0)
    }

    @Test func oneOfThemRunsTheJobsAndTheOtherTakesOver() async throws {
        let place = try Workplace()
        let (one, other) = (try await ServerProcess(lake: place.lake), try await ServerProcess(lake: place.lake))
        _ = try await append("a text about harbours", one)
        let request = JSONValue.object([
            .init("name", "t"), .init("dataset", "t"), .init("text_columns", .array(["x"])),
        ])
        // Asked of both; whichever has the lock does the work, once.
        let job = try await other.client { try await $0.json(.post, "/vectors/index", request) }
        #expect(try await finished(try #require(job["job_id"]?.string), one)["attempts"]?.int == 1)
        let active = try await [one, other].asyncMap { try await isActive($0) }
        #expect(active.count { $0 } == 1)
        let (worker, idle) = active[0] ? (one, other) : (other, one)
        worker.kill()
        _ = try await append("another text about bakeries", idle)
        let refreshed = try await idle.client { try await $0.json(.post, "/vectors/refresh/t") }
        let next = try #require(refreshed["items"]?.array?.first?["id"]?.string)
        #expect(try await finished(next, idle)["state"]?.string == "succeeded")
        #expect(idle.stop() == 0)
    }

    private func isActive(_ server: ServerProcess) async throws -> Bool {
        let ready = try await server.client { try await $0.json(.get, "/ready") }
        let jobs = ready["parts"]?.array?.first { $0["name"]?.string == "jobs" }
        return jobs?["reason"]?.string == nil
    }

    private func finished(_ id: String, _ server: ServerProcess) async throws -> JSONValue {
        for _ in 0..<1200 {
            let job = try await server.client { try await $0.json(.get, "/vectors/jobs/\(id)") }
            if ["succeeded", "failed", "cancelled"].contains(job["state"]?.string ?? "") { return job }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the job did not end")
        return .null
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
