import LakeCore
import LakeTesting
import Testing

@testable import LakeStorage

/// Uploads in parts that nobody ended.
@Suite struct S3LeftoversTests {
    private func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    private func store(_ settings: S3Settings, prefix: String) throws -> S3ObjectStore {
        var settings = settings
        settings.prefix = prefix
        return try S3ObjectStore(settings: settings) { S3TestServer.credentials }
    }

    @Test func uploadsOfTheLakeThatWereCutOffAreEnded() async throws {
        let settings = try await S3TestServer.shared.bucket()
        let (ours, theirs) = (try store(settings, prefix: "lake"), try store(settings, prefix: "lake2"))
        for (store, name) in [(ours, "datasets/a b/1"), (ours, "indexes/x"), (ours, "mine/1"), (theirs, "datasets/b")] {
            let upload = try await S3Upload.begin(store, key(name), AnnouncedContent())
            _ = try await upload.send([1, 2, 3], number: 1)
        }
        let soon = Duration.seconds(-60)
        #expect(try await ours.sweepLeftovers(olderThan: soon, dryRun: true) == 2)
        #expect(try await ours.sweepLeftovers(olderThan: soon, dryRun: false) == 2)
        #expect(try await ours.sweepLeftovers(olderThan: soon, dryRun: false) == 0)
        #expect(try await theirs.sweepLeftovers(olderThan: soon, dryRun: true) == 1)
        // Nothing else went.
        _ = try await ours.put(key("datasets/c"), [1], condition: .always)
        #expect(try await ours.get(key("datasets/c")) == [1])
    }

    @Test func youngUploadsAreLeftAloneAndPagesAreFollowed() async throws {
        func page(_ uploads: [(key: String, id: String, begun: String)], next: String?) -> String {
            let entries = uploads.map {
                "<Upload><Key>\($0.key)</Key><UploadId>\($0.id)</UploadId><Initiated>\($0.begun)</Initiated></Upload>"
            }
            let end =
                next.map { "<IsTruncated>true</IsTruncated><NextKeyMarker>\($0)</NextKeyMarker>" }
                ?? "<IsTruncated>false</IsTruncated>"
            return "<ListMultipartUploadsResult>\(entries.joined())\(end)</ListMultipartUploadsResult>"
        }
        let now = WallClock.now()
        let first = page(
            [("datasets/a", "1", "2020-01-01T00:00:00.000Z"), ("datasets/b", "2", now)],
            next: "datasets/b"
        )
        let second = page([("datasets/c", "3", "2020-01-01T00:00:00Z")], next: nil)
        let server = try await HostileServer.start { request in
            if request.method == "DELETE" { return .answer(204) }
            return .answer(200, [:], request.uri.contains("key-marker=datasets%2Fb") ? second : first)
        }
        var settings = S3Settings(bucket: "bucket")
        settings.endpoint = "http://127.0.0.1:\(server.port)"
        settings.addressing = .path
        let store = try S3ObjectStore(settings: settings) { S3TestServer.credentials }
        #expect(try await store.sweepLeftovers(olderThan: .seconds(3600), dryRun: true) == 2)
        #expect(server.requests.allSatisfy { $0.method == "GET" })
        #expect(try await store.sweepLeftovers(olderThan: .seconds(3600), dryRun: false) == 2)
        let ended = server.requests.filter { $0.method == "DELETE" }.map(\.uri)
        #expect(ended == ["/bucket/datasets/a?uploadId=1", "/bucket/datasets/c?uploadId=3"])
    }

    @Test func aStoreThatListsNoUploadsHasNone() async throws {
        let server = try await HostileServer.start { _ in
            .answer(501, [:], "<Error><Code>NotImplemented</Code></Error>")
        }
        var settings = S3Settings(bucket: "bucket")
        settings.endpoint = "http://127.0.0.1:\(server.port)"
        settings.addressing = .path
        let store = try S3ObjectStore(settings: settings) { S3TestServer.credentials }
        #expect(try await store.sweepLeftovers(olderThan: .seconds(3600), dryRun: false) == 0)
    }
}
