import Foundation
import LakeCore
import LakeSQL
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

/// Three buckets: the primary one, another, and the one that holds copies of both.
@Suite struct RescueTests {
    private static let people = "id,name\n1,Ada\n2,Bo\n"
    private static let visits = "id,place\n1,Rome\n1,Oslo\n2,Lima\n"
    private static let join = "SELECT name, place FROM people JOIN visits USING (id) ORDER BY place"
    private static let joined: [[SQLValue]] = [
        [.text("Bo"), .text("Lima")], [.text("Ada"), .text("Oslo")], [.text("Ada"), .text("Rome")],
    ]

    private func lake(in folder: TemporaryFolder? = nil) async throws -> TestLake {
        try await TestLake(in: folder) { settings, folder in
            settings.storage.buckets = ["other", "rescue"].map {
                BucketSettings(name: $0, place: .folder(folder.path($0)))
            }
            settings.storage.rescueBucket = "rescue"
        }
    }

    /// A lake with a table in the primary bucket and one in the other, copied.
    private func copied() async throws -> TestLake {
        let test = try await lake()
        try await test.ingest(Self.people, as: "people.csv")
        try await test.ingest(Self.visits, as: "visits.csv", bucket: "other")
        try await test.lake.replicator?.catchUp()
        return test
    }

