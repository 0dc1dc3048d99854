import LakeClient
import LakeCore
import LakeStorage
import LakeTesting
import Testing

/// A short torture of a fresh lake by the program itself, in a folder and in S3, and of one whose store has a bug.
@Suite(.serialized, .timeLimit(.minutes(10))) struct TortureTests {
    @Test func nothingAcknowledgedIsLostHoweverServersDie() async throws {
        let place = try Workplace()
        let run = try await Program.run(["torture", "--lake", place.lake, "--minutes", "0.6", "--seed", "20261122"])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("everything held"))
    }

    @Test func nothingAcknowledgedIsLostInS3() async throws {
        let bucket = try await S3TestServer.shared.bucket()
        let credentials = S3TestServer.credentials
        let run = try await Program.run(
            [
                "torture", "--lake", "s3://\(bucket.bucket)/lake", "--endpoint", bucket.endpoint ?? "", "--minutes",
                "0.2",
                "--seed", "7",
            ],
            environment: [
                "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
            ]
        )
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("everything held"))
    }

    /// Bugs of the kind that a day's tests do not show: the log's folder is never synced, a conflict is overlooked.
    ///
    /// Power goes after a few commits: on a busy machine a life may be too short for the step that a round would take.
    @Test(arguments: [
        ("skip-sync@_lake/log:*,power@_lake/log:7", "2"), ("ignore-conflict@_lake/log:1", "8"),
    ])
    func aPlantedBugIsFound(_ rule: String, round: String) async throws {
        let place = try Workplace()
        let run = try await Program.run(
            ["torture", "--lake", place.lake, "--minutes", "2", "--seed", "3", "--from-round", round, "--plant", rule]
        )
        #expect(run.status == 1, "\(rule) was not noticed: \(run.output)")
        #expect(run.output.contains("was acknowledged") || run.output.contains("out of reach"), "\(run.output)")
        #expect(run.output.contains("--from-round "))
    }

    @Test func aServerHoldsThoughItsStoreLies() async throws {
        let place = try Workplace()
        // All puts of the log and the journals say they failed, all others come twice, and nothing new is ever listed.
        let faults = "lie-error@_lake/:*,lie-error@journals/:*,twice@*,stale-list@*"
        for life in 1...2 {
            let server = try await ServerProcess(lake: place.lake, environment: ["LAKEHOUSE_FAULTS": faults])
            let count = try await server.client { client in
                try await client.ingest("id\n\(life)\n\(life + 10)\n", as: "numbers_\(life)")
                let sql = JSONValue.object([.init("sql", .string("SELECT count(*) FROM numbers_1"))])
                return try await client.json(.post, "/query/sql", sql)["rows"]?.array?[0].array?[0].int
            }
            #expect(count == 2)
            let report = try await server.client { try await $0.json(.post, "/catalog/verify", .object([])) }
            #expect(report["problems"]?.array?.isEmpty == true, "\(report.display)")
            server.kill()
        }
    }

    @Test func aFaultThatIsNoneIsRefused() async throws {
        let place = try Workplace()
        let run = try await Program.run(
            ["serve", "--lake", place.lake, "--port", "0"],
            environment: ["LAKEHOUSE_FAULTS": "skip-sink@3"]
        )
        #expect(run.status == 1)
        #expect(run.errors.contains("'skip-sink@3' is no rule"))
    }
}
