import Foundation
import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

/// Every part that can fail, failing for real, and coming back where it can.
@Suite struct ReadinessTests {
    /// Expects that these parts are not ready, for a reason, and that all others are.
    private func expect(_ lake: TestLake, unready: Set<String>, _ place: SourceLocation = #_sourceLocation) async {
        let readiness = await lake.lake.readiness()
        let failing = readiness.parts.filter { !$0.ready }
        #expect(Set(failing.map(\.name)) == unready, "\(failing)", sourceLocation: place)
        #expect(readiness.ready == unready.isEmpty, sourceLocation: place)
        #expect(failing.allSatisfy { $0.reason?.isEmpty == false }, sourceLocation: place)
    }

    @Test func aFreshLakeIsReadyInAllParts() async throws {
        let lake = try await TestLake()
        await expect(lake, unready: [])
        let names = await lake.lake.readiness().parts.map(\.name)
        #expect(
            names == ["log", "storage", "sql", "ingest", "model", "memory", "journal", "buckets", "jobs"]
        )
    }

    @Test func aJournalThatCannotBeWrittenIsNamed() async throws {
        let lake = try await TestLake()
        try FileManager.default.createDirectory(
            atPath: lake.folder.path("lake/journals"),
            withIntermediateDirectories: true
        )
        // A file where the folder should be.
        let inTheWay = lake.folder.path("lake/journals/audit")
        #expect(FileManager.default.createFile(atPath: inTheWay, contents: nil))
        await #expect(throws: (any Error).self) {
            try await lake.ingest("a\n1\n", as: "orders.csv", by: Principal(name: "will", role: .writer))
        }
        await expect(lake, unready: ["journal"])
        try FileManager.default.removeItem(atPath: inTheWay)
        await expect(lake, unready: [])
    }

    @Test func aDamagedLogIsNamed() async throws {
        let lake = try await TestLake()
        try await lake.ingest("a\n1\n", as: "orders.csv")
        let next = lake.folder.path("lake/_lake/log/00000000000000000002.json")
        try Data("{}".utf8).write(to: URL(filePath: next))
        await expect(lake, unready: ["log"])
    }

    @Test func aFolderThatIsGoneIsNamed() async throws {
        let lake = try await TestLake()
        await expect(lake, unready: [])
        let staging = lake.folder.path("lake/staging")
        try FileManager.default.moveItem(atPath: staging, toPath: lake.folder.path("elsewhere"))
        let failing = await lake.lake.readiness().parts.filter { !$0.ready }.map(\.name)
        #expect(failing.contains("storage"))
        try FileManager.default.moveItem(atPath: lake.folder.path("elsewhere"), toPath: staging)
        await expect(lake, unready: [])
    }

    @Test func aMissingModelIsNamed() async throws {
        let lake = try await TestLake { settings, folder in settings.modelFolder = folder.path("none") }
        await expect(lake, unready: ["model"])
    }

    @Test func missingExtensionsOfTheEnginesAreNamed() async throws {
        let lake = try await TestLake { settings, folder in
            var place = S3Place(bucket: "bucket", credentials: .environment(prefix: "NONE"))
            place.endpoint = "http://127.0.0.1:9"
            settings.storage.buckets = [BucketSettings(name: "far", place: .s3(place))]
            settings.environment = ["NONE_ACCESS_KEY_ID": "a", "NONE_SECRET_ACCESS_KEY": "b"]
            settings.extensionFolder = folder.path("none")
        }
        // Nobody has asked the bucket yet, so that only the engines that would read it are known to fail.
        await expect(lake, unready: ["sql", "ingest"])
    }

    @Test func memoryThatIsGoneIsNamed() async throws {
        let lake = try await TestLake { settings, _ in settings.processMemoryBytes = 1 << 20 }
        let failing = await lake.lake.readiness().parts.filter { !$0.ready }.map(\.name)
        #expect(failing.contains("memory"))
    }

    @Test func aBucketThatCannotBeReachedIsNamedAndALateCopyIsNot() async throws {
        let lake = try await TestLake { settings, folder in
            settings.storage.buckets = [
                BucketSettings(name: "other", place: .folder(folder.path("file"))),
                BucketSettings(name: "copies", place: .folder(folder.path("copies"))),
            ]
            settings.storage.rescueBucket = nil
            _ = FileManager.default.createFile(atPath: folder.path("file"), contents: nil)
        }
        await lake.lake.buckets.probe()
        await lake.lake.buckets.probe()
        await lake.lake.buckets.probe()
        await expect(lake, unready: ["buckets"])

        let late = try await TestLake { settings, folder in
            settings.storage.buckets = [BucketSettings(name: "copies", place: .folder(folder.path("copies")))]
            settings.storage.rescueBucket = "copies"
        }
        try await late.ingest("a\n1\n", as: "orders.csv")
        // Nothing is copied before the lake's background work runs.
        await expect(late, unready: [])
        #expect(await late.lake.readiness().parts.last?.name == "rescue")
    }
}
