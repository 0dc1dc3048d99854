import Foundation
import LakeCore
import LakeSQL
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

/// A lake whose primary bucket is S3, from end to end.
@Suite struct S3LakeTests {
    private static let notes = """
        {"id": "a", "body": "Kubernetes clusters in production were upgraded without any downtime."}
        {"id": "b", "body": "The bakery orders forty kilograms of rye flour every Friday morning."}
        {"id": "c", "body": "The telescope observed a comet passing close to the constellation Lyra."}
        """

    /// Where the test's bucket is, and the secrets file that opens it.
    private struct Place {
        let folder: TemporaryFolder
        let s3: S3Place
        let secrets: String

        init() async throws {
            folder = try TemporaryFolder()
            let settings = try await S3TestServer.shared.bucket()
            var place = S3Place(bucket: settings.bucket, credentials: .file(name: "lake"))
            place.endpoint = settings.endpoint
            place.isPathStyle = true
            place.prefix = "some/lake"
            s3 = place
            let vault = folder.path("private")
            try FileManager.default.createDirectory(
                atPath: vault,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            secrets = vault + "/secrets.json"
            try write(S3TestServer.credentials)
        }

        func write(_ credentials: S3Credentials) throws {
            let fields = [
                "access_key_id": credentials.accessKeyID, "secret_access_key": credentials.secretAccessKey,
            ]
            try JSONEncoder().encode(["lake": fields]).write(to: URL(filePath: secrets))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secrets)
        }

        func lake() async throws -> TestLake {
            try await TestLake(in: folder) { settings, folder in
                settings.storage.buckets = [
                    BucketSettings(name: "primary", place: .s3(s3)),
                    BucketSettings(name: "local", place: .folder(folder.path("local"))),
                ]
                settings.storage.secretsFile = secrets
                // Of no use without TLS, but told to everybody who speaks to a bucket.
                settings.storage.authorities = "/etc/ssl/certs/ca-certificates.crt"
            }
        }
    }

    @Test func aLakeInS3IsIngestedAskedIndexedSearchedAndReopened() async throws {
        let place = try await Place()
        let first = try await place.lake()
        try await first.ingest(Self.notes, as: "notes.ndjson")
        try await first.ingest("id,stars\na,5\nc,3\n", as: "stars.csv", bucket: "local")
        let join = "SELECT n.id, stars FROM notes n JOIN stars USING (id) ORDER BY 1"
        let joined: [[SQLValue]] = [[.text("a"), .integer(5)], [.text("c"), .integer(3)]]
        #expect(try await first.rows(join) == joined)
        let job = try await first.lake.createIndex(
            IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"], idColumn: "id"),
            for: .local
        )
        let done = try await first.finish(job)
        #expect(done.state == .succeeded, "\(done.errors)")
        // Nothing of the lake is kept in the folder but copies.
        #expect(first.objects("datasets").isEmpty && first.objects("_lake/log").isEmpty)
        await first.lake.close()

        let second = try await place.lake()
        #expect(try await second.rows(join) == joined)
        let found = try await second.lake.search(
            SearchRequest(index: "notes", query: "container orchestration", k: 1),
            for: .local
        )
        #expect(found.results.map(\.id) == ["a"])
        let answer = try await second.lake.ask(AskRequest(question: "What did the telescope observe?"), for: .local)
        #expect(answer.found && answer.citations.first?.id == "c")
        #expect(try await second.lake.verify(for: .local).problems == [])
        await second.lake.close()
    }

    @Test func aRotatedKeyCountsWithoutARestart() async throws {
        let place = try await Place()
        let test = try await place.lake()
        try await test.ingest(Self.notes, as: "notes.ndjson")
        #expect(try await test.rows("SELECT count(*) FROM notes") == [[.integer(3)]])
        try place.write(S3Credentials(accessKeyID: "other", secretAccessKey: "another"))
        // The test's store lets every key in; what matters is that the new one is the one that is used.
        #expect(try await test.rows("SELECT count(*) FROM notes") == [[.integer(3)]])
        try FileManager.default.removeItem(atPath: place.secrets)
        let error = await #expect(throws: StorageError.self) { try await test.rows("SELECT count(*) FROM notes") }
        #expect(error?.detail.contains("another") == false)
        await test.lake.close()
    }

    @Test func oneOfTwoServersRunsTheJobsAndTheOtherTakesOver() async throws {
        let place = try await Place()
        let (first, second) = (try await place.lake(), try await place.lake())
        try await first.ingest(Self.notes, as: "notes.ndjson")
        let running = Task { try await first.lake.run() }
        while !first.lake.runner.isActive { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await second.lake.jobLease?.take() == nil)
        running.cancel()
        _ = try? await running.value
        let job = try await second.lake.createIndex(
            IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"], idColumn: "id"),
            for: .local
        )
        let done = try await second.finish(job)
        #expect(done.state == .succeeded, "\(done.errors)")
        await first.lake.close()
        await second.lake.close()
    }
}
