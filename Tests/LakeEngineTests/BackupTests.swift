import Foundation
import LakeCatalog
import LakeCore
import LakeSQL
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

/// Backups of lakes with journals, several buckets and jobs, to folders and to S3.
@Suite(.timeLimit(.minutes(5))) struct BackupTests {
    private static let people = "id,name\n1,Ada\n2,Bo\n"
    private static let visits = "id,place\n1,Rome\n1,Oslo\n2,Lima\n"
    private static let join = "SELECT name, place FROM people JOIN visits USING (id) ORDER BY place"
    private static let joined: [[SQLValue]] = [
        [.text("Bo"), .text("Lima")], [.text("Ada"), .text("Oslo")], [.text("Ada"), .text("Rome")],
    ]

    /// Everything is due at once, and readers are gone at once.
    private static let eager: JournalCompaction.Settings = {
        var settings = JournalCompaction.Settings()
        settings.age = .milliseconds(-1000)
        settings.grace = .milliseconds(-1000)
        settings.orphanAge = .milliseconds(-1000)
        settings.smallFiles = 2
        return settings
    }()

    private func tell(_ test: TestLake, _ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            let change = EntityChange(field: "number", new: .integer(Int64(number)))
            _ = try await test.lake.record(EventRequest(entity: "thing", changes: [change]), for: .local)
        }
    }

    /// Finds each of the numbers from 1 on once, and whole chains.
    private func checkJournal(of test: TestLake, through last: Int) async throws {
        let counts = try await test.rows(
            """
            SELECT count(*), count(DISTINCT CAST(new AS BIGINT)), max(CAST(new AS BIGINT)) FROM system.journal
            WHERE field = 'number'
            """
        )
        #expect(counts == [[.integer(Int64(last)), .integer(Int64(last)), .integer(Int64(last))]])
        let checks = try await test.lake.verifyJournals(for: .local)
        #expect(checks.flatMap(\.problems) == [])
    }

    private func backUp(_ settings: LakehouseSettings, _ place: BucketPlace) async throws -> BackupOutcome {
        let outcome = try await LakeBackup.backUp(settings, to: place, checkAll: false)
        #expect(outcome.problems == [])
        return outcome
    }

    // MARK: Journals

    @Test func aJournalThatWasCompactedBetweenBackupsIsRestoredEachEntryOnce() async throws {
        let test = try await TestLake()
        let files = test.lake.journals.events.files
        let (settings, place) = (TestLake.settings(test.folder), BucketPlace.folder(test.folder.path("backup")))
        try await tell(test, 1...4)
        _ = try await backUp(settings, place)
        // Two compactions: of what the first one removed no manifest tells any more, and their files become one.
        for round in [5...6, 7...8] {
            #expect(try await test.lake.compact(files, Self.eager) > 0)
            try await tell(test, round)
        }
        _ = try await test.lake.compact(files, Self.eager)
        _ = try await test.lake.compact(files, Self.eager)
        try await tell(test, 9...10)
        let second = try await backUp(settings, place)
        #expect(second.objectsCopied > 0)
        let kept = test.objects("../backup/journals/events").sorted()
        #expect(kept.count { $0.hasSuffix(".jsonl") } == 2, "\(kept)")
        #expect(kept.count { $0.hasPrefix("manifests/") } == 1 && kept.count { $0.hasPrefix("compacted/") } == 1)
        // Nothing has changed: nothing is copied.
        #expect(try await backUp(settings, place).objectsCopied == 0)

        let other = try TemporaryFolder()
        #expect(try await LakeBackup.restore(TestLake.settings(other), from: place, version: nil).problems == [])
        let restored = try await TestLake(in: other)
        try await checkJournal(of: restored, through: 10)
        try await tell(restored, 11...11)
        _ = try await restored.lake.compact(restored.lake.journals.events.files, Self.eager)
        try await checkJournal(of: restored, through: 11)
        await restored.lake.close()
    }

    /// Cut off at each write of the second backup, the copy has every entry of the first one once.
    @Test func aCopyOfAJournalIsWholeWhereverItIsCutOff() async throws {
        let test = try await TestLake()
        let files = test.lake.journals.events.files
        try await tell(test, 1...3)
        let first = try await files.snapshot()
        #expect(try await test.lake.compact(files, Self.eager) == 3)
        try await tell(test, 4...4)
        _ = try await test.lake.compact(files, Self.eager)
        let snapshot = try await files.snapshot()
        let archive = try await test.lake.archive.get()
        var write = 0
        var isWhole = false
        while !isWhole {
            write += 1
            let base = MemoryObjectStore()
            for segment in first.segments {
                // The originals are gone from the lake by now; their bytes are in the compacted file.
                let key = try files.key(of: segment)
                _ = try await base.put(key, Array(segment.rawValue.utf8), condition: .always)
            }
            for file in snapshot.manifest?.files ?? [] { try await files.store.copy(file.key, to: file.key, in: base) }
            for segment in snapshot.segments {
                try await files.store.copy(files.key(of: segment), to: files.key(of: segment), in: base)
            }
            let failing = FailingObjectStore(base, fault: .crashesBefore(write: write))
            do {
                try await JournalFiles(journal: "events", store: failing).settle(like: snapshot) { file in
                    try await archive.segmentNames(in: file.key)
                }
                isWhole = true
            } catch StorageError.unavailable {}
            let copy = JournalFiles(journal: "events", store: base)
            let seen = try await copy.snapshot()
            if seen.manifest == nil {
                #expect(Set(seen.segments) == Set(first.segments + snapshot.segments))
            } else {
                #expect(seen.segments == snapshot.segments && seen.manifest?.files == snapshot.manifest?.files)
            }
            try await copy.settle(like: snapshot) { try await archive.segmentNames(in: $0.key) }
            #expect(try await copy.snapshot().segments == snapshot.segments)
            let left = try await base.list(prefix: "journals/events/2", after: nil, limit: 100)
            #expect(left.count == snapshot.segments.count)
        }
        #expect(write > 3)
    }

    @Test func aSegmentThatTheLakeHasLostStaysInTheBackup() async throws {
        let test = try await TestLake()
        let (settings, place) = (TestLake.settings(test.folder), BucketPlace.folder(test.folder.path("backup")))
        try await tell(test, 1...3)
        _ = try await backUp(settings, place)
        let lost = try #require(test.objects("journals/events").filter { $0.hasSuffix(".jsonl") }.sorted().first)
        try FileManager.default.removeItem(atPath: test.folder.path("lake/journals/events/" + lost))
        _ = try await test.lake.compact(test.lake.journals.events.files, Self.eager)
        _ = try await backUp(settings, place)
        #expect(test.objects("../backup/journals/events").contains(lost))
    }

    // MARK: Buckets

    private func settings(_ folder: TemporaryFolder, buckets: [String]) -> LakehouseSettings {
        var settings = TestLake.settings(folder)
        settings.storage.buckets = buckets.map { BucketSettings(name: $0, place: .folder(folder.path($0))) }
        return settings
    }

    @Test(arguments: [true, false])
    func dataOfAllBucketsIsInTheBackupAndPutBack(isConfigured: Bool) async throws {
        let folder = try TemporaryFolder()
        let test = try await TestLake(in: folder, settings(folder, buckets: ["other", "third"]))
        try await test.ingest(Self.people, as: "people.csv")
        try await test.ingest(Self.visits, as: "visits.csv", bucket: "other")
        try await test.ingest("id,place\n9,Bonn\n", as: "visits.csv", dataset: "visits", mode: .append, bucket: "third")
        _ = try await test.lake.migrate(dataset: "people", to: "third", for: .local)
        let place = BucketPlace.folder(folder.path("backup"))
        let first = try await backUp(settings(folder, buckets: ["other", "third"]), place)
        #expect(test.objects("../backup/datasets").count == 3 && first.version == 4)
        #expect(try await backUp(settings(folder, buckets: ["other", "third"]), place).objectsCopied == 0)
        await test.lake.close()

        let fresh = try TemporaryFolder()
        let restoring = settings(fresh, buckets: isConfigured ? ["other", "third"] : [])
        let outcome = try await LakeBackup.restore(restoring, from: place, version: nil)
        #expect(outcome.problems == [] && outcome.version == 4)
        let restored = try await TestLake(in: fresh, restoring)
        #expect(restored.objects("../other/datasets").count == (isConfigured ? 1 : 0))
        #expect(try await restored.rows(Self.join) == Self.joined)
        #expect(try await restored.rows("SELECT count(*) FROM people", version: 1) == [[.integer(2)]])
        #expect(try await restored.lake.verify(for: .local).problems == [])
        // It goes on, and its sweeper takes nothing that a version needs.
        try await restored.ingest("id,place\n2,Bern\n", as: "visits.csv", dataset: "visits", mode: .append)
        #expect(try await restored.rows("SELECT count(*) FROM visits") == [[.integer(5)]])
        for root in ["lake", "other", "third"] { try age(fresh.path(root) + "/datasets") }
        #expect(try await restored.lake.sweep(dryRun: false, for: .local).moved == 0)
        #expect(try await restored.lake.verify(for: .local).problems == [])
        await restored.lake.close()
    }

    private func age(_ folder: String) throws {
        for name in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? []
        where name.hasSuffix(".parquet") {
            let date = Date(timeIntervalSinceNow: -2 * 86_400)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder + "/" + name)
        }
    }

    @Test func aFileOfABucketThatIsNotConfiguredIsMissedByName() async throws {
        let folder = try TemporaryFolder()
        let test = try await TestLake(in: folder, settings(folder, buckets: ["other"]))
        try await test.ingest(Self.visits, as: "visits.csv", bucket: "other")
        await test.lake.close()
        let place = BucketPlace.folder(folder.path("backup"))
        let outcome = try await LakeBackup.backUp(TestLake.settings(folder), to: place, checkAll: false)
        #expect(outcome.problems.count == 1 && outcome.problems[0].contains("in bucket 'other'"))
    }

    // MARK: S3

    @Test func aLakeIsBackedUpToS3AndComesBackAtAnyVersion() async throws {
        let folder = try TemporaryFolder()
        var settings = settings(folder, buckets: ["other"])
        settings.environment = [
            "AWS_ACCESS_KEY_ID": S3TestServer.credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": S3TestServer.credentials.secretAccessKey,
        ]
        let service = try await S3TestServer.shared.bucket()
        var s3 = S3Place(bucket: service.bucket, credentials: .environment(prefix: "AWS"))
        s3.endpoint = service.endpoint
        s3.isPathStyle = true
        s3.prefix = "backups/lake"
        let test = try await TestLake(in: folder, settings)
        try await test.ingest(Self.people, as: "people.csv")
        try await tell(test, 1...3)
        let first = try await backUp(settings, .s3(s3))
        #expect(first.version == 1 && first.objectsCopied == first.objects)
        try await test.ingest(Self.visits, as: "visits.csv", bucket: "other")
        _ = try await test.lake.compact(test.lake.journals.events.files, Self.eager)
        try await tell(test, 4...5)
        let second = try await backUp(settings, .s3(s3))
        #expect(second.version == 2 && second.commits == 1 && second.objectsCopied < second.objects)
        await test.lake.close()

        for version in [1, 2] {
            let fresh = try TemporaryFolder()
            var restoring = self.settings(fresh, buckets: ["other"])
            restoring.environment = settings.environment
            let outcome = try await LakeBackup.restore(restoring, from: .s3(s3), version: version)
            #expect(outcome.problems == [] && outcome.version == version)
            let restored = try await TestLake(in: fresh, restoring)
            #expect(try await restored.rows("SELECT name FROM people ORDER BY id") == [[.text("Ada")], [.text("Bo")]])
            if version == 2 { #expect(try await restored.rows(Self.join) == Self.joined) }
            try await checkJournal(of: restored, through: 5)
            await restored.lake.close()
        }
        // What was damaged in the backup is found, and mended by the next.
        let store = try BucketRegistry.open(
            .s3(s3),
            authorities: nil,
            secrets: SecretsProvider(file: nil, environment: settings.environment)
        )
        let key = try #require(try await store.list(prefix: "datasets/", after: nil, limit: 1).first).key
        var bytes = try await store.get(key)
        bytes[bytes.count / 2] ^= 1
        _ = try await store.put(key, bytes, condition: .always)
        let mended = try await LakeBackup.backUp(settings, to: .s3(s3), checkAll: true)
        #expect(mended.problems == [] && mended.objectsCopied >= 1)
    }

    // MARK: Jobs

    @Test func aJobUnderWayIsBegunAnewInTheRestoredLake() async throws {
        let test = try await TestLake()
        try await test.ingest("id,body\n1,the harbour crane\n2,rye flour\n", as: "notes.csv")
        let job = try await test.lake.createIndex(
            IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"]),
            for: .local
        )
        let place = BucketPlace.folder(test.folder.path("backup"))
        _ = try await backUp(TestLake.settings(test.folder), place)
        let other = try TemporaryFolder()
        _ = try await LakeBackup.restore(TestLake.settings(other), from: place, version: nil)
        let restored = try await TestLake(in: other)
        #expect(try await restored.finish(job).state == .succeeded)
        let found = try await restored.lake.search(SearchRequest(index: "notes", query: "bread", k: 1), for: .local)
        #expect(found.results.count == 1)
        await restored.lake.close()
    }
}
