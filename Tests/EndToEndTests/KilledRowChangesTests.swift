import Foundation
import LakeClient
import LakeCore
import Testing

/// A server that dies before each change it would make to the disk while rows are deleted, upserted, hidden, their files merged and their columns
/// changed.
@Suite(.timeLimit(.minutes(15))) struct KilledRowChangesTests {
    /// What is asked of the server, and what the dataset is then.
    struct Change: Sendable {
        var path: String
        var body: String
        /// Of the body, a file; nil for JSON.
        var fileType: String?
        /// The answer to the query that follows.
        var left: String
    }

    @Test func everyChangeOfRowsIsWholeOrAbsentWhereverTheServerIsKilled() async throws {
        func text(_ ids: Set<Int>) -> String { "[\(ids.sorted().map { "[\($0)]" }.joined(separator: ","))]" }
        let kept = Set(10..<100).subtracting([50, 51])
        let updated = text(kept.subtracting([98, 99]).union([1098, 1099]))
        try await kill(
            Killing(
                query: "SELECT id FROM t ORDER BY id",
                first: text(Set(0..<100)),
                changes: [
                    Change(path: "rows/delete", body: #"{"where": "id < 10"}"#, left: text(Set(10..<100))),
                    Change(
                        path: "tombstone",
                        body: #"{"row_key_column": "id", "row_key_values": [50, 51], "reason": "r"}"#,
                        left: text(kept)
                    ),
                    Change(
                        path: "rows/update",
                        body: #"{"set": {"id": "id + 1000"}, "where": "id >= 98"}"#,
                        left: updated
                    ),
                    Change(path: "/query/compact", body: #"{"dataset": "t"}"#, left: updated),
                ],
                deathsMin: 20
            )
        ) { number in (number * 50..<number * 50 + 50).map(String.init).joined(separator: "\n") }
    }

    @Test func everyChangeOfColumnsIsWholeOrAbsentWhereverTheServerIsKilled() async throws {
        try await kill(
            Killing(
                query: "SELECT to_json(t)::VARCHAR FROM t ORDER BY id",
                first: #"[["{\"id\":0}"],["{\"id\":1}"]]"#,
                changes: [
                    Change(
                        path: "/ingest/file?dataset=t&mode=append",
                        body: "id,note\n2.5,x\n",
                        fileType: "text/csv",
                        left:
                            #"[["{\"id\":0.0,\"note\":null}"],["{\"id\":1.0,\"note\":null}"],["{\"id\":2.5,\"note\":\"x\"}"]]"#
                    ),
                    Change(
                        path: "schema/migrate",
                        body: #"{"rules": [{"rule": "rename", "column": "note", "to": "text"}, "#
                            + #"{"rule": "add", "column": "n", "type": "INTEGER", "default": "7"}]}"#,
                        left: #"[["{\"id\":0.0,\"text\":null,\"n\":7}"],["{\"id\":1.0,\"text\":null,\"n\":7}"],"#
                            + #"["{\"id\":2.5,\"text\":\"x\",\"n\":7}"]]"#
                    ),
                    Change(
                        path: "schema/migrate",
                        body: #"{"rules": [{"rule": "drop", "column": "text"}]}"#,
                        left: #"[["{\"id\":0.0,\"n\":7}"],["{\"id\":1.0,\"n\":7}"],["{\"id\":2.5,\"n\":7}"]]"#
                    ),
                    Change(
                        path: "/query/compact",
                        body: #"{"dataset": "t"}"#,
                        left: #"[["{\"id\":0.0,\"n\":7}"],["{\"id\":1.0,\"n\":7}"],["{\"id\":2.5,\"n\":7}"]]"#
                    ),
                ],
                deathsMin: 10
            )
        ) { String($0) }
    }

    /// A row of changes, each of which the server is to die in.
    private struct Killing: Sendable {
        var query: String
        /// Its answer before the first change.
        var first: String
        var changes: [Change]
        /// So often the server dies at least.
        var deathsMin: Int

        var states: [String] { [first] + changes.map(\.left) }
    }

    /// Kills a server before every step of some changes, of a dataset of two files with the ids that are given.
    private func kill(_ killing: Killing, ids: (Int) -> String) async throws {
        let place = try Workplace()
        let server = try await ServerProcess(lake: place.lake)
        for number in 0..<2 {
            _ = try await Program.run(
                [
                    "ingest", try place.file("f\(number).csv", "id\n\(ids(number))\n"), "--dataset", "t", "--mode",
                    "append",
                ],
                environment: ["LAKEHOUSE_URL": server.url]
            )
        }
        try await server.client { client in
            let found = try await Self.answer(killing.query, client)
            #expect(found == killing.first)
        }
        server.kill()

        var deaths = 0
        for step in 1... {
            let lake = "\(place.path)/lake-\(step)"
            try FileManager.default.copyItem(atPath: place.lake, toPath: lake)
            let done = try await Self.changesDone(killing, before: step, lake)
            try await Self.expectWhole(killing, lake, done, "killed before step \(step)")
            try FileManager.default.removeItem(atPath: lake)
            guard done < killing.changes.count else { break }
            deaths += 1
        }
        #expect(deaths >= killing.deathsMin, "the changes change the disk more often than \(deaths) times")
    }

    /// Runs a server that is killed before a step; how many changes it has acknowledged.
    private static func changesDone(_ killing: Killing, before step: Int, _ lake: String) async throws -> Int {
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
                for change in killing.changes {
                    try await ask(change, client)
                    done += 1
                }
            }
        } catch let error as ClientError {
            guard case .unreachable = error else { throw error }
        }
        return done
    }

    private static func ask(_ change: Change, _ client: LakeClient) async throws {
        let path = change.path.hasPrefix("/") ? change.path : "/catalog/datasets/by-name/t/\(change.path)"
        guard let type = change.fileType else {
            _ = try await client.json(.post, path, try JSONValue(parsing: change.body.utf8))
            return
        }
        let bytes = Array(change.body.utf8)
        let pieces = AsyncStream<[UInt8]> { stream in
            stream.yield(bytes)
            stream.finish()
        }
        _ = try await client.upload(.post, path, headers: ["Content-Type": type], length: bytes.count, pieces)
    }

    private static func answer(_ query: String, _ client: LakeClient) async throws -> String? {
        let sql = JSONValue.object([.init("sql", .string(query))])
        return try await client.json(.post, "/query/sql", sql)["rows"]?.compact
    }

    /// What was acknowledged is there, and of the next change all or nothing.
    private static func expectWhole(
        _ killing: Killing,
        _ lake: String,
        _ done: Int,
        _ when: Comment
    ) async throws {
        let server = try await ServerProcess(lake: lake)
        defer { server.kill() }
        try await server.client { client in
            let states = killing.states
            let found = try await answer(killing.query, client)
            #expect(found == states[done] || done + 1 < states.count && found == states[done + 1], when)
            let report = try await client.json(.post, "/catalog/verify")
            #expect(report["problems"]?.array?.isEmpty == true, when)
        }
    }
}
