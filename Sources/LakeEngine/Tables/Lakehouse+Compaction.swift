import LakeCatalog
public import LakeCore
import LakeSQL
import Logging

extension Lakehouse {
    /// Merges the small files of a dataset and leaves deleted rows out for good.
    ///
    /// Rows keep their order, or are sorted by the columns that the dataset is clustered by. Each group of neighbouring files is a commit of its own; a change of the same files meanwhile makes the group
    /// start over, so that what is deleted stays deleted. Versions before read the files they had.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - principal: Who asks.
    /// - Returns: What was done.
    /// - Throws: `EngineError.notFound`; `EngineError.invalid` while another compaction of the dataset runs on this server.
    public func compact(dataset name: String, for principal: Principal) async throws -> CompactionOutcome {
        try await observed(.compact) {
            try await authorise(principal, .writer, "compact datasets", on: ["dataset:\(name)"])
            return try await compacted(name, by: principal)
        }
    }

    private func compacted(_ name: String, by principal: Principal) async throws -> CompactionOutcome {
        let before = try await log.state()
        let dataset = try liveDataset(name, in: before)
        guard compactions.begin(dataset.id) else { throw EngineError.compactionRuns(dataset: name) }
        defer { compactions.end(dataset.id) }
        var outcome = CompactionOutcome(
            dataset: name,
            version: before.version,
            filesBefore: dataset.files.count,
            filesAfter: dataset.files.count,
            bytesBefore: dataset.bytes,
            bytesAfter: dataset.bytes,
            rowsErased: 0,
            tombstonesErased: 0,
            rows: dataset.rows
        )
        var state = before
        while let done = try await retrying({ try await compactGroup(of: name, by: principal) }) {
            state = done.state
            outcome.version = state.version
            outcome.rowsErased += done.rowsErased
        }
        guard outcome.version > before.version, let after = state.datasets[dataset.id] else { return outcome }
        outcome.filesAfter = after.files.count
        outcome.bytesAfter = after.bytes
        outcome.rows = after.rows
        outcome.tombstonesErased = before.tombstones.values.count {
            $0.dataset == dataset.id && state.tombstones[$0.id] == nil
        }
        return outcome
    }

    /// Rewrites the first group of files that is worth it; nil when there is none.
    private func compactGroup(
        of name: String,
        by principal: Principal
    ) async throws -> (state: LakeState, rowsErased: Int)? {
        try Task.checkCancellation()
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        guard let group = CompactionPlan.firstGroup(of: Array(dataset.files)) else { return nil }
        let held = try memory.reserve(WorkingMemory.ingest, from: .ingest)
        defer { withExtendedLifetime(held) {} }
        let files = Array(dataset.files[group])
        // Indexes know rows by their places, which follow from the order only.
        let isIndexed = state.indexes.values.contains { $0.dataset == dataset.id }
        let sorting = isIndexed ? [] : dataset.clusterBy.map(SQLText.quoteIdentifier)
        var part = dataset
        part.files = FileList(files)
        var written: DataFile?
        if part.rows > 0 {
            var plan = ReadPlan(self)
            let relation = try await plan.relation(part)
            try await trusted.get().use(try await plan.accesses())
            let rows = SQLText.relationSQL(relation)
            let query = sorting.isEmpty ? rows : "SELECT * FROM (\(rows)) ORDER BY \(sorting.joined(separator: ", "))"
            written = try await write(query, of: dataset, rows: part.rows, bytes: part.bytes)
            // The statement names the deleted rows by a number; they are there as long as the relation is.
            withExtendedLifetime(relation) {}
        }
        do {
            guard (written?.rows ?? 0) == part.rows else {
                throw EngineError.rowsOutOfOrder(dataset: name)
            }
            let exchange = Action.filesExchanged(
                dataset: dataset.id,
                removing: files.map(\.seen),
                adding: [written].compactMap(\.self),
                expectedSchema: SchemaDigest(dataset.schema)
            )
            let moves = Action.rowsMoved(dataset: dataset.id, moves: Self.moves(files, to: written))
            let actions = sorting.isEmpty ? [exchange, moves] : [exchange]
            let reason = "compact \(files.count) files of \(name)"
            let erased = part.storedRows - part.rows
            return (try await commit(actions, reason, by: principal), erased)
        } catch {
            if let written, !error.leavesOutcomeOpen { await discard(written) }
            throw error
        }
    }

    /// Merges the files of datasets that need it, until the task is cancelled.
    func keepCompact() async {
        let keeper = Principal(name: "lakehouse", role: .admin)
        guard settings.compactionInterval > .zero else { return }
        while !Task.isCancelled {
            do { try await Task.sleep(for: settings.compactionInterval) } catch { return }
            // One server at a time, where several are at work.
            guard runner.isActive, let state = try? await log.state() else { continue }
            for dataset in state.liveDatasets where CompactionPlan.isDue(dataset, in: state) {
                do {
                    _ = try await compacted(dataset.name.rawValue, by: keeper)
                } catch {
                    // Its turn comes again.
                    logger.info("dataset not compacted", metadata: ["dataset": "\(dataset.name)"])
                }
            }
        }
    }

    private static func moves(_ files: [DataFile], to written: DataFile?) -> [FileMove] {
        var offset = 0
        return files.map { file in
            defer { offset += file.keptRows }
            return FileMove(
                file: file.key,
                to: file.keptRows > 0 ? written?.key : nil,
                offset: offset,
                deletions: file.deletions
            )
        }
    }
}

/// Which files of a dataset are worth rewriting.
enum CompactionPlan {
    /// What a rewritten file is to have at most, about.
    private static let targetBytes = 128 << 20
    /// A file of less than this is small.
    private static let smallBytes = 32 << 20

    /// The first run of neighbouring files to be written as one: small ones, and those with deleted rows.
    static func firstGroup(of files: [DataFile]) -> Range<Int>? {
        var start = 0
        while start < files.count {
            var end = start
            var bytes = 0
            while end < files.count, isWorthIt(files[end]), end == start || bytes + files[end].bytes <= targetBytes {
                bytes += files[end].bytes
                end += 1
            }
            if end - start > 1 || end > start && files[start].deletions != nil { return start..<end }
            start = max(end, start + 1)
        }
        return nil
    }

    /// Whether a dataset is worth a compaction that nobody asked for: it has many small files, a large part of it is in some, many
    /// of its rows are deleted, or rows that were to be forgotten are still there.
    static func isDue(_ dataset: Dataset, in state: LakeState, now: Int64 = WallClock.nowMilliseconds()) -> Bool {
        let small = dataset.files.filter { $0.bytes < smallBytes }
        let held = small.reduce(0) { $0 + $1.bytes }
        if small.count >= 32 || small.count >= 8 && held > max(1 << 20, dataset.bytes / 4) { return true }
        let stored = dataset.storedRows
        if stored - dataset.rows > max(1000, stored / 5) { return true }
        return state.tombstones.values.contains { tombstone in
            tombstone.dataset == dataset.id
                && now - (WallClock.milliseconds(rfc3339: tombstone.at) ?? now) > tombstoneAgeMilliseconds
        }
    }

    /// For so long the hiding of rows can be undone, at least.
    private static let tombstoneAgeMilliseconds: Int64 = 7 * 86_400_000

    private static func isWorthIt(_ file: DataFile) -> Bool {
        file.deletions != nil || file.bytes < smallBytes
    }
}
