internal import Synchronization

/// Keeps the retries of all requests to a store in bounds, so that a store in trouble is not asked several times as much.
///
/// Each retry takes one from the budget, each success gives a tenth back.
final class RetryBudget: Sendable {
    /// In tenths of a retry, like what is left.
    private let limit: Int
    private let left: Mutex<Int>

    init(_ retries: Int) {
        limit = 10 * retries
        left = Mutex(limit)
    }

    /// Whether there is a retry left; it is taken then.
    func take() -> Bool {
        left.withLock { left in
            guard left >= 10 else { return false }
            left -= 10
            return true
        }
    }

    func succeeded() { left.withLock { $0 = min(limit, $0 + 1) } }
}
