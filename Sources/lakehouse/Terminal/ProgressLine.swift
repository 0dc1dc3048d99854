import Synchronization

/// One line on the terminal that tells how far long work is; silent for the first second, and where there is no terminal.
final class ProgressLine: Sendable {
    private struct State {
        var drawn = false
        var lastDrawn: ContinuousClock.Instant
    }

    private let label: String
    private let started = ContinuousClock.now
    private let state: Mutex<State>

    init(_ label: String) {
        self.label = label
        state = Mutex(State(lastDrawn: .now))
    }

    /// Draws the line anew, at most ten times a second.
    ///
    /// - Parameters:
    ///   - share: 0 to 1; nil when the whole is not known.
    ///   - note: What follows the bar.
    func update(share: Double?, _ note: String = "") {
        let now = ContinuousClock.now
        guard Terminal.isInteractive, now - started > .seconds(1) else { return }
        let due = state.withLock { state in
            guard !state.drawn || now - state.lastDrawn > .milliseconds(100) else { return false }
            state = State(drawn: true, lastDrawn: now)
            return true
        }
        guard due else { return }
        let bar = share.map { share in
            let full = Int((min(max(share, 0), 1) * 24).rounded(.down))
            return "[" + String(repeating: "█", count: full) + String(repeating: "·", count: 24 - full) + "] "
                + "\(Int((share * 100).rounded(.down)))% "
        }
        Terminal.write(Array("\r\u{1B}[2K\(label) \(bar ?? "")\(note)".utf8), to: 2)
    }

    /// Removes the line.
    func finish() {
        if state.withLock({ $0.drawn }) { Terminal.write(Array("\r\u{1B}[2K".utf8), to: 2) }
    }
}
