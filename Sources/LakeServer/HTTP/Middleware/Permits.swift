import Synchronization

/// A bounded number of places, each held by a `Permit`.
final class Permits: Sendable {
    let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// A place, or nil when all are taken.
    func take() -> Permit? {
        let granted = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        return granted ? Permit(self) : nil
    }

    fileprivate func giveBack() { taken.withLock { $0 -= 1 } }
}

/// One place, given back when nothing holds this any more.
///
/// Held by the closure that writes a streamed answer, it outlives the handler and is given back even if that closure never runs
/// because the client has gone.
final class Permit: Sendable {
    private let permits: Permits

    fileprivate init(_ permits: Permits) { self.permits = permits }

    deinit { permits.giveBack() }
}
