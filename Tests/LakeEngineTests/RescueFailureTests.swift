import Foundation
import LakeCore
import LakeSQL
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

/// Three buckets, and one of them failing in every way that buckets fail: the primary one and the rescue bucket are folders, the
/// other one is S3 behind a proxy.
@Suite(.timeLimit(.minutes(5))) struct RescueFailureTests {
    private static let people = "id,name\n1,Ada\n2,Bo\n"
    private static let visits = "id,place\n1,Rome\n1,Oslo\n2,Lima\n"
    private static let join = "SELECT name, place FROM people JOIN visits USING (id) ORDER BY place"
    private static let joined: [[SQLValue]] = [
        [.text("Bo"), .text("Lima")], [.text("Ada"), .text("Oslo")], [.text("Ada"), .text("Rome")],
    ]

    /// The lake, and what stands before its S3 bucket.
    private struct Place {
        let test: TestLake
        let proxy: FaultyProxy

        init() async throws {
            let s3 = try await S3TestServer.shared.bucket()
            let url = try #require(s3.endpoint.flatMap { URL(string: $0) })
            let proxy = try await FaultyProxy(to: try #require(url.port))
            self.proxy = proxy
            test = try await TestLake { settings, folder in
                var place = S3Place(bucket: s3.bucket, credentials: .environment(prefix: "AWS"))
                place.endpoint = "http://127.0.0.1:\(proxy.port)"
                place.isPathStyle = true
                place.connectTimeout = .seconds(1)
                place.answerTimeout = .seconds(1)
                place.idleTimeout = .seconds(1)
                place.totalTimeout = .seconds(2)
                settings.storage.buckets = [
                    BucketSettings(name: "other", place: .s3(place)),
                    BucketSettings(name: "rescue", place: .folder(folder.path("rescue"))),
                ]
                settings.storage.rescueBucket = "rescue"
                settings.environment = [
                    "AWS_ACCESS_KEY_ID": S3TestServer.credentials.accessKeyID,
                    "AWS_SECRET_ACCESS_KEY": S3TestServer.credentials.secretAccessKey,
                ]
            }
            try await test.ingest(RescueFailureTests.people, as: "people.csv")
            try await test.ingest(RescueFailureTests.visits, as: "visits.csv", bucket: "other")
            try await test.lake.replicator?.catchUp()
        }

        /// The key of the object in the other bucket.
        func key() async throws -> String {
            try #require(try await test.lake.objects(in: "other", prefix: "datasets/", for: .local).items.first).key
        }

        func read(_ key: String) async throws -> (value: [UInt8], bucket: String?) {
            try await RescueWatch.during {
                let reading = try await test.lake.readObject(key, in: "other", for: .local)
                var bytes: [UInt8] = []
                while let piece = try await reading.next() { bytes += piece }
                return bytes
            }
        }
    }

    @Test(arguments: FaultyProxy.Mode.allCases.filter { ![.passing, .breaking].contains($0) })
    func readsFallBackAndWritesDoNot(mode: FaultyProxy.Mode) async throws {
        let place = try await Place()
        let (test, key) = (place.test, try await place.key())
        let healthy = try await place.read(key)
        #expect(healthy.bucket == nil && healthy.value.prefix(4).elementsEqual("PAR1".utf8))

        try await place.proxy.set(mode)
        // The SQL engine's own reader takes what comes slowly for well; the probes, which run in a server, do not.
        if mode == .slow { await test.lake.buckets.probe() }
        let rows = try await RescueWatch.during { try await test.rows(Self.join) }
        #expect(rows.value == Self.joined)
        #expect(rows.bucket == "rescue")
        let object = try await place.read(key)
        #expect(object.value == healthy.value)
        #expect(object.bucket == "rescue")
        let refused = await #expect(throws: StorageError.self) {
            try await test.ingest("id,place\n3,Bern\n", as: "more.csv", dataset: "visits", mode: .append)
        }
        #expect(refused?.kind == .unavailable)
        let failures = try await test.lake.bucketErrors(of: "other", for: .local)
        #expect(!failures.isEmpty)
        #expect(try await test.lake.bucketErrors(of: "primary", for: .local).isEmpty)

        try await place.proxy.set(.passing)
        let deadline = ContinuousClock.now + .seconds(30)
        while test.lake.buckets.status().contains(where: { !$0.isReachable }), ContinuousClock.now < deadline {
            await test.lake.buckets.probe()
        }
        let after = try await place.read(key)
        #expect(after.value == healthy.value && after.bucket == nil)
        let again = try await RescueWatch.during { try await test.rows(Self.join) }
        #expect(again.value == Self.joined && again.bucket == nil)
        await test.lake.close()
    }

    @Test func whatIsAbsentFromAHealthyBucketIsAbsent() async throws {
        let place = try await Place()
        let key = try await place.key()
        let copy = try #require(place.test.lake.buckets.bucket(named: "other"))
        try await copy.delete(ObjectKey(validating: key))
        let error = await #expect(throws: StorageError.self) { try await place.read(key) }
        #expect(error?.kind == .notFound)
        await place.test.lake.close()
    }
}
