import Foundation
import LakeTesting
import Testing

@testable import LakeStorage

/// Several processes on one journal, each a closure of this test program run on its own.
@Suite struct JournalProcessesTests {
    private let folder: TemporaryFolder
    private let lab: JournalLab

    init() throws {
        folder = try TemporaryFolder()
        lab = JournalLab(store: try LocalObjectStore(root: folder.path("lake")))
    }

    @Test func threeProcessesWriteToOneJournal() async throws {
        let root = folder.path("lake")
        await withTaskGroup(of: Void.self) { group in
            for process in 1...3 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [root = root as String, process = process as Int] in
                        let journal = JournalLab(store: try LocalObjectStore(root: root)).journal()
                        for number in 1...40 {
                            try await journal.append(Note(text: "\(process)", number: number))
                        }
                    }
                }
            }
        }
        let records = try await lab.records().reversed()
        for process in 1...3 {
            #expect(records.filter { $0.entry.text == "\(process)" }.map(\.entry.number) == Array(1...40))
        }
        let report = try await lab.report()
        #expect(report.problems == [] && report.entries == 120 && report.heads.map(\.seq) == [40, 40, 40])
    }

    @Test func aKilledProcessLosesNothingItAcknowledged() async throws {
        let root = folder.path("lake")
        let notes = folder.path("acknowledged")
        for round in 1...5 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root as String, notes = notes as String, round = round as Int] in
                let journal = JournalLab(store: try LocalObjectStore(root: root)).journal()
                let acknowledged = try LocalObjectStore(root: notes)
                await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<4 {
                        group.addTask {
                            for number in 0... {
                                let receipt = try await journal.append(Note(text: "\(round)-\(writer)", number: number))
                                let key = try ObjectKey(validating: "notes/\(round)-\(writer)-\(number)")
                                let note = "\(receipt.writer)/\(receipt.seq)"
                                _ = try await acknowledged.put(key, Array(note.utf8), condition: .ifAbsent)
                                if writer == 0, number == round * 2 { kill(getpid(), SIGKILL) }
                            }
                        }
                    }
                }
            }
        }
        let records = try await lab.records()
        let found = Dictionary(grouping: records) { "notes/\($0.entry.text)-\($0.entry.number)" }
        let acknowledged = try LocalObjectStore(root: notes)
        let list = try await acknowledged.list(prefix: "notes/", after: nil, limit: 10_000)
        #expect(list.count >= 35)
        for note in list {
            let record = try #require(found[note.key.rawValue]?.first)
            #expect(
                "\(record.writer)/\(record.seq)"
                    == String(decoding: try await acknowledged.get(note.key), as: UTF8.self)
            )
        }
        #expect(found.values.allSatisfy { $0.count == 1 })
        #expect(try await lab.report().problems == [])
        #expect(try await lab.report().heads.count == 5)
    }
}
