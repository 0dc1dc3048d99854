import Foundation
import LakeCore
import LakeSQL
import LakeTesting
import Testing

@testable import LakeEngine

@Suite struct BucketTests {
    private static let people = "id,name\n1,Ada\n2,Bo\n"
    private static let visits = "id,place\n1,Rome\n1,Oslo\n2,Lima\n"

    /// A lake with the further buckets `other` and `third`, folders.
    private func lake() async throws -> TestLake {
        try await TestLake { settings, folder in
            settings.storage.buckets = ["other", "third"].map {
                BucketSettings(name: $0, place: .folder(folder.path($0)))
            }
            settings.storage.profileRoot = folder.path("profiles")
        }
    }

    @Test func aDatasetGoesWhereTheCallerWantsIt() async throws {
        let test = try await lake()
        try await test.ingest(Self.people, as: "people.csv", bucket: "other")
        #expect(test.objects("datasets").isEmpty)
        #expect(test.objects("../other/datasets").count == 1)
        #expect(try await test.rows("SELECT name FROM people ORDER BY id") == [[.text("Ada")], [.text("Bo")]])
        // What is appended goes where the rest is.
        try await test.ingest("id,name\n3,Cy\n", as: "more.csv", dataset: "people", mode: .append)
        #expect(test.objects("../other/datasets").count == 2)
        #expect(try await test.rows("SELECT count(*) FROM people") == [[.integer(3)]])
    }

    @Test func oneQueryJoinsAcrossBuckets() async throws {
        let test = try await lake()
        try await test.ingest(Self.people, as: "people.csv")
        try await test.ingest(Self.visits, as: "visits.csv", bucket: "other")
        try await test.ingest("place,country\nRome,IT\nOslo,NO\n", as: "places.csv", bucket: "third")
        let rows = try await test.rows(
            """
            SELECT name, country FROM people JOIN visits USING (id) JOIN places USING (place) ORDER BY country
            """
        )
        #expect(rows == [[.text("Ada"), .text("IT")], [.text("Ada"), .text("NO")]])
        let qualified = try await test.rows(
            "SELECT count(*) FROM other.visits v, \"primary\".people p WHERE v.id = p.id"
        )
        #expect(qualified == [[.integer(3)]])
        await #expect(throws: EngineError.self) { try await test.rows("SELECT * FROM third.visits") }
    }

    @Test func aProfilesBucketTakesData() async throws {
        let test = try await lake()
        try await test.ingest(Self.people, as: "people.csv", bucket: "profile:ada")
        #expect(test.objects("../profiles/ada/datasets").count == 1)
        #expect(try await test.rows("SELECT count(*) FROM people") == [[.integer(2)]])
    }

    @Test func aDatasetIsMovedToAnotherBucketAndBack() async throws {
        let test = try await lake()
        try await test.ingest(Self.people, as: "people.csv")
        try await test.ingest("id,name\n3,Cy\n", as: "more.csv", dataset: "people", mode: .append)
        let moved = try await test.lake.migrate(dataset: "people", to: "other", for: .local)
        #expect(moved.files == 2 && moved.version == 3 && moved.bucket == "other")
        #expect(test.objects("../other/datasets").count == 2)
        #expect(try await test.rows("SELECT count(*) FROM other.people") == [[.integer(3)]])
        // Versions before are read where they were written.
        #expect(try await test.rows("SELECT count(*) FROM people", version: 2) == [[.integer(3)]])
        #expect(try await test.lake.verify(for: .local).problems == [])
        let nothing = try await test.lake.migrate(dataset: "people", to: "other", for: .local)
        #expect(nothing.files == 0 && nothing.version == 3)
        let back = try await test.lake.migrate(dataset: "people", to: "primary", for: .local)
        #expect(back.files == 2 && back.version == 4)
        #expect(try await test.rows("SELECT name FROM people ORDER BY id LIMIT 1") == [[.text("Ada")]])
        await #expect(throws: EngineError.self) { try await test.rows("SELECT * FROM other.people") }
        await #expect(throws: EngineError.notFound(kind: "bucket", name: "othr", nearest: ["other"])) {
            try await test.lake.migrate(dataset: "people", to: "othr", for: .local)
        }
    }

    @Test func anUnknownBucketIsRefusedBeforeAnythingIsRead() async throws {
        let test = try await lake()
        let error = await #expect(throws: EngineError.self) {
            try await test.ingest(Self.people, as: "people.csv", bucket: "othr")
        }
        #expect(error == .notFound(kind: "bucket", name: "othr", nearest: ["other"]))
    }

    @Test func dataInABucketThatIsNoLongerConfiguredIsNamed() async throws {
        let folder = try TemporaryFolder()
        let first = try await TestLake(in: folder) { settings, folder in
            settings.storage.buckets = [BucketSettings(name: "other", place: .folder(folder.path("other")))]
        }
        try await first.ingest(Self.people, as: "people.csv", bucket: "other")
        await first.lake.close()
        let second = try await TestLake(in: folder)
        await #expect(throws: EngineError.bucketNotConfigured(name: "other")) {
            try await second.rows("SELECT * FROM people")
        }
    }
}
