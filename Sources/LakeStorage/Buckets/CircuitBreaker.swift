/// Decides whether a bucket is worth asking: after a few failures in a row it is left alone for a while, and it counts as well again
/// only after a few successes.
///
/// A value without a clock: the caller says what time it is.
struct CircuitBreaker: Sendable {
    /// When it opens and closes.
    struct Settings: Hashable, Sendable {
        /// Failures in a row that open it.
        var failuresToOpen = 3
        /// Successes in a row that close it again.
        var successesToClose = 2
        /// How long it stays open the first time; doubled each time it opens again before it has closed.
        var pause = Duration.seconds(1)
        var pauseMax = Duration.seconds(30)
    }

    /// What it lets through.
    enum State: Hashable, Sendable {
        /// Everything.
        case closed(failures: Int)
        /// Nothing before a time.
        case open(until: ContinuousClock.Instant, pause: Duration)
        /// One call at a time, to see.
        case halfOpen(successes: Int, isTrying: Bool, pause: Duration)
    }

    let settings: Settings
    private(set) var state = State.closed(failures: 0)

    init(settings: Settings = Settings()) { self.settings = settings }

    /// Whether the bucket counts as well.
    var isClosed: Bool { if case .closed = state { true } else { false } }

    /// Whether a call may be made now; every call that may is followed by one of the three below.
    mutating func admit(at now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed: return true
        case .open(let until, let pause):
            guard now >= until else { return false }
            state = .halfOpen(successes: 0, isTrying: true, pause: pause)
            return true
        case .halfOpen(let successes, let isTrying, let pause):
            guard !isTrying else { return false }
            state = .halfOpen(successes: successes, isTrying: true, pause: pause)
            return true
        }
    }

    /// A call went well.
    mutating func succeed() {
        switch state {
        case .closed: state = .closed(failures: 0)
        // A probe, which asks nobody: the bucket is back before its time.
        case .open(_, let pause): advance(successes: 1, pause)
        case .halfOpen(let successes, _, let pause): advance(successes: successes + 1, pause)
        }
    }

    /// A call failed in a way that is the bucket's fault.
    mutating func fail(at now: ContinuousClock.Instant) {
        switch state {
        case .closed(let failures):
            guard failures + 1 >= settings.failuresToOpen else { return state = .closed(failures: failures + 1) }
            state = .open(until: now + settings.pause, pause: settings.pause)
        case .open: break
        case .halfOpen(_, _, let pause):
            let longer = min(pause * 2, settings.pauseMax)
            state = .open(until: now + longer, pause: longer)
        }
    }

    /// A call failed so that there is no doubt: it was tried for long.
    mutating func failSurely(at now: ContinuousClock.Instant) {
        if case .closed = state { state = .closed(failures: settings.failuresToOpen - 1) }
        fail(at: now)
    }

    /// A call ended without telling anything about the bucket.
    mutating func abandon() {
        guard case .halfOpen(let successes, _, let pause) = state else { return }
        state = .halfOpen(successes: successes, isTrying: false, pause: pause)
    }

    private mutating func advance(successes: Int, _ pause: Duration) {
        state =
            successes >= settings.successesToClose
            ? .closed(failures: 0) : .halfOpen(successes: successes, isTrying: false, pause: pause)
    }
}
