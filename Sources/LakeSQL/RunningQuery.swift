public import LakeCore
import Synchronization

/// A query that runs: its columns at once, its rows as they are made.
///
/// It holds its connection until the last row, ``close()`` or release. Cancelling the task that waits in ``next()``
/// stops it.
public final class RunningQuery: Sendable {
    public let columns: [ResultColumn]
    let typedColumns: [TypedColumn]
    private let lease: Lease
    private let watch: Watch
    private let limits: QueryLimits
    /// What an error of the engine becomes for the caller.
    private let translate: @Sendable (SQLError) -> SQLError
    private let progress = Mutex(Progress())

    /// How far the rows have come.
    private struct Progress {
        var rows = 0
        var bytes = 0
        var isOver = false
        var hasMore = false
        /// The first batch, when it was fetched before it was asked for.
        var first: ResultBatch??
    }

    init(
        columns: [TypedColumn],
        lease: Lease,
        watch: Watch,
        limits: QueryLimits = QueryLimits(),
        translate: @escaping @Sendable (SQLError) -> SQLError = { $0 }
    ) {
        typedColumns = columns
        self.columns = columns.map { ResultColumn(name: $0.name, type: $0.type.name) }
        self.lease = lease
        self.watch = watch
        self.limits = limits
        self.translate = translate
    }

    deinit {
        watch.stop(.cancelled)
        lease.abandon()
    }

    /// The next rows; nil at the end or at a limit.
    ///
    /// Rows are asked for by one task at a time.
    public func next() async throws(SQLError) -> ResultBatch? {
        if progress.withLock({ $0.isOver }) { return nil }
        let early = progress.withLock { progress in
            defer { progress.first = nil }
            return progress.first
        }
        let fetched = if let early { early } else { try await fetch() }
        let kept = keep(fetched)
        if progress.withLock({ $0.isOver }) { await close() }
        return kept
    }

    /// Fetches the first rows now, so that what goes wrong with them does so before the answer begins.
    public func prepare() async throws(SQLError) {
        let batch = try await fetch()
        progress.withLock { $0.first = .some(batch) }
    }

    private func fetch() async throws(SQLError) -> ResultBatch? {
        do throws(SQLError) {
            return try await watch.cancelling { [lease, watch] () throws(SQLError) in
                try await lease.connection.fetch(watch: watch)
            }
        } catch {
            await close()
            throw translate(error)
        }
    }

    /// Whether a limit cut the result; known once ``next()`` has given nil or the rows have reached the limit.
    public var hasMore: Bool { progress.withLock { $0.hasMore } }

    /// Whether there are no more rows to ask for.
    public var isFinished: Bool { progress.withLock { $0.isOver } }

    /// Stops the query; a waiting ``next()`` throws ``SQLError/cancelled``.
    public func cancel() { watch.stop(.cancelled) }

    /// Drops the rest and gives the connection back.
    public func close() async {
        progress.withLock { $0.isOver = true }
        await lease.giveBack()
    }

    /// What of `batch` the limits leave.
    private func keep(_ batch: ResultBatch?) -> ResultBatch? {
        progress.withLock { progress in
            guard let batch else {
                progress.isOver = true
                return nil
            }
            let rowsLeft = limits.maxRows.map { $0 - progress.rows } ?? .max
            let isFull = limits.maxBytes.map { progress.bytes >= $0 } ?? false
            if batch.rowCount > rowsLeft || isFull {
                progress.isOver = true
                progress.hasMore = true
            }
            guard rowsLeft > 0, !isFull else { return nil }
            let kept = batch.prefix(rowsLeft)
            progress.rows += kept.rowCount
            if limits.maxBytes != nil { progress.bytes += kept.byteEstimate }
            return kept
        }
    }
}

extension Watch {
    /// Runs `body`, stopping the query if the task is cancelled meanwhile.
    func cancelling<Value: Sendable>(
        _ body: () async throws(SQLError) -> Value
    ) async throws(SQLError) -> Value {
        let outcome: Result<Value, SQLError> = await withTaskCancellationHandler {
            do throws(SQLError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            stop(.cancelled)
        }
        return try outcome.get()
    }
}
