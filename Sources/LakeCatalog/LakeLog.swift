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
    private var format: FormatFileV1
    private var current: LakeState
    /// The older state that was asked for last: an index that lags behind its dataset is searched at one version again and again.
    private var past: LakeState?
    /// When the store was last asked for a commit of another process, and answered.
    private var looked: ContinuousClock.Instant?
    private var checkpointedVersion: Int
    /// Of the last checkpoint that was written here.
    private var checkpointBytes = 0
    private var unknownFields: [String: AnyJSON]
    private(set) var waiting: [Waiting] = []
    private var writer: Task<Void, Never>?
    private var checkpointer: Task<Void, Never>?
    private var isClosed = false
    private var watchers: [Int: AsyncStream<Int>.Continuation] = [:]
    private var watchersMade = 0

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

    /// The newest state, with what other processes had committed at most the settings' freshness ago.
    ///
    /// Costs one probe of the store, or nothing when it was probed within the freshness.
    public func state() async throws -> LakeState {
        if let looked, ContinuousClock.now - looked < settings.freshness { return current }
        return try await newestState()
    }

    /// The newest state there is, with what other processes have committed.
    ///
    /// Costs one probe of the store.
    public func newestState() async throws -> LakeState {
        let started = ContinuousClock.now
        let use = RescueUse()
        try await RescueUse.$current.withValue(use) {
            if try await log.hasCommit(current.version + 1) { try await catchUp() }
        }
        if let bucket = use.bucket {
            // Whoever reads a copy must be told so, each time.
            RescueUse.current?.note(bucket)
        } else {
            looked = max(looked ?? started, started)
        }
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
        if let past, past.version == version { return past }
        var state = try await log.newestCheckpoint(notAfter: version)?.state ?? LakeState()
        try await log.replay(onto: &state, through: version)
        guard state.version == version else { throw CatalogError.missingCommit(version: state.version + 1) }
        past = state
        return state
    }

    /// The transactions of a version, with their events; nil for one that is not there.
    public func transactions(of version: Int) async throws -> [Transaction]? {
        try await log.commit(version)?.transactions
    }

    /// The newest state once it has reached a version: looks at once, and then again and again.
    ///
    /// - Returns: The state at the end of `limit` should the version not have come by then.
    public func state(atLeast version: Int, within limit: Duration) async throws -> LakeState {
        let deadline = ContinuousClock.now + limit
        var pause = Duration.milliseconds(2)
        while true {
            let state = try await newestState()
            let left = deadline - .now
            if state.version >= version || left <= .zero { return state }
            try await Task.sleep(for: min(pause, left))
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    /// The commits that follow a version, oldest first, at most `limit`.
    public func commits(after version: Int, limit: Int) async throws -> [LoggedCommit] {
        var found: [LoggedCommit] = []
        while found.count < limit {
            let wanted = min(16, limit - found.count)
            let more = try await log.commits(after: version + found.count, count: wanted)
            found += more.map { LoggedCommit(version: $0.version, at: $0.at, transactions: $0.transactions) }
            if more.count < wanted { break }
        }
        return found
    }

    /// The newest version that was there at a time, in Unix milliseconds; 0 before the first.
    public func version(at milliseconds: Int64) async throws -> Int {
        var (low, high) = (0, try await state().version)
        // By halves: times of commits only grow, but for what the clocks of servers differ.
        while low < high {
            let middle = (low + high + 1) / 2
            guard let commit = try await log.commit(middle) else { throw CatalogError.missingCommit(version: middle) }
            let at = WallClock.milliseconds(rfc3339: commit.at) ?? 0
            (low, high) = at <= milliseconds ? (middle, high) : (low, middle - 1)
        }
        return low
    }

    /// Takes checkpoints away that are damaged, and writes one of the newest version.
    public func rewriteCheckpoints(_ damaged: [Int]) async throws {
        for version in damaged { try await log.deleteCheckpoint(version) }
        _ = try await newestState()
        try await log.write(CheckpointV1(state: current, at: WallClock.now(), unknownFields: unknownFields))
    }

    /// The newest version whenever there is another one, beginning with the present one; those between two looks are left out.
    ///
    /// Commits of other processes are noticed while ``follow()`` runs.
    public func versions() -> AsyncStream<Int> {
        let (stream, continuation) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = watchersMade
        watchersMade += 1
        watchers[number] = continuation
        continuation.onTermination = { [weak self] _ in Task { await self?.forget(watcher: number) } }
        continuation.yield(current.version)
        return stream
    }

    private func forget(watcher number: Int) { watchers[number] = nil }

    /// Looks for the commits of other processes until the task is cancelled: often while there are some, twice a second while not.
    public func follow() async {
        var pause = settings.followPause
        while !Task.isCancelled {
            let before = current.version
            // A store that fails is asked again; whoever needs the state meanwhile is told why.
            _ = try? await newestState()
            pause = current.version > before ? settings.followPause : min(pause * 2, .milliseconds(500))
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    /// Commits the transaction; once it waits in the queue, cancelling the caller no longer stops it.
    ///
    /// - Returns: The state of the version that contains the transaction.
    /// - Throws: The ``CatalogError`` that says why the transaction does not apply to the newest state; nothing of it is committed
    ///   then. ``CatalogError/outcomeUnknown(_:)`` when nobody can tell.
    public func commit(_ transaction: Transaction) async throws -> LakeState {
        guard !isClosed else { throw CatalogError.closed }
        guard !Task.isCancelled else { throw StorageError.cancelled }
        try checkWritable()
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
        await checkpointer?.value
        if format.isWritable, current.version > checkpointedVersion { await writeCheckpoint(of: current) }
    }

    // MARK: Writing

    private func checkWritable() throws(CatalogError) {
        guard !format.isWritable else { return }
        throw .lakeNotWritable(
            needsWriter: format.minWriter,
            has: FormatFileV1.known,
            release: format.minWriterRelease
        )
    }

    private func writeAll() async {
        while !waiting.isEmpty {
            // Those who were just answered, and have more, come into this group rather than the next.
            await Task.yield()
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
                if format.format < FormatFileV1.known { format = try await log.raiseFormat() }
                try checkWritable()
                let commit = CommitV1(version: base + 1, at: WallClock.now(), transactions: plan.transactions)
                if try await create(commit) {
                    advance(to: plan.state)
                    for waiting in group { waiting.caller.resume(returning: plan.state) }
                    // By the version's number: of several processes exactly one has committed it.
                    if commit.version.isMultiple(of: checkpointInterval) { await beginCheckpoint(of: plan.state) }
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

    /// Larger lakes have fewer checkpoints: writing one costs as much as reading some hundreds of commits.
    private var checkpointInterval: Int {
        var interval = settings.checkpointInterval
        var covered = 8 << 20
        while covered < checkpointBytes {
            interval *= 2
            covered *= 2
        }
        return interval
    }

    /// Commits need not wait for it, unless the one before is still being written.
    private func beginCheckpoint(of state: LakeState) async {
        await checkpointer?.value
        checkpointer = Task { await writeCheckpoint(of: state) }
    }

    /// Failing is harmless: the log holds everything, and the next checkpoint holds this one too.
    private func writeCheckpoint(of state: LakeState) async {
        let checkpoint = CheckpointV1(state: state, at: WallClock.now(), unknownFields: unknownFields)
        guard let bytes = try? await log.write(checkpoint) else { return }
        checkpointBytes = bytes
        checkpointedVersion = max(checkpointedVersion, checkpoint.state.version)
    }

    // MARK: Reading

    private func catchUp() async throws {
        var next = current
        if try await log.replay(onto: &next) > format.format { format = try await log.format() ?? format }
        advance(to: next)
    }

    /// Never back: while one caller read the store, another may have come further.
    private func advance(to state: LakeState) {
        guard state.version > current.version else { return }
        current = state
        for watcher in watchers.values { watcher.yield(state.version) }
    }
}

/// One entry of the log.
public struct LoggedCommit: Hashable, Sendable {
    public let version: Int
    public let at: String
    public let transactions: [Transaction]
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
