import LakeCore
import LakeStorage
import Logging

extension Lakehouse {
    /// Compacts the journals every so often, until the task is cancelled.
    func keepJournals() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: settings.journalUpkeepInterval) } catch { return }
            // Two that do it at once do no harm; the lock of the jobs only saves work.
            guard runner.isActive else { continue }
            var due = JournalCompaction.Settings(readersWithin: settings.queryTimeout)
            due.age = settings.journalCompactionAge
            for files in journals.files {
                do {
                    try await compact(files, due)
                } catch {
                    let metadata: Logger.Metadata = ["journal": "\(files.journal)", "error": "\(error)"]
                    logger.info("journal not compacted", metadata: metadata)
                }
            }
        }
    }

    /// Compacts what is due of a journal: one step.
    ///
    /// - Parameters:
    ///   - files: The journal's.
    ///   - settings: What is due.
    /// - Returns: How many segments went into a compacted file.
    /// - Throws: What the store or the database throws.
    @discardableResult
    func compact(_ files: JournalFiles, _ settings: JournalCompaction.Settings) async throws -> Int {
        let compaction = JournalCompaction(files: files, settings: settings)
        guard let plan = try await compaction.next() else { return 0 }
        var segments: [(name: JournalSegmentName, bytes: [UInt8])] = []
        var size = 0
        for name in plan.segments where size < 64 << 20 {
            try Task.checkCancellation()
            let bytes = try await files.bytes(of: name)
            var check = JournalVerification(journal: files.journal)
            check.check(name, bytes)
            // What is damaged stays where it is, for the verification to name and for somebody to look at.
            guard check.soFar.problemCount == 0 else { continue }
            size += bytes.count
            segments.append((name, bytes))
        }
        guard !segments.isEmpty || plan.merging.count > 1 else { return 0 }
        let file = try await archive.get().write(segments, merging: plan, of: files)
        _ = try await compaction.commit(file, of: segments.map(\.name), plan)
        return segments.count
    }

    /// Checks a journal's chains, compacted or not.
    func verify(_ files: JournalFiles) async throws -> JournalReport {
        let report = try await check(files)
        // A segment that came while the others were listed may name one that was not seen yet: look again before saying so.
        return report.problemCount == 0 ? report : try await check(files)
    }

    private func check(_ files: JournalFiles) async throws -> JournalReport {
        while true {
            let snapshot = try await files.snapshot()
            do {
                return try await check(files, snapshot)
            } catch StorageError.noSuchObject {
                // Compacted and removed since.
                try Task.checkCancellation()
            }
        }
    }

    private func check(_ files: JournalFiles, _ snapshot: JournalFiles.Snapshot) async throws -> JournalReport {
        var verification = JournalVerification(journal: files.journal)
        for file in snapshot.manifest?.files ?? [] {
            guard let digest = try? await FileDigest.sha256(ofFile: archive.get().path(of: file.key)) else {
                verification.note(file, "The compacted file is missing.")
                continue
            }
            if digest.sha256 != file.sha256 { verification.note(file, "The compacted file is not what was written.") }
            do {
                try await archive.get().forEachSegment(of: file.key) { name, bytes in
                    try Task.checkCancellation()
                    verification.check(name, bytes)
                }
            } catch let error as any LakeFailure where error.kind != .cancelled {
                verification.note(file, "The compacted file cannot be read.")
            }
        }
        for name in snapshot.segments {
            try Task.checkCancellation()
            verification.check(name, try await files.bytes(of: name))
        }
        return verification.finish()
    }
}
