import Foundation
import LakeClient
import LakeCore
import Testing

/// A server that dies before each change it would make to the disk while it compacts a journal.
@Suite(.timeLimit(.minutes(15))) struct KilledCompactionTests {
    private static let events = 12

    @Test func theJournalIsWholeWhereverACompactionIsKilled() async throws {
        let place = try Workplace()
        let server = try await ServerProcess(lake: place.lake)
        try await server.client { client in
            for number in 0..<Self.events {
                let event = JSONValue.object([
                    .init("entity", .string("thing:1")), .init("field", .string("n")),
                    .init("new", .number(String(number))),
                ])
                _ = try await client.json(.post, "/journal/event", event)
            }
        }
        server.kill()
        let before = try Self.journal(place.lake)
        #expect(before.count == Self.events)

        var deaths = 0
        for step in 1... {
            let lake = "\(place.path)/lake-\(step)"
            try FileManager.default.copyItem(atPath: place.lake, toPath: lake)
            let died = try await Self.dies(before: step, lake)
            // A death before the first change of the compaction is one like any other.
            if try Self.hasBegun(lake) || Self.journal(lake) != before {
                try await Self.expectWholeJournal(lake, "killed before step \(step)")
                deaths += died ? 1 : 0
            }
            try FileManager.default.removeItem(atPath: lake)
            guard died else { break }
        }
        #expect(deaths >= 8, "a compaction changes the disk more often than \(deaths) times")
    }

    /// Runs a server that is killed before a step; false when it has compacted the events without making as many.
    private static func dies(before step: Int, _ lake: String) async throws -> Bool {
        let environment = [
            "LAKEHOUSE_FAULTS": "kill@\(step)", "LAKEHOUSE_JOURNAL_COMPACTION_INTERVAL": "100ms",
            "LAKEHOUSE_JOURNAL_COMPACTION_AGE": "0s",
        ]
        let server: ServerProcess
        do {
            server = try await ServerProcess(lake: lake, environment: environment)
        } catch let failure as ServerProcess.StartFailure where failure.wasKilled {
            return true
        }
        defer { server.kill() }
        let deadline = ContinuousClock.now + .seconds(120)
        while server.process.isRunning {
            try #require(ContinuousClock.now < deadline, "nothing is compacted")
            // Its last step is the manifest's second name in staging, which goes.
            if try journal(lake).contains(where: { $0.hasPrefix("manifests/") }), try !hasBegun(lake) { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// Whether a compaction has left something in staging.
    private static func hasBegun(_ lake: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: lake + "/staging").contains { name in
            name.hasSuffix(".jsonl") || name.hasSuffix(".parquet") || name.hasSuffix(".put")
        }
    }

    /// The objects of the journal of events.
    private static func journal(_ lake: String) throws -> [String] {
        let root = lake + "/journals/events"
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.contains(".") }.sorted()
    }

    private static func expectWholeJournal(_ lake: String, _ when: Comment) async throws {
        let server = try await ServerProcess(lake: lake)
        defer { server.kill() }
        try await server.client { client in
            let sql = "SELECT count(*), count(DISTINCT CAST(new AS INT)) FROM system.journal WHERE entity = 'thing:1'"
            let answer = try await client.json(.post, "/query/sql", .object([.init("sql", .string(sql))]))
            let counts = answer["rows"]?.array?.first?.array?.compactMap(\.int)
            #expect(counts == [events, events], when)
            let history = try await client.json(.get, "/journal/history/thing:1")
            #expect(history["items"]?.array?.count == events, when)
            let checks = try await client.json(.post, "/journal/verify")
            #expect(checks["items"]?.array?.allSatisfy { $0["problem_count"]?.int == 0 } == true, when)
        }
    }
}
