import Foundation
import LakeCatalog
public import LakeCore
import LakeStorage

extension Lakehouse {
    /// Records changes of one thing, all of them or none, and returns once they are durable.
    ///
    /// The actor is the principal, whatever the caller says.
    ///
    /// - Throws: `EngineError.invalid` naming the field; `StorageError.journalFull` when too many wait.
    public func record(_ request: EventRequest, for principal: Principal) async throws -> [JournalEvent] {
        try await observed(.recordEvents) {
            try await authorise(principal, .writer, "record events", on: [request.entity])
            let entries = try await entries(of: request, by: principal)
            let receipts = try await journals.events.append(entries)
            return zip(entries, receipts).map { entry, receipt in
                JournalEvent(entry, id: "\(receipt.writer)/\(receipt.seq)", at: receipt.at)
            }
        }
    }

    /// Makes durable what waits in this server's journals, the audit of reads among it.
    public func flushJournals(for principal: Principal) async throws -> [JournalStatus] {
        try await observed(.flushJournals) {
            try await authorise(principal, .writer, "flush the journals")
            try await journals.flush()
            return try await journalStatus()
        }
    }

    /// What there is of each journal.
    ///
    /// Cost: a listing of their segments.
    public func journalStats(for principal: Principal) async throws -> [JournalStatus] {
        try await authorise(principal, .admin, "read the journals' state", reading: true)
        return try await journalStatus()
    }

    /// Checks the chains of all journals; changes nothing.
    public func verifyJournals(for principal: Principal) async throws -> [JournalCheck] {
        try await observed(.verifyJournals) {
            try await authorise(principal, .writer, "verify the journals")
            return try await checkJournals()
        }
    }

    /// What happened to one thing, newest first, one page: the events of commits and those that were told.
    ///
    /// - Parameters:
    ///   - entity: Such as `dataset:orders`.
    ///   - limit: 1 to 1,000.
    ///   - cursor: The `nextCursor` of the page before.
    ///   - principal: Who asks.
    /// - Returns: The page and the lake version it was read at.
    /// - Throws: `EngineError.invalid` naming the field; `EngineError.notAllowed` for keys, which only administrators see.
    public func history(
        of entity: String,
        limit: Int = 100,
        cursor: String? = nil,
        for principal: Principal
    ) async throws -> Versioned<JournalPage> {
        try await observed(.readHistory) {
            let needed: Principal.Role = entity.hasPrefix(JournalEvent.keyPrefix) ? .admin : .reader
            try await authorise(principal, needed, "read history", on: [entity], reading: true)
            try Self.check(entity, "entity_id", bytes: 512)
            return try await events(limit, cursor, of: entity, seesKeys: true)
        }
    }

    /// What happened to anything, newest first, one page.
    ///
    /// Events of keys are shown to administrators only.
    public func recentEvents(
        limit: Int = 100,
        cursor: String? = nil,
        for principal: Principal
    ) async throws -> Versioned<JournalPage> {
        try await observed(.readHistory) {
            try await authorise(principal, .reader, "read recent events")
            return try await events(limit, cursor, of: nil, seesKeys: principal.role == .admin)
        }
    }

    private func events(
        _ limit: Int,
        _ cursor: String?,
        of entity: String?,
        seesKeys: Bool
    ) async throws -> Versioned<JournalPage> {
        guard (1...1000).contains(limit) else {
            throw EngineError.invalid(field: "limit", reason: "must be 1 to 1000, not \(limit)")
        }
        let state = try await log.state()
        let start = HistoryCursor(beforeVersion: state.version + 1)
        guard let position = cursor.map({ HistoryCursor($0) }) ?? start else {
            throw EngineError.invalid(field: "cursor", reason: "is not one that a page gave")
        }
        let reader = HistoryReader(
            log: log,
            journal: journals.events,
            archive: archive,
            entity: entity,
            seesKeys: seesKeys
        )
        return Versioned(version: state.version, value: try await reader.page(limit: limit, from: position))
    }