    private func move(_ test: TestLake, _ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: test.folder.path(from), toPath: test.folder.path(to))
    }

    /// The rows of a query, and the rescue bucket's name if it was used.
    private func rows(_ test: TestLake, _ sql: String) async throws -> (value: [[SQLValue]], bucket: String?) {
        try await RescueWatch.during { try await test.rows(sql) }
    }

    @Test func everythingTheLogRefersToIsCopiedAndTheLogItself() async throws {
        let test = try await copied()
        #expect(test.objects("../rescue/datasets").count == 2)
        #expect(test.objects("../rescue/_lake/log").sorted() == test.objects("_lake/log").sorted())
        #expect(test.objects("../rescue/_rescue/copies").count == 2)
        let health = try #require(try await test.lake.bucketHealth(for: .local).rescue)
        #expect(health.version == 2 && health.lagVersions == 0 && health.lagSeconds == 0 && health.lastError == nil)
        // A second look copies nothing.
        try await test.lake.replicator?.catchUp()
        #expect(try await test.lake.bucketHealth(for: .local).rescue?.bytes == health.bytes)
    }

    @Test func theCopyIsALakeOfItsOwn() async throws {
        let test = try await copied()
        await test.lake.close()
        let other = try await TestLake(in: test.folder) { settings, folder in
            settings.lakeFolder = folder.path("rescue")
            settings.storage.buckets = [BucketSettings(name: "other", place: .folder(folder.path("other")))]
        }
        #expect(try await other.rows(Self.join) == Self.joined)
        await other.lake.close()
    }

    @Test func aQueryReadsTheCopyWhileABucketIsGone() async throws {
        let test = try await copied()
        let before = try await rows(test, Self.join)
        #expect(before.value == Self.joined && before.bucket == nil)
        try move(test, "other", "away")
        let without = try await rows(test, Self.join)
        #expect(without.value == Self.joined && without.bucket == "rescue")
        try move(test, "away", "other")
        await test.lake.buckets.probe()
        await test.lake.buckets.probe()
        let after = try await rows(test, Self.join)
        #expect(after.value == Self.joined && after.bucket == nil)
    }

    @Test func theLogIsReadFromTheCopyWhileThePrimaryBucketIsGone() async throws {
        let test = try await copied()
        try move(test, "lake", "away")
        let without = try await rows(test, Self.join)
        #expect(without.value == Self.joined && without.bucket == "rescue")
        // Writes never fall back.
        await #expect(throws: (any Error).self) { try await test.ingest("a\n1\n", as: "fresh.csv") }
        let log = test.folder.path("rescue/_lake/log")
        #expect(try FileManager.default.contentsOfDirectory(atPath: log).count == 2)
        try move(test, "away", "lake")
        await test.lake.buckets.probe()
        await test.lake.buckets.probe()
        try await test.ingest("a\n1\n", as: "fresh.csv")
        #expect(try await test.rows("SELECT a FROM fresh") == [[.integer(1)]])
    }

    @Test func aMissingFileOfAHealthyBucketIsNotReplaced() async throws {
        let test = try await copied()
        let file = try #require(test.objects("../other/datasets").first)
        try FileManager.default.removeItem(atPath: test.folder.path("other/datasets/" + file))
        await #expect(throws: (any Error).self) { try await test.rows(Self.join) }
        await #expect(throws: StorageError.self) {
            try await test.lake.object("datasets/" + file, in: "other", for: .local)
        }
    }

    @Test func aCopyThatIsNotAsRecordedIsRefused() async throws {
        let test = try await copied()
        let file = try #require(test.objects("../other/datasets").first)
        let copy = URL(filePath: test.folder.path("rescue/datasets/" + file))
        let bytes = try Data(contentsOf: copy)
        try FileManager.default.removeItem(at: copy)
        try bytes.write(to: copy)
        try move(test, "other", "away")
        await #expect(throws: StorageError.self) { try await test.rows(Self.join) }
        await #expect(throws: StorageError.self) {
            try await test.lake.readObject("datasets/" + file, in: "other", for: .local)
        }
    }

    @Test func aFileWithoutACopyIsNotRead() async throws {
        let test = try await copied()
        try await test.ingest("id,place\n3,Bern\n", as: "more.csv", dataset: "visits", mode: .append)
        try move(test, "other", "away")
        let error = await #expect(throws: StorageError.self) { try await test.rows("SELECT * FROM visits") }
        #expect(error?.isBucketsFault == true)
        // An older version is whole.
        #expect(try await test.rows("SELECT count(*) FROM visits", version: 2) == [[.integer(3)]])
    }

    @Test func anObjectIsReadFromTheRescueBucket() async throws {
        let test = try await copied()
        let file = try #require(test.objects("../other/datasets").first)
        let whole = FileManager.default.contents(atPath: test.folder.path("other/datasets/" + file))
        try move(test, "other", "away")
        let (reading, bucket) = try await RescueWatch.during {
            try await test.lake.readObject("datasets/" + file, in: "other", for: .local)
        }
        var read: [UInt8] = []
        while let piece = try await reading.next() { read += piece }
        #expect(Data(read) == whole && bucket == "rescue")
        await #expect(throws: StorageError.self) { try await test.lake.object("none", in: "other", for: .local) }
        let chunks = AsyncStream<[UInt8]> { $0.finish() }
        await #expect(throws: StorageError.self) {
            try await test.lake.writeObject("k", in: "other", chunks: chunks, for: .local)
        }
    }

    @Test func copiesFollowTheirOriginalsWhenThoseAreDeleted() async throws {
        let test = try await copied()
        try await test.ingest("id,place\n9,Rome\n", as: "new.csv", dataset: "visits", mode: .replace)
        try await test.lake.replicator?.catchUp()
        #expect(test.objects("../rescue/datasets").count == 3)
        let old = test.objects("../other/datasets").sorted()[0]
        let people = try #require(test.objects("datasets").first)
        try FileManager.default.removeItem(atPath: test.folder.path("other/datasets/" + old))
        // This one is still referred to: it was lost, not deleted.
        try FileManager.default.removeItem(atPath: test.folder.path("lake/datasets/" + people))
        try await test.lake.replicator?.sweep()
        let left = test.objects("../rescue/datasets")
        #expect(left.count == 2 && left.contains(people) && !left.contains(old))
        #expect(test.objects("../rescue/_rescue/copies").count == 2)
    }

    @Test func whatIsMissingComesBackFromTheRescueBucket() async throws {
        let test = try await copied()
        let job = try await test.lake.createIndex(
            IndexRequest(name: "names", dataset: "people", textColumns: ["name"]),
            for: .local
        )
        #expect(try await test.finish(job).state == .succeeded)
        try await test.lake.replicator?.catchUp()
        let file = try #require(test.objects("indexes").sorted().first)
        let data = try #require(test.objects("../other/datasets").first)
        for path in ["lake/indexes/" + file, "other/datasets/" + data] {
            try FileManager.default.removeItem(atPath: test.folder.path(path))
        }
        #expect(try await test.lake.repairPlan(for: .local).steps.map(\.kind) == [.restoreObject, .restoreObject])
        let outcome = try await test.lake.resyncMissing(for: .local)
        #expect(Set(outcome.restored) == ["indexes/" + file, "datasets/" + data] && outcome.missing == [])
        #expect(try await test.lake.verify(for: .local).problems == [])
    }

    @Test func anUnreachableBucketDeletesNothing() async throws {
        let test = try await copied()
        try move(test, "other", "away")
        await #expect(throws: StorageError.self) { try await test.lake.replicator?.sweep() }
        #expect(test.objects("../rescue/datasets").count == 2)
    }

    @Test func anEmptyPrimaryBucketBesideACopyIsRefused() async throws {
        let test = try await copied()
        await test.lake.close()
        try move(test, "lake", "away")
        await #expect(throws: EngineError.primaryIsEmpty(rescue: "rescue")) { try await lake(in: test.folder) }
    }

    @Test func theCopyOfAnotherLakeIsNotWrittenOver() async throws {
        let test = try await copied()
        await test.lake.close()
        let other = try await TestLake(in: test.folder) { settings, folder in
            settings.lakeFolder = folder.path("another")
            settings.storage.buckets = [BucketSettings(name: "primary", place: .folder(folder.path("another")))]
        }
        try await other.ingest("a\n1\n", as: "a.csv")
        await other.lake.close()
        let both = try await TestLake(in: test.folder) { settings, folder in
            settings.lakeFolder = folder.path("another")
            settings.storage.buckets = [BucketSettings(name: "rescue", place: .folder(folder.path("rescue")))]
            settings.storage.rescueBucket = "rescue"
        }
        await #expect(throws: EngineError.rescueHoldsAnotherLake(name: "rescue")) {
            try await both.lake.replicator?.catchUp()
        }
        await both.lake.close()
    }

    @Test func thePositionAndTheRecordsKeepTheirForm() throws {
        let position = #"{"at":"2026-03-01T12:00:00.000Z","format":1,"version":7}"#
        #expect(
            RescuePosition.decode(Array(position.utf8)) == RescuePosition(version: 7, at: "2026-03-01T12:00:00.000Z")
        )
        let written = try RescuePosition(version: 7, at: "2026-03-01T12:00:00.000Z").encoded()
        #expect(String(decoding: written, as: UTF8.self) == position)
        let record = CopyRecord(
            bucket: "other",
            key: try ObjectKey(validating: "datasets/a/data/b.parquet"),
            bytes: 3,
            sha256: "00",
            etag: "e",
            at: "2026-03-01T12:00:00.000Z"
        )
        let text =
            #"{"at":"2026-03-01T12:00:00.000Z","bucket":"other","bytes":3,"etag":"e","format":1,"#
            + #""key":"datasets/a/data/b.parquet","sha256":"00"}"#
        #expect(String(decoding: record.encoded(), as: UTF8.self) == text)
        #expect(CopyRecord.decode(Array(text.utf8)) == record)
    }
}
