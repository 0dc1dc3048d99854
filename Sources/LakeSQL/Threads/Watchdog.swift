import Foundation

/// Why a query was stopped from outside.
enum StopReason: Sendable {
    case cancelled
    case timedOut
}

/// A thread that interrupts queries: at their deadline, or when asked, and again until they have stopped.
///
/// Once is not enough: the library forgets an interrupt that arrives while a query is just starting.
final class Watchdog: Sendable {
    private let board = WatchBoard()

    /// Starts the thread.
    init() {
        let board = board
        let thread = Thread { board.patrol() }
        thread.name = "sql-watchdog"
        thread.start()
    }

    deinit { board.end() }

    /// Starts to watch one query.
    ///
    /// - Parameters:
    ///   - deadline: When to interrupt it; nil for never.
    ///   - interrupt: Stops the call that is running; called on the watchdog's thread, must not block.
    /// - Returns: The watch, which lasts until it is released.
    func watch(deadline: ContinuousClock.Instant?, interrupt: @escaping @Sendable () -> Void) -> Watch {
        Watch(board: board, id: board.add(deadline: deadline, interrupt: interrupt))
    }
}

/// One query under watch.
///
/// Ends by itself when released.
final class Watch: Sendable {
    private let board: WatchBoard
    private let id: UInt64

    fileprivate init(board: WatchBoard, id: UInt64) {
        self.board = board
        self.id = id
    }

    deinit { board.remove(id) }

    /// Why the query was stopped, if it was.
    var reason: StopReason? { board.reason(id) }

    /// Says that a call into the library is running; only then is it interrupted.
    func enter() { board.setRunning(id, true) }

    /// Says that the call has returned; no interrupt follows.
    func leave() { board.setRunning(id, false) }

    /// Stops the query as soon as can be.
    func stop(_ reason: StopReason) { board.stop(id, reason) }
}

/// What a ``Watchdog`` and its watches share.
///
/// Unchecked: every stored property is touched only with `condition` locked.
private final class WatchBoard: @unchecked Sendable {
    private struct Entry {
        var deadline: ContinuousClock.Instant?
        var interrupt: @Sendable () -> Void
        var reason: StopReason?
        var running = false
    }

    private static let repeatInterval = 0.005
    private let condition = NSCondition()
    private var entries: [UInt64: Entry] = [:]
    private var lastID: UInt64 = 0
    private var ended = false

    func add(deadline: ContinuousClock.Instant?, interrupt: @escaping @Sendable () -> Void) -> UInt64 {
        locked {
            lastID += 1
            entries[lastID] = Entry(deadline: deadline, interrupt: interrupt)
            if deadline != nil { condition.signal() }
            return lastID
        }
    }

    func remove(_ id: UInt64) { locked { entries[id] = nil } }

    func reason(_ id: UInt64) -> StopReason? { locked { entries[id]?.reason } }

    func setRunning(_ id: UInt64, _ running: Bool) {
        locked {
            entries[id]?.running = running
            if running, entries[id]?.reason != nil { condition.signal() }
        }
    }

    func stop(_ id: UInt64, _ reason: StopReason) {
        locked {
            guard let entry = entries[id] else { return }
            if entry.reason == nil { entries[id]?.reason = reason }
            condition.signal()
        }
    }

    func end() {
        locked {
            ended = true
            condition.signal()
        }
    }

    /// The body of the thread.
    func patrol() {
        condition.lock()
        defer { condition.unlock() }
        while !ended {
            guard let seconds = interruptDue() else {
                condition.wait()
                continue
            }
            _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
        }
    }

    /// Interrupts what is due and says after how many seconds to look again.
    private func interruptDue() -> Double? {
        let now = ContinuousClock.now
        var pause: Double?
        for (id, entry) in entries {
            var stopped = entry.reason != nil
            if !stopped, let deadline = entry.deadline {
                if deadline <= now {
                    entries[id]?.reason = .timedOut
                    stopped = true
                } else {
                    pause = min(pause ?? .infinity, (deadline - now) / .seconds(1))
                }
            }
            if stopped, entry.running {
                entry.interrupt()
                pause = min(pause ?? .infinity, Self.repeatInterval)
            }
        }
        return pause
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }
}