    // MARK: Requests

    private func entries(of request: EventRequest, by principal: Principal) async throws -> [EventEntry] {
        try Self.check(request.entity, "entity", bytes: 512)
        guard (1...100).contains(request.changes.count) else {
            let reason = "must hold 1 to 100 changes, not \(request.changes.count)"
            throw EngineError.invalid(field: "changes", reason: reason)
        }
        let source = request.source ?? "api"
        try Self.check(source, "source", bytes: 256)
        guard source != JournalEvent.commitSource else {
            throw EngineError.invalid(field: "source", reason: "must not be 'commit': the lake itself writes those")
        }
        if let workspace = request.workspace { try Self.check(workspace, "workspace", bytes: 256) }
        let version = try await log.state().version
        return try request.changes.map { change in
            try Self.check(change.field, "field", bytes: 256)
            for (name, value) in [("old", change.old), ("new", change.new)] { try Self.check(value, name) }
            return EventEntry(
                entity: request.entity,
                field: change.field,
                old: change.old,
                new: change.new,
                actor: principal.name,
                source: source,
                workspace: request.workspace,
                version: version
            )
        }
    }

    /// Any text names a thing, as long as it can be printed on a line.
    private static func check(_ text: String, _ field: String, bytes: Int) throws {
        guard (1...bytes).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw EngineError.invalid(field: field, reason: "must be 1 to \(bytes) bytes without control characters")
        }
    }

    private static func check(_ value: AnyJSON?, _ field: String) throws {
        guard let value else { return }
        guard let size = try? JSONBytes.encode(value).count, size <= 65_536 else {
            throw EngineError.invalid(field: field, reason: "must be at most 64 KiB of JSON")
        }
    }

    func checkJournals() async throws -> [JournalCheck] {
        var checks: [JournalCheck] = []
        for files in journals.files {
            let report = try await verify(files)
            checks.append(
                JournalCheck(
                    journal: files.journal,
                    segments: report.segments,
                    entries: report.entries,
                    problems: report.problems.map { problem in
                        let line = problem.line.map { ", line \($0)" } ?? ""
                        return "journal \(files.journal), \(problem.segment)\(line): \(problem.detail)"
                    },
                    problemCount: report.problemCount,
                    heads: report.heads.map {
                        JournalHead(writer: $0.writer, segment: $0.segment, seq: $0.seq, digest: $0.digest)
                    }
                )
            )
        }
        return checks
    }

    private func journalStatus() async throws -> [JournalStatus] {
        var statuses: [JournalStatus] = []
        for (files, (journal, stats)) in zip(journals.files, await journals.stats()) {
            let snapshot = try await files.snapshot()
            let compacted = snapshot.manifest?.files ?? []
            statuses.append(
                JournalStatus(
                    journal: journal,
                    segments: snapshot.segments.count,
                    compactedFiles: compacted.count,
                    compactedBytes: compacted.reduce(0) { $0 + $1.bytes },
                    compactedLines: compacted.reduce(0) { $0 + $1.lines },
                    writer: stats.writer,
                    entries: stats.entries,
                    waiting: stats.waiting,
                    failures: stats.failures,
                    refused: stats.refused
                )
            )
        }
        return statuses
    }
}

extension JournalEvent {
    /// The source of what a commit holds.
    static let commitSource = "commit"

    /// What stands for the writer in the names of a commit's events.
    static func commitWriter(_ version: Int) -> String { "commit:\(version)" }

    /// What the names of keys as entities begin with.
    static let keyPrefix = "key:"

    init(_ entry: EventEntry, id: String, at: String) {
        self.init(
            id: id,
            entity: entry.entity,
            field: entry.field,
            old: entry.old,
            new: entry.new,
            actor: entry.actor,
            source: entry.source,
            workspace: entry.workspace,
            version: entry.version,
            at: at
        )
    }
}
