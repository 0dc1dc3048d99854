import Foundation
import LakeCatalog
import LakeCore
import LakeEngine
import LakeTesting
import Testing

/// Sweeping, verifying and repairing a whole lake.
@Suite(.timeLimit(.minutes(5))) struct UpkeepTests {
    /// A lake of two datasets, one of two files.
    private func makeLake() async throws -> TestLake {
        let test = try await TestLake()
        try await test.ingest("x\n1\n2\n", as: "t.csv")
        try await test.ingest("x\n3\n", as: "t.csv", mode: .append)
        try await test.ingest("y\n7\n", as: "u.csv")
        return test
    }

    private func path(_ test: TestLake, _ key: String) -> String { test.folder.path("lake/" + key) }

    private func age(_ test: TestLake, days: Double) throws {
        for folder in ["datasets", "indexes", "quarantine"] {
            for object in test.objects(folder) {
                let date = Date(timeIntervalSinceNow: -days * 86_400)
                let place = path(test, "\(folder)/\(object)")
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: place)
            }
        }
    }

    // MARK: Sweeping

    @Test func aSweepTakesWhatNobodyNeedsAndNothingElse() async throws {
        let test = try await makeLake()
        try await test.ingest("x\n9\n", as: "t.csv", mode: .replace)
        let orphan = path(test, "datasets/nobody/data/1.parquet")
        try FileManager.default.createDirectory(
            atPath: path(test, "datasets/nobody/data"),
            withIntermediateDirectories: true
        )
        try Data("left".utf8).write(to: URL(filePath: orphan))
        #expect(try await test.lake.sweep(dryRun: false, for: .local).moved == 0)
        try age(test, days: 2)
        let planned = try await test.lake.sweep(dryRun: true, for: .local)
        #expect(planned.objects == ["datasets/nobody/data/1.parquet"] && planned.movedBytes == 4)
        #expect(FileManager.default.fileExists(atPath: orphan))
        let done = try await test.lake.sweep(dryRun: false, for: .local)
        #expect(done.objects == planned.objects && !done.dryRun)
        #expect(!FileManager.default.fileExists(atPath: orphan))
        // Versions of this week can be read all the same.
        #expect(try await test.rows("SELECT count(*) FROM t", version: 2) == [[.integer(3)]])
        #expect(try await test.lake.verify(for: .local).unreferenced == 0)
    }

    @Test func versionsThatAreNoLongerKeptAreRefusedByName() async throws {
        let folder = try TemporaryFolder()
        let test = try await TestLake(in: folder) { settings, _ in
            settings.retention = .zero
            settings.queryTimeout = .zero
        }
        try await test.ingest("x\n1\n2\n", as: "t.csv")
        try await test.ingest("x\n9\n", as: "t.csv", mode: .replace)
        try await test.ingest("y\n7\n", as: "u.csv")
        _ = try await test.lake.dropDataset(named: "u", for: .local)
        try age(test, days: 2)
        let done = try await test.lake.sweep(dryRun: false, for: .local)
        #expect(done.moved == 2 && done.oldestVersion == 4 && done.datasetsForgotten == 1)
        await #expect(throws: CatalogError.versionNotKept(1, oldest: 4)) {
            try await test.rows("SELECT * FROM t", version: 1)
        }
        let other = try await TestLake(in: folder)
        #expect(try await other.rows("SELECT x FROM t") == [[.integer(9)]])
        #expect(try await other.lake.verify(for: .local).problems == [])
    }

    @Test func workOfJobsThatEndedAndFilesThatWereCutOffGo() async throws {
        let test = try await TestLake()
        try await test.ingest("id,body\n1,the harbour crane\n", as: "notes.csv")
        let job = try await test.lake.createIndex(
            IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"]),
            for: .local
        )
        _ = try await test.lake.cancelJob(id: job.id, for: .local)
        let old = Date(timeIntervalSinceNow: -3 * 86_400)
        func make(_ key: String) throws {
            let url = URL(filePath: path(test, key))
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data("left".utf8).write(to: url)
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: url.path)
        }
        // Of this job, which has just ended, and of one that is not there any more.
        for id in [job.id, "0195510a-8c00-7000-8000-000000000001"] {
            for number in 1...2 { try make("jobs/\(id)/segments/0000000\(number).segment") }
        }
        try make("staging/left.parquet")
        let planned = try await test.lake.sweep(dryRun: true, for: .local)
        #expect(planned.jobSegments == 2 && planned.jobSegmentBytes == 8 && planned.leftovers == 1)
        #expect(try await test.lake.sweep(dryRun: false, for: .local).jobSegments == 2)
        #expect(test.objects("jobs").filter { $0.hasSuffix(".segment") }.count == 2)
        #expect(!FileManager.default.fileExists(atPath: path(test, "staging/left.parquet")))
        // Days later.
        let record = URL(filePath: path(test, "jobs/\(job.id).json"))
        let text = try String(contentsOf: record, encoding: .utf8)
        let aged = text.replacing(/"updated_at":"[^"]*"/, with: #""updated_at":"2026-01-01T00:00:00.000Z""#)
        try Data(aged.utf8).write(to: record)
        #expect(try await test.lake.sweep(dryRun: false, for: .local).jobSegments == 2)
        #expect(test.objects("jobs").filter { $0.hasSuffix(".segment") }.isEmpty)
        #expect(try await test.lake.sweep(dryRun: true, for: .local).jobSegments == 0)
        #expect(try await test.lake.resumeJob(id: job.id, for: .local).state == .queued)
    }

    @Test func aServerSweepsByItself() async throws {
        let test = try await TestLake { settings, _ in settings.sweepInterval = .milliseconds(100) }
        try await test.ingest("x\n1\n", as: "t.csv")
        let orphan = path(test, "datasets/nobody/data/1.parquet")
        try FileManager.default.createDirectory(
            atPath: path(test, "datasets/nobody/data"),
            withIntermediateDirectories: true
        )
        try Data("left".utf8).write(to: URL(filePath: orphan))
        try age(test, days: 2)
        let running = Task { try await test.lake.run() }
        let deadline = ContinuousClock.now + .seconds(120)
        while FileManager.default.fileExists(atPath: orphan), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        running.cancel()
        _ = try? await running.value
        #expect(!FileManager.default.fileExists(atPath: orphan))
        #expect(try await test.rows("SELECT x FROM t") == [[.integer(1)]])
    }

    @Test func anAgeThatAWriteMayTakeIsRefused() async throws {
        let test = try await TestLake()
        await #expect(throws: EngineError.self) {
            try await test.lake.sweep(dryRun: true, minimumAge: .seconds(3599), for: .local)
        }
        let writer = Principal(name: "w", role: .writer)
        await #expect(throws: EngineError.notAllowed(action: "sweep the lake", needs: .admin)) {
            try await test.lake.sweep(dryRun: true, for: writer)
        }
    }

    // MARK: Verifying and repairing

    private func problems(_ test: TestLake) async throws -> [LakeProblem] {
        try await test.lake.verify(for: .local).problems
    }

    /// Flips a bit in the middle of an object.
    private func damage(_ test: TestLake, _ key: String) throws {
        let url = URL(filePath: path(test, key))
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url)
    }

    private func largest(_ test: TestLake) async throws -> String {
        let dataset = try await test.lake.dataset(named: "t", for: .local).value
        return try #require(
            test.objects("datasets/\(dataset.id)/data").sorted().first.map { name in
                "datasets/\(dataset.id)/data/\(name)"
            }
        )
    }

    @Test func everyKindOfDamageToADataFileIsFound() async throws {
        let test = try await makeLake()
        #expect(try await problems(test) == [])
        let key = try await largest(test)
        let whole = try Data(contentsOf: URL(filePath: path(test, key)))
        try damage(test, key)
        var found = try await problems(test)
        #expect(found.map(\.kind) == [.damaged] && found.first?.object == key && found.first?.subject == "t")
        #expect(found.first?.detail == "\(key): its content is not what was written")
        try whole.dropLast().write(to: URL(filePath: path(test, key)))
        found = try await problems(test)
        #expect(found.first?.detail.contains("bytes, not \(whole.count)") == true)
        try FileManager.default.removeItem(atPath: path(test, key))
        #expect(try await problems(test).map(\.kind) == [.missing])
    }

    @Test func aSoundLakeNeedsNoRepair() async throws {
        let test = try await makeLake()
        let plan = try await test.lake.repairPlan(for: .local)
        #expect(plan.steps.isEmpty && plan.beyondRepair.isEmpty && plan.rowsLost == 0)
        let outcome = try await test.lake.repair(approving: plan.id, acceptLoss: false, for: .local)
        #expect(outcome.version == 3 && outcome.steps.isEmpty)
    }

    @Test func whatIsInQuarantineIsPutBack() async throws {
        let test = try await makeLake()
        let key = try await largest(test)
        let waiting = path(test, "quarantine/0001767225600000/" + key)
        try FileManager.default.createDirectory(
            atPath: URL(filePath: waiting).deletingLastPathComponent().path,
            withIntermediateDirectories: true
        )
        try FileManager.default.moveItem(atPath: path(test, key), toPath: waiting)
        let plan = try await test.lake.repairPlan(for: .local)
        #expect(plan.steps.map(\.kind) == [.restoreObject] && plan.rowsLost == 0)
        #expect(plan.steps.first?.object == key)
        _ = try await test.lake.repair(approving: plan.id, acceptLoss: false, for: .local)
        #expect(try await problems(test) == [])
        // The same by the other way, without a plan.
        try FileManager.default.removeItem(atPath: path(test, key))
        let resynced = try await test.lake.resyncMissing(for: .local)
        #expect(resynced.restored == [key] && resynced.missing == [])
        #expect(try await test.rows("SELECT count(*) FROM t") == [[.integer(3)]])
    }

    @Test func aLostFileIsGivenUpOnlyWhenThatIsAccepted() async throws {
        let test = try await makeLake()
        let key = try await largest(test)
        try damage(test, key)
        #expect(try await test.lake.resyncMissing(for: .local).restored == [])
        let plan = try await test.lake.repairPlan(for: .local)
        #expect(plan.steps.map(\.kind) == [.removeFile] && plan.rowsLost == 2)
        await #expect(throws: EngineError.lossNotAccepted(rows: 2)) {
            try await test.lake.repair(approving: plan.id, acceptLoss: false, for: .local)
        }
        // Whatever else happens to the lake meanwhile, the plan stays the same.
        try await test.ingest("x\n5\n", as: "t.csv", mode: .append)
        let outcome = try await test.lake.repair(approving: plan.id, acceptLoss: true, for: .local)
        #expect(outcome.version == 5)
        #expect(try await test.rows("SELECT x FROM t ORDER BY x") == [[.integer(3)], [.integer(5)]])
        #expect(try await problems(test) == [])
        await #expect(throws: EngineError.planOutdated(id: plan.id)) {
            try await test.lake.repair(approving: plan.id, acceptLoss: true, for: .local)
        }
    }

    @Test func aDamagedCheckpointIsWrittenAnew() async throws {
        let test = try await makeLake()
        await test.lake.close()
        let again = try await TestLake(in: test.folder)
        try damage(again, "_lake/checkpoints/00000000000000000003.bin")
        #expect(try await problems(again).map(\.kind) == [.checkpoint])
        let plan = try await again.lake.repairPlan(for: .local)
        #expect(plan.steps.map(\.kind) == [.rewriteCheckpoint])
        _ = try await again.lake.repair(approving: plan.id, acceptLoss: false, for: .local)
        #expect(try await problems(again) == [])
        #expect(again.objects("_lake/checkpoints") == ["00000000000000000003.bin"])
    }

    @Test func aDamagedLogIsBeyondRepair() async throws {
        let test = try await makeLake()
        try damage(test, "_lake/log/00000000000000000002.json")
        let plan = try await test.lake.repairPlan(for: .local)
        #expect(plan.steps.isEmpty && plan.beyondRepair.count == 1)
        #expect(plan.beyondRepair.first?.contains("Version 2 of the log is damaged") == true)
    }

    @Test func aDamagedIndexIsBuiltAnew() async throws {
        let test = try await TestLake()
        try await test.ingest("id,body\n1,the harbour crane\n2,rye flour\n", as: "notes.csv")
        let job = try await test.lake.createIndex(
            IndexRequest(name: "notes", dataset: "notes", textColumns: ["body"]),
            for: .local
        )
        _ = try await test.finish(job)
        let vectors = try #require(test.objects("indexes").first { $0.hasSuffix("codes.u8") })
        try damage(test, "indexes/" + vectors)
        #expect(try await problems(test).map(\.kind) == [.generation])
        let plan = try await test.lake.repairPlan(for: .local)
        #expect(plan.steps.map(\.kind) == [.rebuildIndex])
        let outcome = try await test.lake.repair(approving: plan.id, acceptLoss: false, for: .local)
        let rebuilding = try #require(outcome.jobs.first)
        #expect(try await test.finish(rebuilding).state == .succeeded)
        #expect(try await problems(test) == [])
        let index = try await test.lake.index(named: "notes", for: .local).value
        #expect(index.generation == 2)
    }

    // MARK: Backups

    @Test func aBackupIsRestoredToTheVersionAskedFor() async throws {
        let test = try await makeLake()
        let backup = BucketPlace.folder(test.folder.path("backup"))
        // The journals are copied as well; what waits for them is written before they are counted.
        _ = try await test.lake.flushJournals(for: .local)
        let before = test.objects("journals").count
        let first = try await LakeBackup.backUp(TestLake.settings(test.folder), to: backup, checkAll: false)
        #expect(first.problems.isEmpty && first.version == 3 && first.objectsCopied == 3 + before)
        try await test.ingest("x\n9\n", as: "t.csv", mode: .replace)
        _ = try await test.lake.flushJournals(for: .local)
        let added = test.objects("journals").count - before
        let second = try await LakeBackup.backUp(TestLake.settings(test.folder), to: backup, checkAll: true)
        #expect(second.problems.isEmpty && second.version == 4 && second.commits == 1)
        #expect(second.objectsCopied == 1 + added)
        let places = [try TemporaryFolder(), try TemporaryFolder()]
        for (place, version) in zip(places, [2, nil]) {
            let outcome = try await LakeBackup.restore(TestLake.settings(place), from: backup, version: version)
            #expect(outcome.problems.isEmpty)
        }
        let old = try await TestLake(in: places[0])
        #expect(try await old.lake.version() == 2)
        #expect(try await old.rows("SELECT sum(x)::BIGINT FROM t") == [[.integer(6)]])
        #expect(try await old.lake.verify(for: .local).problems == [])
        let new = try await TestLake(in: places[1])
        #expect(try await new.rows("SELECT x FROM t") == [[.integer(9)]])
        #expect(try await new.rows("SELECT count(*) FROM t", version: 2) == [[.integer(3)]])
        await #expect(throws: CatalogError.self) {
            try await LakeBackup.restore(
                TestLake.settings(try TemporaryFolder()),
                from: .folder(test.folder.path("nowhere")),
                version: nil
            )
        }
    }
}
