import Foundation
import LakeCore
import LakeTesting
import Testing

@testable import LakeStorage

@Suite struct BucketRegistryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func registry(_ buckets: [(String, String)], rescue: String? = nil) throws -> BucketRegistry {
        var settings = StorageSettings()
        settings.buckets = buckets.map { BucketSettings(name: $0.0, place: .folder(folder.path($0.1))) }
        settings.rescueBucket = rescue
        settings.profileRoot = folder.path("profiles")
        return try BucketRegistry(
            settings: settings,
            lakeFolder: folder.path("lake"),
            secrets: SecretsProvider(file: nil, environment: [:])
        )
    }

    private func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    @Test func anEmptyListHasAPrimaryBucketInTheLakesFolder() async throws {
        let registry = try registry([])
        _ = try await registry.primary.put(key("k"), [1], condition: .ifAbsent)
        #expect(FileManager.default.fileExists(atPath: folder.path("lake/k")))
        #expect(registry.all.map(\.name) == ["primary"])
        #expect(registry.bucket(named: nil) === registry.primary)
        #expect(registry.bucket(named: "primary") === registry.primary)
    }

    @Test func aListMayMoveThePrimaryBucket() async throws {
        let registry = try registry([("other", "o"), ("primary", "p")])
        _ = try await registry.primary.put(key("k"), [1], condition: .ifAbsent)
        #expect(FileManager.default.fileExists(atPath: folder.path("p/k")))
        #expect(!FileManager.default.fileExists(atPath: folder.path("lake")))
        #expect(registry.all.map(\.name) == ["primary", "other"])
    }

    @Test func aBucketThatCannotBeMadeKeepsNobodyFromStarting() async throws {
        _ = try folder.write("file", "")
        let registry = try registry([("broken", "file/below"), ("other", "o")])
        await registry.probe()
        let status = registry.status()
        #expect(status.map(\.name) == ["primary", "broken", "other"])
        #expect(status.map(\.isReachable) == [true, false, true])
        #expect(status[1].lastError?.detail.contains("folder") == true)
        #expect(registry.errors.newest(of: "broken", limit: 10).count == 1)
        #expect(registry.errors.newest(of: "other", limit: 10).isEmpty)
        // It comes as soon as it can.
        try FileManager.default.removeItem(atPath: folder.path("file"))
        await registry.probe()
        #expect(registry.status()[1].latencyMilliseconds != nil)
    }

    @Test func aBucketThatIsTakenAwayIsLeftAloneAndComesBack() async throws {
        let registry = try registry([("other", "o")])
        let other = try #require(registry.bucket(named: "other"))
        _ = try await other.put(key("k"), [1], condition: .ifAbsent)
        try FileManager.default.moveItem(atPath: folder.path("o"), toPath: folder.path("away"))
        for _ in 0..<3 {
            let error = await #expect(throws: StorageError.self) { try await other.get(key("k")) }
            #expect(error == .notAFolder)
        }
        let resting = await #expect(throws: StorageError.self) { try await other.get(key("k")) }
        #expect(resting == .bucketResting("other"))
        #expect(registry.status()[1].circuit == .open)
        #expect(registry.status()[1].errors == [.read: 3])
        try FileManager.default.moveItem(atPath: folder.path("away"), toPath: folder.path("o"))
        await registry.probe()
        #expect(registry.status()[1].circuit == .halfOpen)
        await registry.probe()
        #expect(registry.status()[1].circuit == .closed)
        #expect(try await other.get(key("k")) == [1])
    }

    @Test func whatWentWrongIsWrittenDown() async throws {
        _ = try folder.write("file", "")
        let first = try registry([("broken", "file/below")])
        let running = Task { await first.run() }
        let deadline = ContinuousClock.now + .seconds(120)
        while await first.journal.stats().entries == 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        running.cancel()
        await running.value
        await first.close()
        let before = first.errors.newest(of: "broken", limit: 10)
        #expect(!before.isEmpty)

        let second = try registry([("other", "o")])
        let again = Task { await second.run() }
        while second.errors.newest(limit: 1).isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        again.cancel()
        await again.value
        #expect(second.errors.newest(of: "broken", limit: 10).last == before.last)
        await second.close()
    }

    @Test func anAbsentObjectIsNotTheBucketsFault() async throws {
        let registry = try registry([])
        for _ in 0..<5 {
            await #expect(throws: StorageError.noSuchObject(try key("none"))) {
                try await registry.primary.get(key("none"))
            }
        }
        #expect(try await registry.primary.head(key("none")) == nil)
        #expect(registry.status()[0].circuit == .closed)
        #expect(registry.errors.newest(limit: 10).isEmpty)
    }

    @Test func aProfilesBucketIsAFolderOfItsOwn() async throws {
        let registry = try registry([])
        let profile = try #require(registry.bucket(named: "profile:ada"))
        _ = try await profile.put(key("k"), [1], condition: .ifAbsent)
        #expect(FileManager.default.fileExists(atPath: folder.path("profiles/ada/k")))
        #expect(registry.bucket(named: "profile:ada") === profile)
        for name in ["ada", "profile:", "profile:../x", "profile:a/b", "none"] {
            #expect(registry.bucket(named: name) == nil, "\(name)")
        }
    }

    @Test(
        arguments: [
            ([("a", "x"), ("a", "y")], nil, "storage.buckets"),
            ([("a", "x"), ("b", "x")], nil, "storage.buckets"),
            ([("a", "x"), ("b", "./x/")], nil, "storage.buckets"),
            ([("a", "x"), ("b", "x/datasets/y")], nil, "storage.buckets"),
            ([("a", "x")], "b", "storage.rescue_bucket"),
            ([("primary", "x")], "primary", "storage.rescue_bucket"),
            ([("a", "x"), ("b", "x/own")], "b", nil),
        ] as [([(String, String)], String?, String?)]
    )
    func bucketsThatDoNotFitAreRefused(_ buckets: [(String, String)], _ rescue: String?, _ setting: String?) {
        var settings = StorageSettings()
        settings.buckets = buckets.map { BucketSettings(name: $0.0, place: .folder($0.1)) }
        settings.rescueBucket = rescue
        #expect(settings.problem(lakeFolder: "lake")?.setting == setting)
    }

    @Test func placesOfOneS3BucketMustNotBeTheSame() {
        let credentials = SecretReference.environment(prefix: "X")
        var (a, b) = (
            S3Place(bucket: "lake", credentials: credentials), S3Place(bucket: "lake", credentials: credentials)
        )
        a.endpoint = "http://127.0.0.1:1"
        var settings = StorageSettings()
        settings.buckets = [BucketSettings(name: "a", place: .s3(a)), BucketSettings(name: "b", place: .s3(b))]
        #expect(settings.problem(lakeFolder: "lake")?.setting == "storage.buckets")
        b.prefix = "copy"
        settings.buckets[1].place = .s3(b)
        #expect(settings.problem(lakeFolder: "lake") == nil)
        b.credentials = .file(name: "x")
        settings.buckets[1].place = .s3(b)
        #expect(settings.problem(lakeFolder: "lake")?.setting == "storage.secrets_file")
    }
}
