internal import Synchronization

/// What went wrong with buckets: the last failures in memory, all of them in a journal.
///
/// The journal is written a moment later, and not at all while its own bucket is the one that fails.
public final class BucketErrors: Sendable {
    private let limit: Int
    private let state = Mutex(State())

    /// Oldest first.
    private struct State {
        var kept: [BucketFailure] = []
        /// Not in the journal yet.
        var fresh: [BucketFailure] = []
        var hasHistory = false
    }

    /// Keeps at most so many in memory.
    public init(limit: Int = 4096) { self.limit = limit }

    /// Adds a failure; the oldest make way.
    public func append(_ failure: BucketFailure) {
        state.withLock { state in
            // Cut in larger steps, so that an append is cheap.
            if state.kept.count >= limit { state.kept.removeFirst(limit / 4) }
            state.kept.append(failure)
            if state.fresh.count < limit { state.fresh.append(failure) }
        }
    }

    /// The newest failures, newest first.
    ///
    /// - Parameters:
    ///   - bucket: Of this bucket; nil: of all.
    ///   - limit: How many at most.
    /// - Returns: The failures.
    public func newest(of bucket: String? = nil, limit: Int) -> [BucketFailure] {
        state.withLock { state in
            Array(state.kept.reversed().lazy.filter { bucket == nil || $0.bucket == bucket }.prefix(max(0, limit)))
        }
    }

    /// Reads what was written before, then writes what comes, until the task is cancelled.
    func keep(in journal: Journal<BucketFailure>) async {
        // A journal that cannot be read has no history to show; what comes is kept all the same.
        if !state.withLock({ $0.hasHistory }), let earlier = try? await written(in: journal) {
            state.withLock { state in
                state.kept = (earlier + state.kept).suffix(limit)
                state.hasHistory = true
            }
        }
        while !Task.isCancelled {
            for failure in takeFresh() { try? await journal.enqueue(failure) }
            do { try await Task.sleep(for: .seconds(1)) } catch { break }
        }
        for failure in takeFresh() { try? await journal.enqueue(failure) }
    }

    private func takeFresh() -> [BucketFailure] {
        state.withLock { state in
            defer { state.fresh = [] }
            return state.fresh
        }
    }

    /// Up to a quarter of what is kept in memory, oldest first.
    private func written(in journal: Journal<BucketFailure>) async throws -> [BucketFailure] {
        var found: [BucketFailure] = []
        for try await batch in journal.newestFirst(in: try await journal.files.snapshot()) {
            found += batch.records.map(\.entry)
            if found.count >= limit / 4 { break }
        }
        return found.reversed()
    }
}
