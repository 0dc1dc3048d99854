import LakeCore
import LakeTesting
import Synchronization
import Testing

@testable import LakeStorage

/// S3 buckets as the configuration names them, and how much of what is sent to them is held.
@Suite struct S3BucketTests {
    private func registry(
        _ folder: TemporaryFolder,
        environment: [String: String]
    ) async throws -> (BucketRegistry, ObjectKey) {
        let settings = try await S3TestServer.shared.bucket()
        var place = S3Place(bucket: settings.bucket, credentials: .environment(prefix: "LAKE"))
        place.endpoint = settings.endpoint
        place.isPathStyle = true
        place.prefix = "deep/er"
        var storage = StorageSettings()
        storage.buckets = [BucketSettings(name: "other", place: .s3(place))]
        let registry = try BucketRegistry(
            settings: storage,
            lakeFolder: folder.path("lake"),
            secrets: SecretsProvider(file: nil, environment: environment)
        )
        return (registry, try ObjectKey(validating: "a/b"))
    }

    @Test func aConfiguredBucketIsSpokenTo() async throws {
        let folder = try TemporaryFolder()
        let (registry, key) = try await registry(
            folder,
            environment: [
                "LAKE_ACCESS_KEY_ID": S3TestServer.credentials.accessKeyID,
                "LAKE_SECRET_ACCESS_KEY": S3TestServer.credentials.secretAccessKey,
            ]
        )
        let bucket = try #require(registry.bucket(named: "other"))
        _ = try await bucket.put(key, [1, 2, 3], condition: .always)
        #expect(try await bucket.get(key) == [1, 2, 3])
        #expect(try await bucket.list(prefix: "", after: nil, limit: 10).map(\.key) == [key])
    }

    @Test func halfASecretIsNamed() async throws {
        let folder = try TemporaryFolder()
        let (registry, key) = try await registry(folder, environment: ["LAKE_ACCESS_KEY_ID": "id"])
        let bucket = try #require(registry.bucket(named: "other"))
        let reason = "it must have an access_key_id and a secret_access_key"
        await #expect(throws: StorageError.secretUnavailable(name: "env:LAKE", reason: reason)) {
            try await bucket.get(key)
        }
    }

    /// Counts the bytes that were asked of it.
    private final class CountingContent: AsyncSequence, Sendable {
        let given = Mutex(0)

        struct Iterator: AsyncIteratorProtocol {
            let content: CountingContent

            func next() async -> [UInt8]? {
                content.given.withLock { $0 += 1 << 20 }
                return [UInt8](repeating: 1, count: 1 << 20)
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(content: self) }
    }

    @Test func aStoreThatFallsBehindHoldsUpItsSender() async throws {
        let server = try await HostileServer.start { request in
            let id = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
            return request.method == "POST" ? .answer(200, [:], id) : request.method == "PUT" ? .hang : .answer(204)
        }
        var settings = S3Settings(bucket: "bucket")
        settings.endpoint = "http://127.0.0.1:\(server.port)"
        settings.addressing = .path
        settings.partBytes = 5 << 20
        let store = try S3ObjectStore(settings: settings) { S3Credentials(accessKeyID: "id", secretAccessKey: "hush") }
        let content = CountingContent()
        let task = Task {
            try await store.put(ObjectKey(validating: "k"), chunks: content, announced: .init(), condition: .always)
        }
        while server.requests.count(where: { $0.method == "PUT" }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
        for _ in 0..<1000 { await Task.yield() }
        // Two parts are under way and a third one is ready.
        #expect(content.given.withLock { $0 } <= 17 << 20)
        task.cancel()
        await #expect(throws: StorageError.self) { try await task.value }
        #expect(server.requests.last?.method == "DELETE")
    }
}
