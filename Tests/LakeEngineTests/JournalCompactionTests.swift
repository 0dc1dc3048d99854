import LakeCore
import LakeSQL
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

/// Compaction on the real store with the real database, dying between every two writes.
@Suite struct JournalCompactionTests {
    /// Everything is due at once, and readers are gone at once.
    private static let eager: JournalCompaction.Settings = {
        var settings = JournalCompaction.Settings()
        settings.age = .milliseconds(-1000)
        settings.grace = .milliseconds(-1000)
        settings.smallFiles = 3
        return settings
    }()

    private func tell(_ lake: TestLake, _ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            let change = EntityChange(field: "number", new: .integer(Int64(number)))
            _ = try await lake.lake.record(EventRequest(entity: "thing:\(number % 2)", changes: [change]), for: .local)
        }
    }

    private func numbers(_ lake: TestLake, _ entity: String, pages: Int = 1000) async throws -> [Int] {
        var numbers: [Int] = []
        var cursor: String?
        repeat {
            let page = try await lake.lake.history(of: entity, limit: pages, cursor: cursor, for: .local).value
            for case .integer(let number)? in page.items.map(\.new) { numbers.append(Int(number)) }
            cursor = page.nextCursor
        } while cursor != nil
        return numbers
    }

    /// Finds each of the numbers from 1 on once, in history, in SQL and in the chains.
    private func check(_ lake: TestLake, through last: Int) async throws {
        #expect(try await numbers(lake, "thing:1") == (1...last).filter { $0 % 2 == 1 }.reversed())
        #expect(try await numbers(lake, "thing:0", pages: 3) == (1...last).filter { $0 % 2 == 0 }.reversed())
        let counts = try await lake.rows(
            "SELECT count(*), count(DISTINCT CAST(new AS BIGINT)), max(CAST(new AS BIGINT)) FROM system.journal"
        )
        #expect(counts == [[.integer(Int64(last)), .integer(Int64(last)), .integer(Int64(last))]])
        let checks = try await lake.lake.verifyJournals(for: .local)
        #expect(checks.flatMap(\.problems) == [] && checks[0].entries == last)
    }

    @Test func compactedEntriesAreReadLikeTheOthers() async throws {
        let lake = try await TestLake()
        let files = lake.lake.journals.events.files
        try await tell(lake, 1...20)
        #expect(try await lake.lake.compact(files, Self.eager) == 20)
        try await check(lake, through: 20)
        // What was compacted is still there for readers who found it before; the next step removes it.
        #expect(try await files.store.list(prefix: "journals/events/2", after: nil, limit: 100).count == 20)
        try await tell(lake, 21...25)
        #expect(try await lake.lake.compact(files, Self.eager) == 5)
        #expect(try await files.store.list(prefix: "journals/events/2", after: nil, limit: 100).count == 5)
        try await check(lake, through: 25)
        let status = try await lake.lake.journalStats(for: .local)[0]
        #expect(status.segments == 0 && status.compactedFiles == 2 && status.compactedLines == 50)
        // A new writer's chain goes on after the newest compacted segment.
        await lake.lake.close()
        let again = try await TestLake(in: lake.folder)
        try await tell(again, 26...26)
        try await check(again, through: 26)
    }

    @Test func smallCompactedFilesAreMerged() async throws {
        let lake = try await TestLake()
        let files = lake.lake.journals.events.files
        for round in 0..<4 {
            try await tell(lake, round * 3 + 1...round * 3 + 3)
            #expect(try await lake.lake.compact(files, Self.eager) == 3)
            try await check(lake, through: round * 3 + 3)
        }
        let manifest = try #require(try await files.snapshot().manifest)
        #expect(manifest.files.count == 1 && manifest.files[0].lines == 24 && manifest.files[0].segments == 12)
        _ = try await lake.lake.compact(files, Self.eager)
        #expect(try await files.store.list(prefix: "journals/events/compacted/", after: nil, limit: 100).count == 1)
        #expect(try await files.store.list(prefix: "journals/events/manifests/", after: nil, limit: 100).count == 1)
        try await check(lake, through: 12)
    }

    @Test func aProcessThatDiesAtAnyWriteLosesAndDoublesNothing() async throws {
        let lake = try await TestLake()
        let files = lake.lake.journals.events.files
        var last = 0
        for write in 1...10 {
            for fault in [FailingObjectStore.Fault.crashesBefore(write: write), .crashesAfter(write: write)] {
                try await tell(lake, last + 1...last + 3)
                last += 3
                let dying = JournalFiles(journal: "events", store: FailingObjectStore(files.store, fault: fault))
                for _ in 0..<3 { _ = try? await lake.lake.compact(dying, Self.eager) }
                try await check(lake, through: last)
            }
        }
        for _ in 0..<3 { _ = try await lake.lake.compact(files, Self.eager) }
        #expect(try await files.snapshot().segments.isEmpty)
        try await check(lake, through: last)
    }

    @Test func twoThatCompactAtOnceDoubleNothing() async throws {
        let lake = try await TestLake()
        let other = try await TestLake(in: lake.folder)
        let files = lake.lake.journals.events.files
        try await tell(lake, 1...10)
        for _ in 0..<3 {
            await withTaskGroup(of: Void.self) { group in
                for one in [lake, other] { group.addTask { _ = try? await one.lake.compact(files, Self.eager) } }
            }
            try await check(lake, through: 10)
        }
    }

    @Test func aDamagedSegmentIsLeftAndNamed() async throws {
        let lake = try await TestLake()
        let files = lake.lake.journals.events.files
        try await tell(lake, 1...3)
        let middle = try await files.snapshot().segments[1]
        var bytes = try await files.bytes(of: middle)
        let line = try #require(bytes.firstIndex(of: UInt8(ascii: "\n")))
        bytes[line + 30] ^= 1
        _ = try await files.store.put(try files.key(of: middle), bytes, condition: .always)
        #expect(try await lake.lake.compact(files, Self.eager) == 2)
        _ = try await lake.lake.compact(files, Self.eager)
        #expect(try await files.snapshot().segments == [middle])
        let problems = try await lake.lake.verifyJournals(for: .local)[0].problems
        #expect(problems.contains { $0.contains("\(middle), line 2") })
        #expect(try await lake.lake.history(of: "thing:1", for: .local).value.damagedLines == 1)
        #expect(try await lake.lake.verify(for: .local).problems.count == problems.count)
    }

    @Test func aCompactedFileThatWasAlteredIsNamed() async throws {
        let lake = try await TestLake()
        let files = lake.lake.journals.events.files
        try await tell(lake, 1...3)
        _ = try await lake.lake.compact(files, Self.eager)
        let file = try #require(try await files.snapshot().manifest?.files.first)
        try await files.store.delete(file.key)
        let problems = try await lake.lake.verifyJournals(for: .local)[0].problems
        #expect(problems.contains { $0.contains(file.key.rawValue) })
    }
}
