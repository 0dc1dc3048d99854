import Foundation
import LakeCore
import LakeTesting
import Testing

@testable import LakeStorage

@Suite struct JournalTests {
    private let lab = JournalLab()

    @Test func whatWasAppendedIsReadNewestFirst() async throws {
        let journal = lab.journal()
        for number in 1...3 {
            let receipt = try await journal.append(Note(text: "a", number: number))
            #expect(receipt.seq == number)
        }
        let records = try await lab.records()
        #expect(records.map(\.entry.number) == [3, 2, 1] && records.map(\.seq) == [3, 2, 1])
        #expect(Set(records.map(\.writer)).count == 1)
        #expect(try await lab.records(before: records[1].place).map(\.entry.number) == [1])
    }

    @Test func entriesThatBelongTogetherAreInOneSegment() async throws {
        let journal = lab.journal()
        let receipts = try await journal.append([Note(text: "a"), Note(text: "b")])
        #expect(receipts.map(\.seq) == [1, 2])
        #expect(try await lab.files.snapshot().segments.count == 1)
    }

    @Test func appendsThatArriveDuringAFlushShareTheNextOne() async throws {
        let journal = lab.journal()
        let receipts = try await withThrowingTaskGroup(of: JournalReceipt.self) { group in
            for number in 0..<500 { group.addTask { try await journal.append(Note(text: "x", number: number)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.map(\.seq).sorted() == Array(1...500))
        #expect(try await lab.files.snapshot().segments.count < 250)
        #expect(try await lab.report().problems == [])
        #expect(try await lab.report().entries == 500)
        let stats = await journal.stats()
        #expect(stats.entries == 500 && stats.waiting == 0 && stats.failures == 0)
    }

    @Test func anEntryNobodyWaitsForIsDurableAfterTheDelayOrAFlush() async throws {
        var settings = JournalLab.settings
        settings.delay = .milliseconds(5)
        let prompt = lab.journal(settings)
        try await prompt.enqueue(Note(text: "soon"))
        let deadline = ContinuousClock.now + .seconds(120)
        while try await lab.records().isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try await lab.records().count == 1)

        let lazy = lab.journal()
        try await lazy.enqueue(Note(text: "later"))
        #expect(try await lab.records().count == 1)
        try await lazy.flush()
        #expect(try await lab.records().count == 2)
    }

    @Test func closingWritesWhatWaitsAndRefusesTheRest() async throws {
        let journal = lab.journal()
        try await journal.enqueue(Note(text: "last"))
        await journal.close()
        #expect(try await lab.records().count == 1)
        await #expect(throws: StorageError.journalClosed(journal: "notes")) {
            try await journal.append(Note(text: "x"))
        }
    }

    @Test func moreThanFitsInMemoryIsRefused() async throws {
        var settings = JournalLab.settings
        settings.waitingEntries = 3
        let journal = lab.journal(settings)
        for _ in 1...3 { try await journal.enqueue(Note(text: "x")) }
        await #expect(throws: StorageError.journalFull(journal: "notes", waiting: 3)) {
            try await journal.enqueue(Note(text: "x"))
        }
        #expect(await journal.stats().refused == 1)
        try await journal.flush()
        try await journal.enqueue(Note(text: "x"))
    }

