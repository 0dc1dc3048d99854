import Foundation
import LakeClient
import LakeCore
import Testing

/// What the server does when the machine has no more to give.
@Suite(.serialized) struct LimitsTests {
    @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
    func aFullDiskRefusesWritesAndLosesNothing() async throws {
        let disk = try SmallDisk(megabytes: 48)
        let server = try await ServerProcess(lake: disk.path + "/lake")
        defer { server.kill() }
        try await server.client { client in
            try await Self.ingest(client, "kept", rows: 1000)
            let count = try await Self.count(client, "kept")
            #expect(count == 1000)

            // Larger than the disk: it fails while it comes in.
            let tooLarge = await #expect(throws: ClientError.self) {
                try await Self.ingest(client, "large", rows: 2_000_000)
            }
            #expect(Self.status(tooLarge) == 507, "\(String(describing: tooLarge))")
            #expect(try disk.files("lake/staging").isEmpty)

            // Not a byte left: even the commit has no room.
            try await Self.fill(disk, client)
            for number in 0..<3 {
                let full = await #expect(throws: ClientError.self) {
                    try await Self.ingest(client, "late\(number)", rows: 10)
                }
                #expect(Self.status(full) == 507, "\(String(describing: full))")
            }
            #expect(try await Self.count(client, "kept") == 1000)
            let health = try await client.json(.get, "/health")
            #expect(health["status"]?.string == "ok")

            let unready = await #expect(throws: ClientError.self) { try await client.json(.get, "/ready") }
            #expect(Self.status(unready) == 503)

            disk.empty()
            let ready = try await Self.readyAgain(client)
            #expect(ready["ready"] == .boolean(true), "\(ready)")
            #expect(try disk.files("lake/staging").isEmpty)
            try await Self.ingest(client, "late0", rows: 10)
            #expect(try await Self.count(client, "late0") == 10)
            let datasets = try await client.json(.get, "/catalog/datasets")
            #expect(datasets["items"]?.array?.compactMap { $0["name"]?.string } == ["kept", "late0"])
            let report = try await client.json(.post, "/catalog/verify")
            #expect(report["problems"]?.array?.isEmpty == true, "\(report)")
        }
        #expect(server.stop() == 0)
    }

    @Test func aServerWithoutFileDescriptorsComesBack() async throws {
        let place = try Workplace()
        let server = try await ServerProcess(lake: place.lake, limits: "ulimit -n 80")
        defer { server.kill() }
        let port = try #require(server.url.split(separator: ":").last.flatMap { UInt16($0) })
        for _ in 0..<3 {
            let crowd = (0..<150).compactMap { _ in RawConnection(port: port) }
            #expect(crowd.count > 100)
            for connection in crowd { connection.send("GET /catalog/datasets HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") }
            // Those that are let in are answered, if only that there is no file to open; the rest wait, and go.
            #expect(crowd[0].receive(atMost: 9) == "HTTP/1.1 ")
            for connection in crowd { connection.close() }
        }
        try await server.client { client in
            try await Self.ingest(client, "people", rows: 10)
            #expect(try await Self.count(client, "people") == 10)
        }
        #expect(server.process.isRunning)
        #expect(server.stop() == 0)
    }

    @Test func aProcessThatHoldsTooMuchMemoryRefusesWorkAndLives() async throws {
        let place = try Workplace()
        let server = try await ServerProcess(
            lake: place.lake,
            environment: ["LAKEHOUSE_MEMORY_PROCESS": "1MiB"]
        )
        defer { server.kill() }
        try await server.client { client in
            for _ in 0..<3 {
                let refusal = await #expect(throws: ClientError.self) { try await Self.count(client, "nothing") }
                #expect(Self.status(refusal) == 503, "\(String(describing: refusal))")
            }
            let health = try await client.json(.get, "/health")
            #expect(health["status"]?.string == "ok")
            let unready = await #expect(throws: ClientError.self) { try await client.json(.get, "/ready") }
            #expect(Self.status(unready) == 503)
        }
        #expect(server.stop() == 0)
    }

    @Test(.enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
    func aLogThatCannotBeWrittenLosesLinesAndNotTheServer() async throws {
        let (place, disk) = (try Workplace(), try SmallDisk(megabytes: 1))
        let server = try await ServerProcess(lake: place.lake, limits: "exec 2>\(disk.path)/log")
        defer { server.kill() }
        try disk.fill()
        try await server.client { client in
            for number in 0..<20 { try await Self.ingest(client, "set\(number)", rows: 1) }
            #expect(try await Self.count(client, "set19") == 1)
        }
        #expect(server.stop() == 0)
    }

    // MARK: Small tools

    /// Fills the disk until nothing is given back any more: a file that was removed takes room until it is closed.
    private static func fill(_ disk: SmallDisk, _ client: LakeClient) async throws {
        var rounds = 0
        while rounds < 20 {
            rounds = try disk.fill() == 0 ? rounds + 1 : 0
            _ = try await client.json(.get, "/health")
        }
    }

    /// What `/ready` says once the answer of a second ago, which others may have asked for, is over.
    private static func readyAgain(_ client: LakeClient) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await client.json(.get, "/ready")
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private static func ingest(_ client: LakeClient, _ dataset: String, rows: Int) async throws {
        let line = { (number: Int) in "\(number),name of number \(number)\n" }
        try await client.ingest("id,name\n" + (0..<rows).map(line).joined(), as: dataset)
    }

    private static func count(_ client: LakeClient, _ dataset: String) async throws -> Int? {
        let answer = try await client.json(
            .post,
            "/query/sql",
            .object([.init("sql", .string("SELECT count(*) FROM \(dataset)"))])
        )
        return answer["rows"]?.array?.first?.array?.first?.int
    }

    private static func status(_ error: ClientError?) -> Int? {
        if case .refused(let status, _, _, _)? = error { status } else { nil }
    }
}
