internal import LakeCore

/// The one writer of a journal in this process.
///
/// Entries that arrive while a segment is being written go into the next one together. A new writer begins a chain of its own,
/// which names the newest segment it finds: two processes never wait for each other.
actor JournalWriter {
    private let files: JournalFiles
    private let settings: JournalSettings
    private var queue = JournalQueue()
    private var chain: JournalChain?
    /// A segment that may or may not be in the store: nothing else is written before it is.
    private var unresolved: JournalSealedSegment?
    private var flusher: Task<Void, Never>?
    private var timer: Task<Void, Never>?
    private var isClosed = false
    private var done = JournalStats()
    /// Whether the last thing that was to be written was not.
    private(set) var isFailing = false

    init(files: JournalFiles, settings: JournalSettings) {
        self.files = files
        self.settings = settings
    }

    var stats: JournalStats {
        var stats = done
        stats.waiting = queue.entries
        return stats
    }

    /// Returns once the entries are durable, all in one segment; with none, once those before are.
    func append(_ entries: [JournalChain.Pending]) async throws(StorageError) -> [JournalReceipt] {
        try admit(JournalQueue.Item(entries: entries, caller: nil))
        let outcome = await withCheckedContinuation { caller in
            queue.append(JournalQueue.Item(entries: entries, caller: caller))
            startFlusher()
        }
        return try outcome.get()
    }

    /// Returns at once; the entry is durable after the delay at the latest.
    func enqueue(_ entry: JournalChain.Pending) throws(StorageError) {
        let item = JournalQueue.Item(entries: [entry], caller: nil)
        try admit(item)
        queue.append(item)
        if queue.entries >= settings.earlyEntries { startFlusher() } else { startTimer() }
    }

    /// Writes what waits; refuses everything from here on.
    func close() async {
        isClosed = true
        timer?.cancel()
        startFlusher()
        await flusher?.value
    }

    /// It was found that the store takes writes again.
    func recovered() { isFailing = false }

    private func admit(_ item: JournalQueue.Item) throws(StorageError) {
        guard !isClosed else { throw .journalClosed(journal: files.journal) }
        if item.bytes > settings.segmentBytes {
            let reason = "it has more than \(settings.segmentBytes) bytes"
            throw .invalidEntry(journal: files.journal, reason: reason)
        }
        guard queue.hasRoom(for: item, settings) else {
            done.refused += item.entries.count
            throw .journalFull(journal: files.journal, waiting: queue.entries)
        }
    }

    // MARK: Flushing

    private func startFlusher() {
        // A task of its own: one caller's cancellation must not fail the others of its group. It ends with the queue.
        if flusher == nil { flusher = Task { await flushAll() } }
    }

    private func startTimer() {
        guard timer == nil, flusher == nil, !isClosed else { return }
        timer = Task {
            try? await Task.sleep(for: settings.delay)
            timer = nil
            if !queue.isEmpty { startFlusher() }
        }
    }

    private func flushAll() async {
        var works = true
        // After a failure only those are tried again for whom somebody waits; the others have the timer.
        while !queue.isEmpty, works || queue.callers > 0 {
            works = await write(queue.takeGroup(bytesMax: settings.segmentBytes))
        }
        flusher = nil
        if !queue.isEmpty { startTimer() }
    }

    /// Answers every caller of the group; false when it could not be written.
    private func write(_ group: [JournalQueue.Item]) async -> Bool {
        do throws(StorageError) {
            var chain = try await openChain()
            try await settle()
            let entries = group.flatMap(\.entries)
            guard !entries.isEmpty else {
                for item in group { item.caller?.resume(returning: .success([])) }
                return true
            }
            let segment: JournalSealedSegment
            do {
                segment = try chain.segment(of: entries, now: WallClock.nowMilliseconds())
            } catch {
                throw StorageError.invalidEntry(journal: files.journal, reason: "it cannot be written as JSON")
            }
            chain.advance(past: segment)
            do throws(StorageError) {
                try await put(segment)
            } catch {
                guard case .journalUncertain = error else { throw error }
                // It may be there, so what comes next must follow it; it is put again before anything else.
                self.chain = chain
                unresolved = segment
                answer(group, .failure(error), keepingOthers: false)
                return false
            }
            self.chain = chain
            note(segment)
            answer(group, segment, writer: chain.writer)
            return true
        } catch {
            answer(group, .failure(error), keepingOthers: true)
            return false
        }
    }

    private func openChain() async throws(StorageError) -> JournalChain {
        if let chain { return chain }
        let fresh = JournalChain(journal: files.journal, after: try await files.newestDigest())
        chain = fresh
        done.writer = fresh.writer
        return fresh
    }

    /// Writes the segment whose outcome is open, if there is one.
    private func settle() async throws(StorageError) {
        guard let segment = unresolved else { return }
        do throws(StorageError) {
            try await put(segment)
        } catch {
            guard case .journalUncertain = error else { throw error }
            throw .unavailable(.write, reason: "it has not answered since an earlier entry of the journal")
        }
        unresolved = nil
        note(segment)
    }

    /// Creates the segment's object.
    ///
    /// - Throws: What the store throws when the object is not there for certain; ``StorageError/journalUncertain(journal:)`` when it
    ///   may be.
    private func put(_ segment: JournalSealedSegment) async throws(StorageError) {
        let key = try files.key(ofSegment: segment.name)
        var mayBeThere = false
        for attempt in 1...settings.storeAttempts {
            do throws(StorageError) {
                _ = try await files.store.put(key, segment.bytes, condition: .ifAbsent)
                return
            } catch {
                // Even a lost condition may be our own earlier attempt. Only a look tells.
                switch await found(key) {
                case .success(segment.bytes): return
                case .success(nil): if !error.mayPass, !mayBeThere { throw error }
                case .success: throw error
                case .failure: if error.wroteNothing, !mayBeThere { throw error }
                }
                // What is not there after a time-out may still arrive.
                if !error.wroteNothing { mayBeThere = true }
                if attempt == settings.storeAttempts, !mayBeThere { throw error }
            }
            try? await Task.sleep(for: settings.pause * (1 << min(attempt, 5)) * Double.random(in: 0.1...1))
        }
        throw .journalUncertain(journal: files.journal)
    }

    /// The object's bytes; nil when it is absent.
    private func found(_ key: ObjectKey) async -> Result<[UInt8]?, StorageError> {
        do throws(StorageError) {
            return .success(try await files.store.get(key))
        } catch {
            if case .noSuchObject = error { return .success(nil) }
            return .failure(error)
        }
    }

    private func note(_ segment: JournalSealedSegment) {
        isFailing = false
        done.segments += 1
        done.entries += segment.entries
        done.bytes += segment.bytes.count
    }

    private func answer(_ group: [JournalQueue.Item], _ segment: JournalSealedSegment, writer: String) {
        var seq = segment.firstSeq
        for item in group {
            let receipts = item.entries.enumerated().map { offset, entry in
                JournalReceipt(writer: writer, seq: seq + offset, at: entry.at)
            }
            seq += receipts.count
            item.caller?.resume(returning: .success(receipts))
        }
    }

    /// Tells the callers that it failed; entries that nobody waits for go back into the queue.
    private func answer(
        _ group: [JournalQueue.Item],
        _ outcome: Result<[JournalReceipt], StorageError>,
        keepingOthers: Bool
    ) {
        done.failures += 1
        isFailing = true
        if keepingOthers { queue.putBack(group.filter { $0.caller == nil }) }
        for item in group { item.caller?.resume(returning: outcome) }
    }
}

extension StorageError {
    /// Whether trying again may help.
    fileprivate var mayPass: Bool {
        switch self {
        case .unavailable, .timedOut, .unreachable: true
        default: false
        }
    }

    /// Whether the put cannot have happened, nor happen later.
    fileprivate var wroteNothing: Bool {
        switch self {
        case .unreachable, .bucketResting, .noSuchBucket, .secretUnavailable, .cancelled: true
        default: false
        }
    }
}
