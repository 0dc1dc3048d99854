internal import LakeCore
public import LakeStorage

/// The one writer of the lake's log in this process, and the way to the newest ``LakeState``.
///
/// A commit is a create of the next version's object, which exactly one writer in any process can do; whoever loses reloads, checks
/// again and retries. Transactions that arrive while a write is under way go into the next commit together.
public actor LakeLog {
    /// Made with the lake, the same for ever.
    public nonisolated let lakeID: String

    private let log: LogStore
    private let settings: LogSettings
    private let format: FormatFileV1
    private var current: LakeState
    private var checkpointedVersion: Int
    private var unknownFields: [String: AnyJSON]
    private(set) var waiting: [Waiting] = []
    private var writer: Task<Void, Never>?
    private var isClosed = false

    /// A transaction whose caller waits for its outcome.
    struct Waiting {
        let transaction: Transaction
        let caller: CheckedContinuation<LakeState, any Error>
    }

    private init(log: LogStore, settings: LogSettings, format: FormatFileV1, start: CheckpointV1?, state: LakeState) {
        lakeID = format.lakeID
        self.log = log
        self.settings = settings
        self.format = format
        current = state
        checkpointedVersion = start?.state.version ?? 0
        unknownFields = start?.unknownFields ?? [:]
    }

    /// Opens the log of the lake in `store`, or makes the lake.
    ///
    /// - Throws: A ``CatalogError`` when the lake is too new or damaged, or what the store throws.
    public static func open(store: any ObjectStore, settings: LogSettings = LogSettings()) async throws -> LakeLog {
        let log = LogStore(store: store)
        let format = try await log.openLake()
        let start = try await log.newestCheckpoint()
        var state = start?.state ?? LakeState()
        if state.version > 0, try await !log.hasCommit(state.version) {
            throw CatalogError.missingCommit(version: state.version)
        }
        repeat {
            try await log.replay(onto: &state)
            // A gap must not pass for the end: the next commit would begin a second history.
            guard let next = try await log.listedVersion(after: state.version) else { break }
            guard next == state.version + 1 else { throw CatalogError.missingCommit(version: state.version + 1) }
        } while true
        return LakeLog(log: log, settings: settings, format: format, start: start, state: state)
    }

    /// The newest state there is, with what other processes have committed.
    ///
    /// Costs one probe of the store.
    public func state() async throws -> LakeState {
        if try await log.hasCommit(current.version + 1) { try await catchUp() }
        return current
    }

    /// The state as it was at a version.
    ///
    /// - Throws: ``CatalogError/noSuchVersion(_:newest:)`` for one that was never there.
    public func state(at version: Int) async throws -> LakeState {
        if version > current.version { try await catchUp() }
        if version == current.version { return current }
        guard (0...current.version).contains(version) else {
            throw CatalogError.noSuchVersion(version, newest: current.version)
        }
        var state = try await log.newestCheckpoint(notAfter: version)?.state ?? LakeState()
        try await log.replay(onto: &state, through: version)
        guard state.version == version else { throw CatalogError.missingCommit(version: state.version + 1) }
        return state
    }

    /// The transactions of a version, with their events; nil for one that is not there.
    public func transactions(of version: Int) async throws -> [Transaction]? {
        try await log.commit(version)?.transactions
    }

    /// Commits the transaction; once it waits in the queue, cancelling the caller no longer stops it.
    ///
    /// - Returns: The state of the version that contains the transaction.
    /// - Throws: The ``CatalogError`` that says why the transaction does not apply to the newest state; nothing of it is committed
    ///   then. ``CatalogError/outcomeUnknown(_:)`` when nobody can tell.
    public func commit(_ transaction: Transaction) async throws -> LakeState {
        guard !isClosed else { throw CatalogError.closed }
        guard !Task.isCancelled else { throw StorageError.cancelled }
        guard isWritable else {
            throw CatalogError.lakeNotWritable(needsWriter: format.minWriter, has: FormatFileV1.known)
        }
        guard waiting.count < settings.waitingLimit else {
            throw CatalogError.tooManyWaiting(limit: settings.waitingLimit)
        }
        return try await withCheckedThrowingContinuation { caller in
            waiting.append(Waiting(transaction: transaction, caller: caller))
            // A task of its own: one caller's cancellation must not fail the others of its group. It ends with the queue.
            if writer == nil { writer = Task { await writeAll() } }
        }
    }

    /// Waits for the commits under way and writes a checkpoint.
    ///
    /// Commits are refused from here on; reading goes on.
    public func close() async {
        isClosed = true
        await writer?.value
        if isWritable, current.version > checkpointedVersion { await writeCheckpoint() }
    }

    // MARK: Writing

    private var isWritable: Bool { format.minWriter <= FormatFileV1.known }

    private func writeAll() async {
        while !waiting.isEmpty {
            let group = Array(waiting.prefix(settings.groupLimit))
            waiting.removeFirst(group.count)
            await write(group)
        }
        writer = nil
    }

    /// Answers every caller of the group.
    private func write(_ group: [Waiting]) async {
        var group = group
        var attempts = 0
        while !group.isEmpty {
            let base = current.version
            let plan = CommitPlan(group.map(\.transaction), on: current)
            do {
                // Another process may have removed the reason for a refusal.
                if !plan.refused.isEmpty {
                    try await catchUp()
                    if current.version > base { continue }
                }
                for (place, error) in plan.refused { group[place].caller.resume(throwing: error) }
                group = plan.accepted.map { group[$0] }
                if group.isEmpty { return }
                let commit = CommitV1(version: base + 1, at: WallClock.now(), transactions: plan.transactions)
                if try await create(commit) {
                    advance(to: plan.state)
                    for waiting in group { waiting.caller.resume(returning: plan.state) }
                    // By the version's number: of several processes exactly one has committed it.
                    if commit.version.isMultiple(of: settings.checkpointInterval) { await writeCheckpoint() }
                    return
                }
                attempts += 1
                guard attempts < settings.conflictLimit else { throw CatalogError.conflict(attempts: attempts) }
                try await pause(after: attempts)
                try await catchUp()
            } catch {
                fail(group, error)
                return
            }
        }
    }

    /// Creates the commit's object; false when another commit has its version.
    ///
    /// - Throws: What the store throws when the commit is not there for certain; ``CatalogError/outcomeUnknown(_:)`` when it may be.
    private func create(_ commit: CommitV1) async throws -> Bool {
        let written = Set(commit.transactions.map(\.id))
        for attempt in 1...settings.storeAttempts {
            do {
                try await log.write(commit)
                return true
            } catch let error as StorageError {
                // Even a lost condition may be our own earlier attempt. Only a look tells.
                switch await found(at: commit.version) {
                case .success(let found?): return Set(found.transactions.map(\.id)) == written
                case .success(nil): guard error.mayPass else { throw error }
                case .failure(let unreadable as CatalogError): throw unreadable
                case .failure: break
                }
            }
            try await pause(after: attempt)
        }
        throw CatalogError.outcomeUnknown(commit.transactions[0].id)
    }

    private func found(at version: Int) async -> Result<CommitV1?, any Error> {
        do { return .success(try await log.commit(version)) } catch { return .failure(error) }
    }

    /// Waits a little, longer after more attempts, and not the same time as another process.
    private func pause(after attempts: Int) async throws {
        let longest = settings.pause * (1 << min(attempts, 5))
        try await Task.sleep(for: longest * Double.random(in: 0.1...1))
    }

    private func fail(_ group: [Waiting], _ error: any Error) {
        for waiting in group {
            if case CatalogError.outcomeUnknown = error {
                waiting.caller.resume(throwing: CatalogError.outcomeUnknown(waiting.transaction.id))
            } else {
                waiting.caller.resume(throwing: error)
            }
        }
    }

    /// Failing is harmless: the log holds everything, and the next checkpoint holds this one too.
    private func writeCheckpoint() async {
        let checkpoint = CheckpointV1(state: current, at: WallClock.now(), unknownFields: unknownFields)
        guard (try? await log.write(checkpoint)) != nil else { return }
        checkpointedVersion = max(checkpointedVersion, checkpoint.state.version)
    }

    // MARK: Reading

    private func catchUp() async throws {
        var next = current
        try await log.replay(onto: &next)
        advance(to: next)
    }

    /// Never back: while one caller read the store, another may have come further.
    private func advance(to state: LakeState) {
        if state.version > current.version { current = state }
    }
}

extension StorageError {
    /// Whether trying again may help.
    fileprivate var mayPass: Bool {
        switch self {
        case .unavailable, .unreachable, .timedOut: true
        default: kind == .conflict
        }
    }
}
