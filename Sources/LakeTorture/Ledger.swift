import Synchronization

/// What was asked of the lake and what it answered: the truth that the lake is held to.
final class Ledger: Sendable {
    /// How far a write is known to have come.
    enum Outcome: Sendable {
        case acknowledged
        /// Whole or absent: the server did not know.
        case open
        /// Whole or absent, and it may still happen: nobody answered.
        case unheard
        /// Absent.
        case refused
    }

    /// Rows that were appended together.
    struct Batch: Sendable {
        let table: String
        let rows: Int
        var outcome = Outcome.unheard
        /// How far deleting the rows again is known to have come; nil while nobody has tried.
        var deletion: Outcome?

        /// Whether the rows must be there.
        var isCertain: Bool {
            switch deletion {
            case nil, .refused?: outcome == .acknowledged
            case .acknowledged?, .open?, .unheard?: false
            }
        }

        /// Whether no row may be there.
        var isGone: Bool { deletion == .acknowledged || deletion == nil && outcome == .refused }
    }

    /// A table that one writer replaces as a whole.
    struct Snapshot: Sendable {
        /// The contents it may have: the last one acknowledged and all attempts since.
        var possible: [String] = []
        /// Whether the table must be there.
        var isAcknowledged = false
    }

    private struct State {
        var batches: [String: Batch] = [:]
        var snapshots: [String: Snapshot] = [:]
        var dropped: Set<String> = []
        var events: [String: Outcome] = [:]
        /// The newest version of the lake that an answer named.
        var version = 0
        /// Whether the index was declared for certain.
        var hasIndex = false
        /// Answers that readers checked, and what was wrong with them.
        var reads = 0
        var sights: [String] = []
        var counts: (acknowledged: Int, open: Int, refused: Int) = (0, 0, 0)
    }

    private let state = Mutex(State())

    var counts: (acknowledged: Int, open: Int, refused: Int) { state.withLock { $0.counts } }
    var batches: [String: Batch] { state.withLock { $0.batches } }
    var snapshots: [String: Snapshot] { state.withLock { $0.snapshots } }
    var dropped: Set<String> { state.withLock { $0.dropped } }
    var events: [String: Outcome] { state.withLock { $0.events } }
    var hasIndex: Bool { state.withLock { $0.hasIndex } }

    var reads: Int { state.withLock { $0.reads } }

    func answered() { state.withLock { $0.reads += 1 } }

    /// Keeps what a reader saw that must not be.
    func saw(_ sight: String) { state.withLock { if $0.sights.count < 20 { $0.sights.append(sight) } } }

    /// What readers saw since they were last asked.
    func takeSights() -> [String] {
        state.withLock { state in
            defer { state.sights = [] }
            return state.sights
        }
    }

    func begin(_ batch: String, in table: String, rows: Int) {
        state.withLock { $0.batches[batch] = Batch(table: table, rows: rows) }
    }

    func end(_ batch: String, _ outcome: Outcome) {
        state.withLock { state in
            state.batches[batch]?.outcome = outcome
            Self.count(&state, outcome)
        }
    }

    func beginDeleting(_ batch: String) { state.withLock { $0.batches[batch]?.deletion = .unheard } }

    func endDeleting(_ batch: String, _ outcome: Outcome) {
        state.withLock { state in
            state.batches[batch]?.deletion = outcome
            Self.count(&state, outcome)
        }
    }

    func beginReplacing(_ table: String, by content: String) {
        state.withLock { $0.snapshots[table, default: Snapshot()].possible.append(content) }
    }

    func endReplacing(_ table: String, by content: String, _ outcome: Outcome) {
        state.withLock { state in
            switch outcome {
            case .acknowledged: state.snapshots[table] = Snapshot(possible: [content], isAcknowledged: true)
            case .refused: state.snapshots[table]?.possible.removeAll { $0 == content }
            case .open, .unheard: break
            }
            Self.count(&state, outcome)
        }
    }

    func drop(_ table: String, _ outcome: Outcome) {
        state.withLock { state in
            if case .acknowledged = outcome { state.dropped.insert(table) }
            Self.count(&state, outcome)
        }
    }

    /// The newest version of the lake that an answer named.
    var version: Int { state.withLock { $0.version } }

    func reached(version: Int) { state.withLock { $0.version = max($0.version, version) } }

    func beginEvent(_ name: String) { state.withLock { $0.events[name] = .unheard } }

    func endEvent(_ name: String, _ outcome: Outcome) {
        state.withLock { state in
            state.events[name] = outcome
            Self.count(&state, outcome)
        }
    }

    func declaredIndex() { state.withLock { $0.hasIndex = true } }

    private static func count(_ state: inout State, _ outcome: Outcome) {
        switch outcome {
        case .acknowledged: state.counts.acknowledged += 1
        case .open, .unheard: state.counts.open += 1
        case .refused: state.counts.refused += 1
        }
    }
}
