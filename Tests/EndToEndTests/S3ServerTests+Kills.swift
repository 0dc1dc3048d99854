import Foundation
import LakeClient
import LakeCore
import Testing

extension S3ServerTests {
    /// What is asked of a server in each round, in order, and the ids that the round's dataset has after each; none before the first.
    private static let states: [Set<Int>?] = [nil, Set(0..<40), Set(10..<40), Set(10..<40)]

    /// A server on S3 dies before each change that it would make, to the disk or by a request, while another one looks on.
    @Test func everyCommitIsWholeOrAbsentWhereverTheServerIsKilled() async throws {
        let place = try Workplace()
        let arguments = ["--config", try await settings(place, rescue: false)]
        // What another server has acknowledged is to be seen at once.
        let observer = try await ServerProcess(
            lake: place.lake,
            arguments: arguments,
            environment: ["LAKEHOUSE_LAKE_FRESHNESS": "0s"]
        )
        defer { observer.kill() }
        var deaths: [String] = []
        for step in 1... {
            let environment = ["LAKEHOUSE_FAULTS": "kill@\(step)"]
            let (done, death) = try await Self.changesDone(
                to: "t\(step)",
                lake: "\(place.path)/lake-\(step)",
                arguments,
                environment
            )
            let found = try await Self.ids("t\(step)", observer)
            let allowed = Self.states[done...min(done + 1, Self.states.count - 1)]
            #expect(allowed.contains(found), "killed before step \(step), \(death), after \(done) changes")
            guard done < Self.states.count - 1 else { break }
            deaths.append(death)
        }
        let report = try await observer.client { try await $0.json(.post, "/catalog/verify") }
        #expect(report["problems"]?.array?.isEmpty == true)
        #expect(deaths.count { $0.contains("PUT _lake/log/") } >= 3, "each change is a commit: \(deaths)")
        #expect(deaths.count { $0.contains("PUT datasets/") } >= 3, "each change writes a file: \(deaths)")
    }

    /// Runs a server that is killed on the way; how many changes it has acknowledged, and before what it died.
    private static func changesDone(
        to dataset: String,
        lake: String,
        _ arguments: [String],
        _ environment: [String: String]
    ) async throws -> (done: Int, death: String) {
        let server: ServerProcess
        do {
            server = try await ServerProcess(lake: lake, arguments: arguments, environment: environment)
        } catch let failure as ServerProcess.StartFailure where failure.wasKilled {
            return (0, Self.death(failure.log))
        }
        defer { server.kill() }
        var done = 0
        do {
            try await server.client { client in
                try await client.ingest("id\n" + (0..<40).map { "\($0)\n" }.joined(), as: dataset)
                done += 1
                _ = try await client.json(
                    .post,
                    "/catalog/datasets/by-name/\(dataset)/rows/delete",
                    try JSONValue(parsing: #"{"where": "id < 10"}"#.utf8)
                )
                done += 1
                _ = try await client.json(
                    .post,
                    "/query/compact",
                    .object([.init("dataset", .string(dataset))])
                )
                done += 1
            }
        } catch let error as ClientError {
            guard case .unreachable = error else { throw error }
        }
        return (done, Self.death(try String(contentsOfFile: server.log, encoding: .utf8)))
    }

    private static func death(_ log: String) -> String {
        String(log.split(separator: "\n").last { $0.contains("died before step") } ?? "unharmed")
    }

    /// Nil when the dataset is not there.
    private static func ids(_ dataset: String, _ server: ServerProcess) async throws -> Set<Int>? {
        try await server.client { client in
            let names = try await client.json(.get, "/catalog/datasets?limit=1000")["items"]?.array ?? []
            guard names.contains(where: { $0["name"]?.string == dataset }) else { return nil }
            let sql = JSONValue.object([.init("sql", .string("SELECT id FROM \(dataset)"))])
            let rows = try await client.json(.post, "/query/sql", sql)["rows"]?.array ?? []
            let ids = rows.compactMap { $0.array?.first?.int }
            #expect(Set(ids).count == ids.count, "a row is there twice")
            return Set(ids)
        }
    }
}
