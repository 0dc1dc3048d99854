import LakeSQL
import Synchronization

/// Lets each caller have a bounded number of queries at once; their others wait in a line, which is bounded too.
final class CallerGate: Sendable {
    private enum Outcome {
        case mayGo, refused, timedOut, cancelled
    }

    private struct Waiter {
        var id: UInt64
        var turn: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var running: [String: Int] = [:]
        var waiting: [String: [Waiter]] = [:]
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())
    /// Nil: no more than there are connections.
    private let limit: Int?
    private let queueLimit: Int

    init(limit: Int?, queueLimit: Int) {
        self.limit = limit
        self.queueLimit = queueLimit
    }

    /// Waits for the caller's turn.
    ///
    /// - Parameters:
    ///   - caller: By name.
    ///   - patience: How long.
    /// - Returns: A place, given back when nothing holds it any more; nil when none is needed.
    /// - Throws: `EngineError.tooManyQueries` when too many of the caller's wait already; `SQLError.timedOut`, `SQLError.cancelled`.
    func enter(_ caller: String, patience: Duration) async throws -> CallerPlace? {
        guard let limit else { return nil }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let alarm = Task { [weak self] in
            try await Task.sleep(for: patience)
            self?.end(id, of: caller, .timedOut)
        }
        defer { alarm.cancel() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                letInOrQueue(Waiter(id: id, turn: turn), of: caller, limit)
                // A cancellation before it was in the line found nobody there.
                if Task.isCancelled { end(id, of: caller, .cancelled) }
            }
        } onCancel: {
            end(id, of: caller, .cancelled)
        }
        switch outcome {
        case .mayGo: return CallerPlace(caller, self)
        case .refused: throw EngineError.tooManyQueries(running: limit, waiting: queueLimit)
        case .timedOut: throw SQLError.timedOut
        case .cancelled: throw SQLError.cancelled
        }
    }

    private func letInOrQueue(_ waiter: Waiter, of caller: String, _ limit: Int) {
        let outcome = state.withLock { state -> Outcome? in
            guard state.running[caller, default: 0] >= limit else {
                state.running[caller, default: 0] += 1
                return .mayGo
            }
            guard state.waiting[caller, default: []].count < queueLimit else { return .refused }
            state.waiting[caller, default: []].append(waiter)
            return nil
        }
        if let outcome { waiter.turn.resume(returning: outcome) }
    }

    private func end(_ id: UInt64, of caller: String, _ outcome: Outcome) {
        let waiter = state.withLock { state -> Waiter? in
            guard let place = state.waiting[caller]?.firstIndex(where: { $0.id == id }) else { return nil }
            defer { if state.waiting[caller]?.isEmpty == true { state.waiting[caller] = nil } }
            return state.waiting[caller]?.remove(at: place)
        }
        waiter?.turn.resume(returning: outcome)
    }

    /// Makes the place that of the caller's next query, or free.
    fileprivate func leave(_ caller: String) {
        let waiter = state.withLock { state -> Waiter? in
            if state.waiting[caller]?.isEmpty == false {
                defer { if state.waiting[caller]?.isEmpty == true { state.waiting[caller] = nil } }
                return state.waiting[caller]?.removeFirst()
            }
            let left = state.running[caller, default: 1] - 1
            state.running[caller] = left > 0 ? left : nil
            return nil
        }
        waiter?.turn.resume(returning: .mayGo)
    }
}

/// One of the queries that a caller may have at once, for as long as something holds this.
final class CallerPlace: Sendable {
    private let caller: String
    private let gate: CallerGate

    fileprivate init(_ caller: String, _ gate: CallerGate) {
        self.caller = caller
        self.gate = gate
    }

    deinit { gate.leave(caller) }
}
