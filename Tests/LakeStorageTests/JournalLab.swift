import LakeStorage
import LakeTesting

/// What the journals of these tests hold.
struct Note: Codable, Hashable, Sendable {
    var text: String
    var number = 0
}

/// A journal's name, its store, and short ways to ask for what is in it.
struct JournalLab: Sendable {
    var store: any ObjectStore = MemoryObjectStore()

    /// Settings that do not wait.
    static let settings: JournalSettings = {
        var settings = JournalSettings()
        settings.pause = .microseconds(10)
        settings.delay = .seconds(3600)
        return settings
    }()

    func journal(_ settings: JournalSettings = JournalLab.settings) -> Journal<Note> {
        Journal(name: "notes", store: store, settings: settings)
    }

    var files: JournalFiles { JournalFiles(journal: "notes", store: store) }

    /// All entries, newest first.
    func records(before: JournalPlace? = nil) async throws -> [JournalRecord<Note>] {
        var records: [JournalRecord<Note>] = []
        let journal = journal()
        for try await batch in journal.newestFirst(in: try await files.snapshot(), before: before) {
            records += batch.records
        }
        return records
    }

    func report() async throws -> JournalReport {
        var verification = JournalVerification(journal: "notes")
        for segment in try await files.snapshot().segments {
            verification.check(segment, try await files.bytes(of: segment))
        }
        return verification.finish()
    }
}