    @Test func anEntryThatIsTooLargeIsRefused() async throws {
        var settings = JournalLab.settings
        settings.segmentBytes = 1000
        let journal = lab.journal(settings)
        await #expect(throws: StorageError.self) {
            try await journal.append(Note(text: String(repeating: "x", count: 1000)))
        }
        for _ in 1...10 { try await journal.enqueue(Note(text: String(repeating: "x", count: 400))) }
        try await journal.flush()
        #expect(try await lab.files.snapshot().segments.count == 5)
        #expect(try await lab.report().problems == [])
    }

    @Test func aNewWriterFollowsTheNewestSegment() async throws {
        let first = try await lab.journal().append(Note(text: "a"))
        let second = try await lab.journal().append(Note(text: "b"))
        #expect(first.writer != second.writer && second.seq == 1)
        let segments = try await lab.files.snapshot().segments
        let header = try JournalLineV1.split(try await lab.files.bytes(of: segments[1]))[0].header()
        #expect(header.previousSegment == segments[0].rawValue && header.segment == 1)
        #expect(try await lab.report().problems == [])
        #expect(try await lab.report().heads.count == 2)
    }

    @Test(arguments: [
        "/", "..", "a/../../b", "\u{0}", "\n", "\"}\n{\"x\":\"", "🦆", String(repeating: "é", count: 5120),
    ])
    func anyTextIsKeptAsItIs(text: String) async throws {
        let journal = lab.journal()
        try await journal.append(Note(text: text))
        #expect(try await lab.records().map(\.entry.text) == [text])
        #expect(try await lab.report().problems == [])
    }

    @Test func aDayHasAFolderOfItsOwn() async throws {
        var chain = JournalChain(journal: "notes", after: nil)
        let late = try chain.segment(of: [], now: 1_772_366_399_999)
        #expect(late.name.hasPrefix("2026-03-01/"))
        chain.advance(past: late)
        // The clock went back; the names do not.
        #expect(try chain.segment(of: [], now: 5).name.hasPrefix("2026-03-01/"))
        #expect(
            try JournalSegmentName(#require(JournalSegmentName(late.name)).rawValue)?.milliseconds == 1_772_366_399_999
        )
    }

    @Test(arguments: ["", "x", "2026-03-01", "2026-03-01/x.jsonl", "2026-03-01/0195510A-8c00-7000-8000-000000000001"])
    func otherNamesAreNoSegments(text: String) {
        #expect(JournalSegmentName(text) == nil)
        #expect(JournalPlace(text + ":1") == nil)
    }

    // MARK: At rest

    private static func golden(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appendingPathComponent("Golden/" + name)))
    }

    @Test func theGoldenSegmentIsRead() async throws {
        let name = try #require(JournalSegmentName("2026-03-01/0195510a-8c00-7000-8000-000000000001"))
        _ = try await lab.store.put(
            lab.files.key(of: name),
            Self.golden("journal-segment-v1.jsonl"),
            condition: .ifAbsent
        )
        let records = try await lab.records()
        #expect(records.map(\.entry) == [Note(text: "b/\"é\"", number: 2), Note(text: "a", number: 1)])
        #expect(
            records.map(\.seq) == [8, 7] && records.map(\.at) == Array(repeating: "2026-03-01T12:00:00.000Z", count: 2)
        )
        // A later version wrote a field around the first entry and one inside the second.
        #expect(
            try await lab.report().problems.map(\.detail) == [
                "The segment before it, 2026-02-28/01955000-0000-7000-8000-000000000001, is missing.",
                "Segments 1 to 2 of writer 01955109-0000-7000-8000-000000000001 are missing.",
            ]
        )
    }

    @Test func theGoldenManifestIsRead() throws {
        let bytes = try Self.golden("journal-manifest-v1.json")
        let manifest = try JournalManifestV1.decode(bytes, key: ObjectKey(validating: "m"))
        #expect(manifest.number == 2 && manifest.files.count == 1 && manifest.removing.count == 1)
        #expect(manifest.files[0].lines == 3 && manifest.files[0].segments == 1)
        #expect(try manifest.encoded() == bytes)
    }

    @Test func aSegmentIsWrittenAsThePageSays() throws {
        let entry = JournalChain.Pending(json: Array(#"{"number":1,"text":"a"}"#.utf8), at: "2026-03-01T12:00:00.000Z")
        let segment = try JournalChain(journal: "notes", after: nil).segment(of: [entry], now: 1_772_366_400_000)
        let lines = JournalLineV1.split(segment.bytes)
        let header = try lines[0].header()
        #expect(header.entries == 1 && header.firstSeq == 1 && header.segment == 1 && header.previousSegment == nil)
        #expect(header.previous == String(repeating: "0", count: 64))
        let text = String(decoding: lines[1].bytes, as: UTF8.self)
        let start = #"{"at":"2026-03-01T12:00:00.000Z","entry":{"number":1,"text":"a"},"previous":""#
        #expect(text.hasPrefix(start) && text.contains(#","seq":1,"writer":"\#(header.writer)","sha256":""#))
        #expect(try lines[1].envelope().previous == SealedJSON.digest(of: lines[0].bytes))
    }
}
