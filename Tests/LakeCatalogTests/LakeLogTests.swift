import LakeCore
import LakeStorage
import LakeTesting
import Testing

@testable import LakeCatalog

@Suite struct LakeLogTests {
    private let store = MemoryObjectStore()

    private func key(_ text: String) throws -> ObjectKey { try ObjectKey(validating: text) }

    private func create(_ name: String) -> Transaction { Samples.transaction(.datasetCreated(Samples.dataset(name))) }

    private func names(_ state: LakeState) -> [String] { state.datasets.values.map(\.name.rawValue).sorted() }

    private func keys(_ prefix: String) async throws -> [String] {
        try await store.list(prefix: prefix, after: nil, limit: 1000).map(\.key.rawValue)
    }

    /// Checkpoints are written beside commits: this waits for them, a minute at most.
    private func expectCheckpoints(_ versions: [Int], _ location: SourceLocation = #_sourceLocation) async throws {
        let expected = try versions.map {
            try LogStore.key(LogStore.checkpoints, $0, ending: LogStore.binary).rawValue
        }
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, try await keys("_lake/checkpoints/").count < expected.count {
            try await Task.sleep(for: .milliseconds(5))
        }
        let found = try await keys("_lake/checkpoints/")
        #expect(found == expected, sourceLocation: location)
    }

    private func settings(_ change: (inout LogSettings) -> Void) -> LogSettings {
        var settings = LogSettings()
        change(&settings)
        return settings
    }

    /// Overwrites a part of the lake as no writer would.
    private func overwrite(_ name: String, _ bytes: [UInt8]) async throws {
        _ = try await store.put(key(name), bytes, condition: .always)
    }

    // MARK: Opening

    @Test func aNewLakeIsEmptyAtVersionZero() async throws {
        let log = try await LakeLog.open(store: store)
        #expect(try await log.state() == LakeState())
        #expect(try await keys("") == ["_lake/format.json"])
        let again = try await LakeLog.open(store: store)
        #expect(again.lakeID == log.lakeID)
        #expect(log.lakeID.utf8.count == 36)
    }

