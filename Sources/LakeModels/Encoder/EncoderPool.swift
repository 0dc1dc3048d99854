import Synchronization

/// The encoder's threads, lent one group of texts at a time.
///
/// Between two groups a thread goes to the request that comes first, so a question waits for one group of documents at
/// the most.
final class EncoderPool: Sendable {
    private typealias Waiter = CheckedContinuation<Int, any Error>

    let lanes: [EncoderLane]
    private let queue: Mutex<LaneQueue<Waiter>>
    private let tickets = Atomic(0)

    init(threads: Int, queueLimit: Int) {
        lanes = (0..<threads).map(EncoderLane.init)
        queue = Mutex(LaneQueue(lanes: threads, limit: queueLimit))
    }

    /// Requests that wait for a lane.
    var waiting: Int { queue.withLock { $0.waiting } }

    /// Runs `body` with a lane that is its alone.
    ///
    /// - Throws: `ModelError.cancelled` when the task is cancelled before it has one, `ModelError.busy`.
    func withLane<Result: Sendable>(
        interactive: Bool,
        _ body: @Sendable (EncoderLane) async throws -> Result
    ) async throws -> Result {
        let lane = try await acquire(isInteractive: interactive)
        defer { release(lane) }
        return try await body(lanes[lane])
    }

    private func acquire(isInteractive: Bool) async throws -> Int {
        let ticket = tickets.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: Waiter) in
                let outcome = queue.withLock { queue in
                    // A cancellation before this point finds no ticket to take back; one after it does.
                    Task.isCancelled ? nil : queue.request(ticket: ticket, isInteractive: isInteractive, waiter)
                }
                switch outcome {
                case .granted(let lane): waiter.resume(returning: lane)
                case .refused: waiter.resume(throwing: ModelError.busy(limit: queue.withLock { $0.limit }))
                case .waiting: break
                case nil: waiter.resume(throwing: ModelError.cancelled)
                }
            }
        } onCancel: {
            queue.withLock { $0.cancel(ticket: ticket) }?.resume(throwing: ModelError.cancelled)
        }
    }

    private func release(_ lane: Int) {
        queue.withLock { $0.release(lane: lane) }?.resume(returning: lane)
    }
}
