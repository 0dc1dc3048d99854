import Foundation
import LakeCore
import LakeSQL
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

/// A lake in S3 whose primary bucket fails in every way that buckets fail, with its copy in another bucket of S3.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PrimaryRescueTests {
    private static let people = "id,name\n1,Ada\n2,Bo\n"
    private static let visits = "id,place\n1,Rome\n1,Oslo\n2,Lima\n"
    private static let join = "SELECT name, place FROM people JOIN visits USING (id) ORDER BY place"
    private static let joined: [[SQLValue]] = [
        [.text("Bo"), .text("Lima")], [.text("Ada"), .text("Oslo")], [.text("Ada"), .text("Rome")],
    ]

    private static func place(_ settings: S3Settings, port: Int? = nil) -> S3Place {
        var place = S3Place(bucket: settings.bucket, credentials: .environment(prefix: "AWS"))
        place.endpoint = port.map { "http://127.0.0.1:\($0)" } ?? settings.endpoint
        place.isPathStyle = true
        place.connectTimeout = .seconds(1)
        place.answerTimeout = .seconds(2)
        place.idleTimeout = .seconds(1)
        place.totalTimeout = .seconds(4)
        place.attempts = 2
        return place
    }

    /// The lake with a table in its primary bucket and one in a folder, and what stands before the primary bucket.
    private func lake() async throws -> (TestLake, FaultyProxy) {
        let (s3, copies) = (try await S3TestServer.shared.bucket(), try await S3TestServer.shared.bucket())
        let proxy = try await FaultyProxy(to: try #require(s3.endpoint.flatMap { URL(string: $0) }?.port))
        let test = try await TestLake { settings, folder in
            settings.storage.buckets = [
                BucketSettings(name: "primary", place: .s3(Self.place(s3, port: proxy.port))),
                BucketSettings(name: "other", place: .folder(folder.path("other"))),
                BucketSettings(name: "rescue", place: .s3(Self.place(copies))),
            ]
            settings.storage.rescueBucket = "rescue"
            settings.environment = [
                "AWS_ACCESS_KEY_ID": S3TestServer.credentials.accessKeyID,
                "AWS_SECRET_ACCESS_KEY": S3TestServer.credentials.secretAccessKey,
            ]
        }
        try await test.ingest(Self.people, as: "people.csv")
        try await test.ingest(Self.visits, as: "visits.csv", bucket: "other")
        try await test.lake.replicator?.catchUp()
        return (test, proxy)
    }

    private func read(_ test: TestLake, _ key: String) async throws -> (value: [UInt8], bucket: String?) {
        try await RescueWatch.during {
            let reading = try await test.lake.readObject(key, for: .local)
            var bytes: [UInt8] = []
            while let piece = try await reading.next() { bytes += piece }
            return bytes
        }
    }

    @Test(arguments: FaultyProxy.Mode.allCases.filter { ![.passing, .breaking].contains($0) })
    func theCopyInS3StandsInForThePrimaryBucket(mode: FaultyProxy.Mode) async throws {
        let (test, proxy) = try await lake()
        let listed = try await test.lake.objects(prefix: "datasets/", for: .local).items
        let key = try #require(listed.first).key
        let healthy = try await read(test, key)
        #expect(healthy.bucket == nil)

        try await proxy.set(mode)
        if mode == .slow { await test.lake.buckets.probe() }
        let rows = try await RescueWatch.during { try await test.rows(Self.join) }
        #expect(rows.value == Self.joined && rows.bucket == "rescue")
        let object = try await read(test, key)
        #expect(object.value == healthy.value && object.bucket == "rescue")
        let refused = await #expect(throws: StorageError.self) {
            try await test.ingest("id,name\n3,Cy\n", as: "more.csv", dataset: "people", mode: .append)
        }
        #expect(refused?.kind == .unavailable || refused?.kind == .timedOut)

        try await proxy.set(.passing)
        let deadline = ContinuousClock.now + .seconds(30)
        while test.lake.buckets.status().contains(where: { !$0.isReachable }), ContinuousClock.now < deadline {
            await test.lake.buckets.probe()
        }
        try await test.ingest("id,name\n3,Cy\n", as: "more.csv", dataset: "people", mode: .append)
        let after = try await RescueWatch.during { try await test.rows("SELECT count(*) FROM people") }
        #expect(after.value == [[.integer(3)]] && after.bucket == nil)
        // The copy follows.
        try await test.lake.replicator?.catchUp()
        #expect(try await test.lake.bucketHealth(for: .local).rescue?.lagVersions == 0)
        await test.lake.close()
    }

    /// What a client has seen of an object must not seem whole, and what it asks for next comes from the copy.
    @Test func aBodyThatBreaksOffEndsInAnError() async throws {
        let (test, proxy) = try await lake()
        let text = (0..<60_000).map { "\($0),\(UInt64.random(in: 0 ... .max))\(UInt64.random(in: 0 ... .max))\n" }
        try await test.ingest("id,noise\n" + text.joined(), as: "noise.csv")
        try await test.lake.replicator?.catchUp()
        let listed = try await test.lake.objects(prefix: "datasets/", for: .local).items
        let object = try #require(listed.max { $0.size < $1.size })
        #expect(object.size > 600 << 10)
        let whole = try await read(test, object.key).value
        try await proxy.set(.breaking)
        let reading = try await test.lake.readObject(object.key, for: .local)
        var seen: [UInt8] = []
        await #expect(throws: StorageError.self) {
            while let piece = try await reading.next() { seen += piece }
        }
        #expect(seen.count < whole.count && whole.starts(with: seen))
        let rest = try await RescueWatch.during {
            let reading = try await test.lake.readObject(object.key, part: .from(seen.count), for: .local)
            var bytes: [UInt8] = []
            while let piece = try await reading.next() { bytes += piece }
            return bytes
        }
        #expect(seen + rest.value == whole && rest.bucket == "rescue")
        await test.lake.close()
    }
}
