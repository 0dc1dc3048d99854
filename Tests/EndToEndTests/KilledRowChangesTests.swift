import Foundation
import LakeClient
import LakeCore
import Testing

/// A server that dies before each change it would make to the disk while rows are deleted, upserted, hidden and their files merged.
@Suite(.timeLimit(.minutes(15))) struct KilledRowChangesTests {
    /// What is asked of the server, in order, and the ids that the dataset has after each.
    private static let changes: [(path: String, body: String, left: Set<Int>)] = [
        ("rows/delete", #"{"where": "id < 10"}"#, Set(10..<100)),
        (
            "tombstone", #"{"row_key_column": "id", "row_key_values": [50, 51], "reason": "r"}"#,
            Set(10..<100).subtracting([50, 51])
        ),
        (
            "rows/update", #"{"set": {"id": "id + 1000"}, "where": "id >= 98"}"#,
            Set(10..<98).subtracting([50, 51]).union([1098, 1099])
        ),
        ("/query/compact", #"{"dataset": "t"}"#, Set(10..<98).subtracting([50, 51]).union([1098, 1099])),
    ]

    @Test func everyChangeIsWholeOrAbsentWhereverTheServerIsKilled() async throws {
        let place = try Workplace()
        let server = try await ServerProcess(lake: place.lake)
        try await server.client { client in
            for half in [0..<50, 50..<100] {
                let text = "id\n" + half.map(String.init).joined(separator: "\n") + "\n"
                _ = try await Program.run(
                    ["ingest", try place.file("f\(half.lowerBound).csv", text), "--dataset", "t", "--mode", "append"],
                    environment: ["LAKEHOUSE_URL": server.url]
                )
            }
            #expect(try await Self.ids(client) == Set(0..<100))
        }
        server.kill()

        var deaths = 0
        for step in 1... {
            let lake = "\(place.path)/lake-\(step)"
            try FileManager.default.copyItem(atPath: place.lake, toPath: lake)
            let done = try await Self.changesDone(before: step, lake)
            try await Self.expectWhole(lake, done, "killed before step \(step)")
            try FileManager.default.removeItem(atPath: lake)
            guard done < Self.changes.count else { break }
            deaths += 1
        }
        #expect(deaths >= 20, "the changes change the disk more often than \(deaths) times")
    }

    /// Runs a server that is killed before a step; how many changes it has acknowledged.
    private static func changesDone(before step: Int, _ lake: String) async throws -> Int {
        let server: ServerProcess
        do {
            server = try await ServerProcess(lake: lake, environment: ["LAKEHOUSE_FAULTS": "kill@\(step)"])
        } catch let failure as ServerProcess.StartFailure where failure.wasKilled {
            return 0
        }
        defer { server.kill() }
        var done = 0
        do {
            try await server.client { client in
                for change in changes {
                    let path = change.path.hasPrefix("/") ? change.path : "/catalog/datasets/by-name/t/\(change.path)"
                    _ = try await client.json(.post, path, try JSONValue(parsing: change.body.utf8))
                    done += 1
                }
            }
        } catch let error as ClientError {
            guard case .unreachable = error else { throw error }
        }
        return done
    }

    private static func ids(_ client: LakeClient) async throws -> Set<Int> {
        let sql = JSONValue.object([.init("sql", .string("SELECT id FROM t"))])
        let rows = try await client.json(.post, "/query/sql", sql)["rows"]?.array ?? []
        let ids = rows.compactMap { $0.array?.first?.int }
        #expect(Set(ids).count == ids.count, "a row is there twice")
        return Set(ids)
    }

    /// What was acknowledged is there, and of the next change all or nothing.
    private static func expectWhole(_ lake: String, _ done: Int, _ when: Comment) async throws {
        let server = try await ServerProcess(lake: lake)
        defer { server.kill() }
        try await server.client { client in
            let states = [Set(0..<100)] + changes.map(\.left)
            let found = try await ids(client)
            #expect(found == states[done] || done + 1 < states.count && found == states[done + 1], when)
            let report = try await client.json(.post, "/catalog/verify")
            #expect(report["problems"]?.array?.isEmpty == true, when)
        }
    }
}
