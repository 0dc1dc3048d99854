internal import Foundation
internal import LakeCore

/// An append-only record of things that happened, durable before it is acknowledged.
///
/// Entries go to immutable objects, `journals/{name}/{day}/{uuid}.jsonl`; each carries the digest of the one before it. Any number of
/// processes may write to one journal. Copies share their writer.
public struct Journal<Entry: Codable & Sendable>: Sendable {
    /// Where the entries are read.
    public let files: JournalFiles
    private let writer: JournalWriter

    /// A journal of a store; nothing is read or written before the first entry.
    ///
    /// - Parameters:
    ///   - name: Lowercase letters, digits and underscores.
    ///   - store: Where the segments go.
    ///   - settings: How it writes.
    public init(name: String, store: any ObjectStore, settings: JournalSettings = JournalSettings()) {
        files = JournalFiles(journal: name, store: store)
        writer = JournalWriter(files: files, settings: settings)
    }

    /// Adds an entry and returns once it is durable; what else waits becomes durable with it.
    ///
    /// - Throws: ``StorageError/journalFull(journal:waiting:)``, ``StorageError/journalUncertain(journal:)`` when nobody can tell whether
    ///   it was written, or what the store throws; nothing is written then.
    @discardableResult
    public func append(_ entry: Entry) async throws(StorageError) -> JournalReceipt {
        let receipts = try await append([entry])
        guard let receipt = receipts.first else { throw .journalClosed(journal: files.journal) }
        return receipt
    }

    /// Adds entries that belong together: all of them are written or none.
    @discardableResult
    public func append(_ entries: [Entry]) async throws(StorageError) -> [JournalReceipt] {
        let at = WallClock.now()
        var pending: [JournalChain.Pending] = []
        for entry in entries { pending.append(JournalChain.Pending(json: try encode(entry), at: at)) }
        return try await writer.append(pending)
    }

    /// Takes an entry and returns at once; it is durable after the settings' delay at the latest.
    ///
    /// - Throws: ``StorageError/journalFull(journal:waiting:)`` rather than to drop an entry.
    public func enqueue(_ entry: Entry) async throws(StorageError) {
        try await writer.enqueue(JournalChain.Pending(json: try encode(entry), at: WallClock.now()))
    }

    /// Returns once everything taken so far is durable.
    public func flush() async throws(StorageError) { _ = try await writer.append([]) }

    /// Finds out whether entries can be made durable: by writing those that wait or, when the last could not be, something else.
    public func check() async throws(StorageError) {
        try await flush()
        guard await writer.isFailing else { return }
        let key = try files.probeKey()
        _ = try await files.store.put(key, [], condition: .always)
        try await files.store.delete(key)
        await writer.recovered()
    }

    /// Writes what waits and refuses what comes.
    public func close() async { await writer.close() }

    /// What this process has written.
    public func stats() async -> JournalStats { await writer.stats }

    private func encode(_ entry: Entry) throws(StorageError) -> [UInt8] {
        do {
            return try JSONBytes.encode(entry)
        } catch {
            throw .invalidEntry(journal: files.journal, reason: "it cannot be written as JSON")
        }
    }
}