    @Test func manyMakersMakeOneLake() async throws {
        let identifiers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await LakeLog.open(store: store).lakeID } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(identifiers.count == 1)
    }

    @Test func whatWasCommittedIsThereAfterOpeningAgain() async throws {
        let log = try await LakeLog.open(store: store)
        let first = try await log.commit(create("a"))
        #expect(first.version == 1 && names(first) == ["a"])
        let second = try await log.commit(create("b"))
        #expect(second.version == 2 && names(second) == ["a", "b"])
        #expect(names(first) == ["a"])
        #expect(try await LakeLog.open(store: store).state() == second)
        #expect(
            try await keys("_lake/log/") == [
                "_lake/log/00000000000000000001.json", "_lake/log/00000000000000000002.json",
            ]
        )
    }

    @Test func aCleanStopWritesACheckpointAndRefusesCommits() async throws {
        let log = try await LakeLog.open(store: store)
        let state = try await log.commit(create("a"))
        await log.close()
        await log.close()
        #expect(try await keys("_lake/checkpoints/") == ["_lake/checkpoints/00000000000000000001.bin"])
        await #expect(throws: CatalogError.closed) { try await log.commit(create("b")) }
        #expect(try await log.state() == state)
        let again = try await LakeLog.open(store: store)
        #expect(try await again.state() == state)
        await again.close()
        #expect(try await keys("_lake/checkpoints/").count == 1)
    }

    @Test func openingReadsTheTailAfterTheCheckpoint() async throws {
        let log = try await LakeLog.open(store: store, settings: settings { $0.checkpointInterval = 10 })
        for number in 0..<25 { _ = try await log.commit(create("d\(number)")) }
        try await expectCheckpoints([10, 20])
        // What the checkpoint stands for is not read again.
        try await overwrite("_lake/log/00000000000000000007.json", [])
        let again = try await LakeLog.open(store: store)
        #expect(try await again.state() == log.state())
        #expect(try await again.state().version == 25)
    }

    @Test func aCheckpointIsWrittenEveryHundredCommits() async throws {
        let log = try await LakeLog.open(store: store)
        for number in 0..<201 { _ = try await log.commit(create("d\(number)")) }
        try await expectCheckpoints([100, 200])
    }

    @Test func damagedCheckpointsArePassedOver() async throws {
        let log = try await LakeLog.open(store: store, settings: settings { $0.checkpointInterval = 5 })
        for number in 0..<17 { _ = try await log.commit(create("d\(number)")) }
        let state = try await log.state()
        try await expectCheckpoints([5, 10, 15])
        let newest = try await store.get(key("_lake/checkpoints/00000000000000000015.bin"))
        try await overwrite("_lake/checkpoints/00000000000000000015.bin", Array(newest.prefix(newest.count / 2)))
        #expect(try await LakeLog.open(store: store).state() == state)
        try await overwrite("_lake/checkpoints/00000000000000000010.bin", [])
        #expect(try await LakeLog.open(store: store).state() == state)
        try await overwrite("_lake/checkpoints/00000000000000000005.bin", newest)
        #expect(try await LakeLog.open(store: store).state() == state)
        let mending = try await LakeLog.open(store: store)
        await mending.close()
        #expect(try await LogVerification(store: store).run().problems.map(\.version) == [5, 10, 15])
    }

    @Test func aDamagedCommitIsNamed() async throws {
        let log = try await LakeLog.open(store: store)
        for number in 0..<5 { _ = try await log.commit(create("d\(number)")) }
        try await overwrite("_lake/log/00000000000000000003.json", [])
        let error = CatalogError.corruptCommit(version: 3, reason: "it is cut short or was edited")
        await #expect(throws: error) { try await LakeLog.open(store: store) }
        await #expect(throws: error) { try await log.state(at: 4) }
        #expect(try await log.state(at: 2).version == 2)
        #expect(try await log.state().version == 5)
    }

    @Test func aCommitThatDoesNotApplyIsDamaged() async throws {
        let log = try await LakeLog.open(store: store)
        _ = try await log.commit(create("a"))
        let impossible = CommitV1(version: 2, at: Samples.at, transactions: [create("a")])
        try await overwrite("_lake/log/00000000000000000002.json", impossible.encoded())
        let error = CatalogError.corruptCommit(version: 2, reason: "it does not apply to the version before it")
        await #expect(throws: error) { try await LakeLog.open(store: store) }
        await #expect(throws: error) { try await log.state() }
        await #expect(throws: error) { try await log.commit(create("b")) }
    }

    @Test(arguments: [1, 30, 39])
    func aMissingCommitIsNoEndOfTheLog(version: Int) async throws {
        let log = try await LakeLog.open(store: store)
        for number in 0..<40 { _ = try await log.commit(create("d\(number)")) }
        let name = String(version)
        try await store.delete(key("_lake/log/" + String(repeating: "0", count: 20 - name.count) + name + ".json"))
        await #expect(throws: CatalogError.missingCommit(version: version)) { try await LakeLog.open(store: store) }
    }

    @Test func aCheckpointWithoutItsCommitIsRefused() async throws {
        let log = try await LakeLog.open(store: store)
        _ = try await log.commit(create("a"))
        await log.close()
        try await store.delete(key("_lake/log/00000000000000000001.json"))
        await #expect(throws: CatalogError.missingCommit(version: 1)) { try await LakeLog.open(store: store) }
    }

    @Test func aLogWithoutAFormatFileIsRefused() async throws {
        _ = try await LakeLog.open(store: store).commit(create("a"))
        try await store.delete(key("_lake/format.json"))
        let error = CatalogError.corruptFormatFile(reason: "there is a log and no _lake/format.json")
        await #expect(throws: error) { try await LakeLog.open(store: store) }
    }

    @Test func otherFilesBesideTheLogAreIgnored() async throws {
        let log = try await LakeLog.open(store: store)
        let state = try await log.commit(create("a"))
        for name in [
            "notes.txt", "00000000000000000003.json.bak", "00000000000000000003.bin.bak", "3.json",
            "0000000000000000000x.json", "a/b",
        ] {
            try await overwrite("_lake/log/" + name, [])
            try await overwrite("_lake/checkpoints/" + name, [])
        }
        #expect(try await LakeLog.open(store: store).state() == state)
        #expect(try await LogVerification(store: store).run().problems == [])
    }

    @Test func aLakeOfANewerFormatIsRefused() async throws {
        let newer = #"{"format": 9, "min_reader": 9, "min_reader_release": "9.1.0", "min_writer": 9}"#
        try await overwrite("_lake/format.json", Array(newer.utf8))
        let error = CatalogError.lakeTooNew(needsReader: 9, has: 4, release: "9.1.0")
        await #expect(throws: error) { try await LakeLog.open(store: store) }
    }

    @Test func aLakeForNewerWritersIsOnlyRead() async throws {
        let state = try await LakeLog.open(store: store).commit(create("a"))
        let format = #"{"format": 9, "min_reader": 2, "min_writer": 9, "lake_id": "x"}"#
        try await overwrite("_lake/format.json", Array(format.utf8))
        let log = try await LakeLog.open(store: store)
        #expect(try await log.state() == state)
        await #expect(throws: CatalogError.lakeNotWritable(needsWriter: 9, has: 4, release: nil)) {
            try await log.commit(create("b"))
        }
        await log.close()
        #expect(try await keys("_lake/checkpoints/") == [])
    }

    @Test func aLakeOfFormat1IsRaisedByTheFirstCommit() async throws {
        let state = try await LakeLog.open(store: store).commit(create("a"))
        let first = #"{"format": 1, "min_reader": 1, "min_writer": 1, "lake_id": "x"}"#
        try await overwrite("_lake/format.json", Array(first.utf8))
        let logs = [try await LakeLog.open(store: store), try await LakeLog.open(store: store)]
        #expect(try await logs[0].state() == state)
        #expect(try await store.get(key("_lake/format.json")) == Array(first.utf8))
        for (number, log) in logs.enumerated() { _ = try await log.commit(create("b\(number)")) }
        let raised = try FormatFileV1.decode(try await store.get(key("_lake/format.json")))
        #expect(raised == FormatFileV1(lakeID: "x"))
    }

    /// A newer server comes to the lake while this one runs.
    @Test func aServerThatWasLeftBehindSaysWhatItTakes() async throws {
        let log = try await LakeLog.open(store: store)
        _ = try await log.commit(create("a"))
        let newer = #"{"format": 5, "min_reader": 2, "min_writer": 5, "min_writer_release": "0.5.0", "lake_id": "x"}"#
        try await overwrite("_lake/format.json", Array(newer.utf8))
        let commit = CommitV1(version: 2, at: Samples.at, transactions: [create("b")], format: 5)
        try await overwrite("_lake/log/00000000000000000002.json", commit.encoded())
        #expect(try await log.state().version == 2)
        await #expect(throws: CatalogError.lakeNotWritable(needsWriter: 5, has: 4, release: "0.5.0")) {
            try await log.commit(create("c"))
        }
        let newest = #"{"format": 6, "min_reader": 6, "min_reader_release": "0.6.0", "min_writer": 6, "lake_id": "x"}"#
        try await overwrite("_lake/format.json", Array(newest.utf8))
        let next = CommitV1(version: 3, at: Samples.at, transactions: [create("d")], format: 6)
        try await overwrite("_lake/log/00000000000000000003.json", next.encoded())
        await #expect(throws: CatalogError.lakeTooNew(needsReader: 6, has: 4, release: "0.6.0")) {
            try await log.state()
        }
    }

    @Test func unknownFieldsOfTheLastCheckpointAreInTheNext() async throws {
        let log = try await LakeLog.open(store: store)
        let state = try await log.commit(create("a"))
        let newer = CheckpointV1(state: state, at: Samples.at, unknownFields: ["views": .array([.integer(1)])])
        try await overwrite("_lake/checkpoints/00000000000000000001.bin", try await CheckpointV2.encode(newer))
        let again = try await LakeLog.open(store: store)
        _ = try await again.commit(create("b"))
        await again.close()
        let bytes = try await store.get(key("_lake/checkpoints/00000000000000000002.bin"))
        let next = await CheckpointV2.decode(bytes, version: 2)
        #expect(next?.unknownFields == ["views": .array([.integer(1)])])
    }

    // MARK: Versions

    @Test func everyVersionCanBeReadAgain() async throws {
        let log = try await LakeLog.open(store: store, settings: settings { $0.checkpointInterval = 7 })
        var states = [try await log.state()]
        var history = RandomHistory(seed: 3)
        while states.count < 40 { if let state = try? await log.commit(history.next()) { states.append(state) } }
        for (version, state) in states.enumerated() {
            #expect(try await log.state(at: version) == state)
        }
        let again = try await LakeLog.open(store: store)
        for version in states.indices.reversed() { #expect(try await again.state(at: version) == states[version]) }
        for version in [-1, 40, 1000] {
            await #expect(throws: CatalogError.noSuchVersion(version, newest: 39)) { try await log.state(at: version) }
        }
    }

    @Test func commitsOfOthersAreSeen() async throws {
        let one = try await LakeLog.open(store: store)
        let other = try await LakeLog.open(store: store)
        for number in 0..<40 {
            let state = try await one.commit(create("d\(number)"))
            if number % 13 == 0 { #expect(try await other.state() == state) }
        }
        #expect(try await other.state(at: 40) == one.state())
        #expect(try await other.commit(create("e")).version == 41)
        #expect(try await one.commit(create("f")).version == 42)
    }

    @Test func whoWaitsForAVersionGetsItWhenAnotherWriterCommits() async throws {
        let one = try await LakeLog.open(store: store)
        let other = try await LakeLog.open(store: store)
        async let awaited = other.state(atLeast: 1, within: .seconds(60))
        _ = try await one.commit(create("a"))
        #expect(try await awaited.version == 1)
        #expect(try await other.state(atLeast: 2, within: .milliseconds(10)).version == 1)
    }

    @Test func aFollowedLogTellsOfEveryNewestVersion() async throws {
        let one = try await LakeLog.open(store: store)
        let other = try await LakeLog.open(store: store)
        let following = Task { await other.follow() }
        var seen: [Int] = []
        for await version in await other.versions() {
            seen.append(version)
            if version == 3 { break }
            _ = try await one.commit(create("d\(version)"))
        }
        following.cancel()
        await following.value
        #expect(seen == [0, 1, 2, 3])
    }

    @Test func commitsAreReadInParts() async throws {
        let log = try await LakeLog.open(store: store)
        for number in 0..<40 { _ = try await log.commit(create("d\(number)")) }
        #expect(try await log.commits(after: 0, limit: 1000).map(\.version) == Array(1...40))
        #expect(try await log.commits(after: 5, limit: 17).map(\.version) == Array(6...22))
        #expect(try await log.commits(after: 40, limit: 10).isEmpty)
    }

    // MARK: Conflicts

    @Test func aTransactionIsCheckedAgainstTheNewestState() async throws {
        let one = try await LakeLog.open(store: store)
        let other = try await LakeLog.open(store: store)
        _ = try await one.commit(create("a"))
        await #expect(throws: CatalogError.nameTaken(DatasetName(fileName: "a"))) {
            try await other.commit(Samples.transaction(.datasetCreated(Samples.dataset("a", id: "other"))))
        }
        // The other way round: what one knows is in the way is gone already.
        _ = try await other.commit(Samples.transaction(.datasetDropped(DatasetID(rawValue: "id-a"), at: Samples.at)))
        let again = Samples.transaction(.datasetCreated(Samples.dataset("a", id: "third")))
        #expect(try await one.commit(again).version == 3)
        #expect(try await keys("_lake/log/").count == 3)
    }

    @Test func appendsOfSeveralWritersAllHappen() async throws {
        let dataset = DatasetID(rawValue: "id-a")
        let logs = [try await LakeLog.open(store: store), try await LakeLog.open(store: store)]
        _ = try await logs[0].commit(create("a"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (writer, log) in logs.enumerated() {
                group.addTask {
                    for number in 0..<60 {
                        let file = Samples.file("\(writer)-\(number)")
                        let add = Action.filesAdded(
                            dataset: dataset,
                            files: [file],
                            expectedSchema: SchemaDigest(Samples.schema)
                        )
                        _ = try await log.commit(Samples.transaction(add))
                    }
                }
            }
            try await group.waitForAll()
        }
        let state = try await logs[0].state()
        #expect(state.version == 121)
        #expect(Set(state.datasets[dataset]?.files.map(\.key) ?? []).count == 120)
        #expect(try await LogVerification(store: store).run().problems == [])
    }

    @Test func ofReplacesOnTheSameVersionOneHappens() async throws {
        let dataset = DatasetID(rawValue: "id-a")
        let logs = [try await LakeLog.open(store: store), try await LakeLog.open(store: store)]
        _ = try await logs[0].commit(create("a"))
        let done = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask {
                    let files = [Samples.file("\(number)")]
                    let replace = Action.filesReplaced(
                        dataset: dataset,
                        files: files,
                        schema: Samples.schema,
                        expectedVersion: 1
                    )
                    return (try? await logs[number % 2].commit(Samples.transaction(replace))) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 1)
        #expect(try await logs[0].state().version == 2)
    }

    // MARK: Groups

    @Test func whatArrivesDuringAWriteIsCommittedTogether() async throws {
        let gate = Gate()
        let store = InterceptedObjectStore { _, _ in await gate.pass() }
        let log = try await LakeLog.open(store: store)
        await gate.close()
        async let first = log.commit(create("first"))
        while await gate.waiting < 1 { await Task.yield() }
        let states = try await withThrowingTaskGroup(of: LakeState.self) { group in
            for number in 0..<20 { group.addTask { try await log.commit(create("d\(number)")) } }
            while await log.waiting.count < 20 { await Task.yield() }
            await gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await first.version == 1)
        #expect(states.map(\.version) == Array(repeating: 2, count: 20))
        #expect(states.allSatisfy { $0.datasets.count == 21 })
        #expect(try await LakeLog.open(store: store).state() == states[0])
    }

    @Test func whatDoesNotApplyInAGroupFailsAlone() async throws {
        let gate = Gate()
        let store = InterceptedObjectStore { _, _ in await gate.pass() }
        let log = try await LakeLog.open(store: store)
        await gate.close()
        async let first = log.commit(create("first"))
        while await gate.waiting < 1 { await Task.yield() }
        // Ten names, three transactions for each; and each first does something that applies.
        let outcomes = try await withThrowingTaskGroup(of: (Int, CatalogError?).self) { group in
            for number in 0..<30 {
                group.addTask {
                    let dataset = Samples.dataset("d\(number % 10)", id: "id\(number)")
                    let transaction = Samples.transaction(
                        .keyCreated(Samples.key("k\(number)")),
                        .datasetCreated(dataset)
                    )
                    do {
                        _ = try await log.commit(transaction)
                        return (number, nil)
                    } catch let error as CatalogError {
                        return (number, error)
                    }
                }
            }
            while await log.waiting.count < 30 { await Task.yield() }
            await gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        _ = try await first
        #expect(outcomes.count { $0.1 == nil } == 10)
        for (number, error) in outcomes {
            if let error { #expect(error == .nameTaken(DatasetName(fileName: "d\(number % 10)"))) }
        }
        let state = try await log.state()
        #expect(state.version == 2)
        #expect(state.datasets.count == 11 && state.keys.count == 10)
        #expect(try await LakeLog.open(store: store).state() == state)
    }

    @Test func aLongQueueIsCutIntoGroups() async throws {
        let gate = Gate()
        let store = InterceptedObjectStore { _, _ in await gate.pass() }
        let log = try await LakeLog.open(store: store, settings: settings { $0.groupLimit = 8 })
        await gate.close()
        let versions = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await log.commit(create("first")).version }
            while await gate.waiting < 1 { await Task.yield() }
            for number in 0..<20 { group.addTask { try await log.commit(create("d\(number)")).version } }
            while await log.waiting.count < 20 { await Task.yield() }
            await gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let sizes = Dictionary(grouping: versions, by: \.self).mapValues(\.count)
        #expect(sizes == [1: 1, 2: 8, 3: 8, 4: 4])
    }

    @Test func aFullQueueRefusesMore() async throws {
        let gate = Gate()
        let store = InterceptedObjectStore { _, _ in await gate.pass() }
        let log = try await LakeLog.open(store: store, settings: settings { $0.waitingLimit = 3 })
        await gate.close()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await log.commit(create("first")) }
            while await gate.waiting < 1 { await Task.yield() }
            for number in 0..<3 { group.addTask { _ = try await log.commit(create("d\(number)")) } }
            while await log.waiting.count < 3 { await Task.yield() }
            await #expect(throws: CatalogError.tooManyWaiting(limit: 3)) { try await log.commit(create("more")) }
            await gate.open()
            try await group.waitForAll()
        }
        #expect(try await log.commit(create("more")).datasets.count == 5)
    }

    @Test func closingWaitsForWhatIsUnderWay() async throws {
        let gate = Gate()
        let store = InterceptedObjectStore { _, _ in await gate.pass() }
        let log = try await LakeLog.open(store: store)
        await gate.close()
        async let first = log.commit(create("first"))
        while await gate.waiting < 1 { await Task.yield() }
        async let second = log.commit(create("second"))
        while await log.waiting.isEmpty { await Task.yield() }
        async let closed: Void = log.close()
        await gate.open()
        await closed
        #expect(try await [first.version, second.version] == [1, 2])
        #expect(try await LogVerification(store: store).run().checkpoints == 1)
    }

    @Test func aCancelledCallerDoesNotFailItsGroup() async throws {
        let gate = Gate()
        let store = InterceptedObjectStore { _, _ in await gate.pass() }
        let log = try await LakeLog.open(store: store)
        await gate.close()
        let cancelled = Task { try await log.commit(create("first")) }
        while await gate.waiting < 1 { await Task.yield() }
        async let other = log.commit(create("other"))
        while await log.waiting.isEmpty { await Task.yield() }
        cancelled.cancel()
        await gate.open()
        #expect(try await cancelled.value.version == 1)
        #expect(try await other.version == 2)
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await log.commit(create("late"))
        }
        await #expect(throws: StorageError.cancelled) { try await late.value }
        #expect(try await log.state().version == 2)
    }
}
