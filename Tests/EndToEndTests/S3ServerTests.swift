import Foundation
import LakeClient
import LakeCore
import LakeStorage
import LakeTesting
import Testing

/// The real program on a lake in S3.
@Suite(.serialized, .timeLimit(.minutes(5))) struct S3ServerTests {
    private static let secret = "a-secret-that-is-not-to-be-seen"

    /// Writes the settings of a lake whose primary bucket is a fresh one in S3, and gives the file's path.
    func settings(_ place: Workplace, rescue: Bool = true) async throws -> String {
        let bucket = try await S3TestServer.shared.bucket()
        let vault = place.path + "/vault"
        try FileManager.default.createDirectory(
            atPath: vault,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let real = S3TestServer.realEndpoint != nil
        let credentials = S3TestServer.credentials
        let fields = [
            "access_key_id": credentials.accessKeyID,
            "secret_access_key": real ? credentials.secretAccessKey : Self.secret,
        ]
        let secrets = vault + "/secrets.json"
        try JSONEncoder().encode(["lake": fields]).write(to: URL(filePath: secrets))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secrets)
        return try place.file(
            "lakehouse.toml",
            """
            [storage]
            secrets_file = "\(secrets)"
            \(rescue ? #"rescue_bucket = "copies""# : "")
            probe_interval = "500ms"

            [[storage.buckets]]
            name = "primary"
            kind = "s3"
            endpoint = "\(bucket.endpoint ?? "")"
            bucket = "\(bucket.bucket)"
            path_style = true
            credentials = "file:lake"

            [[storage.buckets]]
            name = "archive"
            root = "\(place.path)/archive"

            [[storage.buckets]]
            name = "copies"
            root = "\(place.path)/copies"
            """
        )
    }

    private func rows(_ server: ServerProcess, _ sql: String) async throws -> [[String]] {
        let answer = try await server.client {
            try await $0.json(.post, "/query/sql", .object([.init("sql", .string(sql))]))
        }
        return answer["rows"]?.array?.map { $0.array?.map(\.display) ?? [] } ?? []
    }

    @Test func aLakeInS3SurvivesAKillAndKeepsItsCopy() async throws {
        let place = try Workplace()
        let config = try await settings(place)
        let people = try place.file("people.csv", "id,name\n1,Ada\n2,Bo\n")
        let visits = try place.file("visits.csv", "id,town\n1,Rome\n2,Lima\n")
        let join = "SELECT name, town FROM people JOIN archive.visits USING (id) ORDER BY name"
        let first = try await ServerProcess(lake: place.lake, arguments: ["--config", config])
        let environment = ["LAKEHOUSE_URL": first.url]
        let one = try await Program.run(["ingest", people], environment: environment)
        #expect(one.status == 0, "\(one.errors)")
        let two = try await Program.run(["ingest", visits, "--bucket", "archive"], environment: environment)
        #expect(two.status == 0, "\(two.errors)")
        #expect(try await rows(first, join) == [["Ada", "Rome"], ["Bo", "Lima"]])
        let buckets = try await Program.run(["buckets"], environment: environment)
        #expect(buckets.output.contains("primary") && buckets.output.contains("rescue"))
        try await copied(first, version: 2)
        first.kill()

        let second = try await ServerProcess(lake: place.lake, arguments: ["--config", config])
        #expect(try await rows(second, join) == [["Ada", "Rome"], ["Bo", "Lima"]])
        // The copy is a lake that needs no S3.
        let copy = try FileManager.default.contentsOfDirectory(atPath: place.path + "/copies/_lake/log")
        #expect(copy.count == 2)
        #expect(second.stop() == 0)
        for log in [first.log, second.log] {
            #expect(try !String(contentsOfFile: log, encoding: .utf8).contains(Self.secret))
        }
    }

    @Test func twoServersOnALakeInS3SeeEachOthersCommitsAndSeldomAsk() async throws {
        let place = try Workplace()
        let arguments = ["--config", try await settings(place)]
        let one = try await ServerProcess(lake: place.lake, arguments: arguments)
        let other = try await ServerProcess(lake: place.path + "/other", arguments: arguments)
        for number in 1...3 {
            try await one.client { try await $0.ingest("id\n\(number)\n", as: "set\(number)") }
            let acknowledged = ContinuousClock.now
            while try await datasets(other) < number {
                try #require(ContinuousClock.now - acknowledged < .seconds(5), "the commit is not seen")
            }
            // It takes a second at most; the rest is for a busy machine.
            #expect(ContinuousClock.now - acknowledged < .seconds(3))
        }
        let before = try await reads(other)
        let started = ContinuousClock.now
        for _ in 0..<200 { _ = try await datasets(other) }
        let looks = try await reads(other) - before
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        // It looks by itself twice a second, and copies to the rescue bucket now and then.
        #expect(Double(looks) < 40 + 8 * seconds, "\(looks) in \(seconds) s")
        #expect(one.stop() == 0 && other.stop() == 0)
    }

    private func datasets(_ server: ServerProcess) async throws -> Int {
        try await server.client { try await $0.json(.get, "/catalog/datasets")["items"]?.array?.count ?? 0 }
    }

    /// How often the server has read from the primary bucket.
    private func reads(_ server: ServerProcess) async throws -> Int {
        var text: [UInt8] = []
        try await server.client { client in
            try await client.stream(.get, "/metrics", accept: "text/plain") { text += $0 }
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        return lines.filter { line in
            line.hasPrefix("lake_engine_bucket_request_seconds_count{") && line.contains("bucket=\"primary\"")
                && line.contains("operation=\"read\"")
        }.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }

    /// Waits until the rescue bucket has the version.
    private func copied(_ server: ServerProcess, version: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let health = try await server.client { try await $0.json(.get, "/storage/bucket-health") }
            if health["rescue"]?["version"]?.int == version { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the copy does not come")
    }

    @Test func aLakeInS3IsBackedUpToS3AndRestoredToAFolder() async throws {
        let place = try Workplace()
        let config = try await settings(place)
        let backups = try await S3TestServer.shared.bucket()
        let server = try await ServerProcess(lake: place.lake, arguments: ["--config", config])
        try await server.client { try await $0.ingest("id,name\n1,Ada\n2,Bo\n", as: "people") }
        let visits = try place.file("visits.csv", "id,town\n1,Rome\n2,Lima\n")
        let ingest = ["ingest", visits, "--bucket", "archive"]
        #expect(try await Program.run(ingest, environment: ["LAKEHOUSE_URL": server.url]).status == 0)
        let address = ["s3://\(backups.bucket)/of/this", "--endpoint", backups.endpoint ?? "", "--path-style"]
        let credentials = [
            "AWS_ACCESS_KEY_ID": S3TestServer.credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": S3TestServer.credentials.secretAccessKey,
        ]
        let backup = try await Program.run(["backup"] + address + ["--config", config], environment: credentials)
        #expect(backup.status == 0 && backup.output.contains("version 2: "), "\(backup.output)\(backup.errors)")
        #expect(server.stop() == 0)
        let fresh = place.path + "/fresh"
        let stale = fresh + "/_local/commits"
        try FileManager.default.createDirectory(atPath: stale, withIntermediateDirectories: true)
        let restore = try await Program.run(["restore"] + address + ["--lake", fresh], environment: credentials)
        #expect(restore.status == 0, "\(restore.output)\(restore.errors)")
        #expect(!FileManager.default.fileExists(atPath: stale), "what was kept of another history is used")
        // The settings of the new lake have no bucket for the data of the old one's.
        let join = "SELECT name, town FROM people JOIN visits USING (id) ORDER BY name"
        let rows = try await Program.run(["sql", join, "--lake", fresh, "--format", "csv"])
        #expect(rows.output.contains("Ada,Rome") && rows.output.contains("Bo,Lima"), "\(rows.errors)")
        let wrong = try await Program.run(["backup", "s3://", "--lake", fresh])
        #expect(wrong.status == 1 && wrong.errors.contains("bucket"), "\(wrong.errors)")
    }

    @Test(.enabled(if: S3TestServer.realEndpoint == nil))
    func aServiceWithAnAuthorityOfItsOwnIsTrustedByStoreAndSQL() async throws {
        let place = try Workplace()
        let authority = place.path + "/authority.pem"
        let secure = try await S3TestServer.shared.secureEndpoint(authority: authority)
        let plain = try await settings(place)
        let lines = try String(contentsOfFile: plain, encoding: .utf8).split(separator: "\n").map { line in
            line.hasPrefix("endpoint = ") ? "endpoint = \"\(secure)\"" : String(line)
        }
        let text = lines.joined(separator: "\n").replacing("[storage]", with: "[storage]\nca_file = \"\(authority)\"")
        let config = try place.file("secure.toml", text)
        let server = try await ServerProcess(lake: place.lake, arguments: ["--config", config])
        try await server.client { try await $0.ingest("id,name\n1,Ada\n2,Bo\n", as: "people") }
        #expect(try await rows(server, "SELECT name FROM people ORDER BY id") == [["Ada"], ["Bo"]])
        #expect(server.stop() == 0)

        let backups = try await S3TestServer.shared.bucket()
        let backup = ["backup", "s3://\(backups.bucket)/it", "--endpoint", secure, "--path-style"]
        let credentials = ["AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"]
        let trusted = try await Program.run(backup + ["--config", config], environment: credentials)
        #expect(trusted.status == 0, "\(trusted.output)\(trusted.errors)")
        let folder = place.path + "/plain"
        let one = try place.file("one.csv", "id\n1\n")
        #expect(try await Program.run(["ingest", one, "--lake", folder]).status == 0)
        let untrusted = try await Program.run(backup + ["--lake", folder], environment: credentials)
        #expect(untrusted.status == 1 && untrusted.errors.contains("TLS"), "\(untrusted.errors)")
    }

    @Test func aBucketThatIsNotThereIsRefusedInOneSentence() async throws {
        let place = try Workplace()
        let config = try await settings(place)
        let text = try String(contentsOfFile: config, encoding: .utf8)
        let wrong = try place.file("wrong.toml", text.replacing("bucket = \"lake-", with: "bucket = \"none-"))
        let outcome = try await Program.run(["serve", "--lake", place.lake, "--port", "0", "--config", wrong])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("There is no bucket none-"))
    }
}
