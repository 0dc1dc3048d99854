internal import LakeCore

/// Which of some transactions go into the next commit, decided without I/O.
struct CommitPlan {
    /// The state that the commit makes.
    private(set) var state: LakeState
    /// The places of the transactions that go in, in order.
    private(set) var accepted: [Int] = []
    /// Those transactions, with their events.
    private(set) var transactions: [Transaction] = []
    /// The places of those that do not apply after the ones before them, and why.
    private(set) var refused: [(place: Int, error: CatalogError)] = []

    /// Tries the transactions in their order on the newest state known.
    init(_ transactions: [Transaction], on base: LakeState) {
        let version = base.version + 1
        state = base
        for (place, transaction) in transactions.enumerated() {
            do throws(CatalogError) {
                var transaction = transaction
                // Derived first: a copy of the state kept over its change would copy what changes.
                transaction.events = transaction.events(on: state)
                try state.apply(transaction, version: version)
                accepted.append(place)
                self.transactions.append(transaction)
            } catch {
                refused.append((place, error))
                // It may have been applied in part. Starting over costs time only when something fails.
                state = Self.reapply(accepted.map { transactions[$0] }, on: base, version: version)
            }
        }
    }

    private static func reapply(_ transactions: [Transaction], on base: LakeState, version: Int) -> LakeState {
        transactions.reduce(into: base) { state, transaction in
            // Applied to the same state before, so it applies again.
            try? state.apply(transaction, version: version)
        }
    }
}
