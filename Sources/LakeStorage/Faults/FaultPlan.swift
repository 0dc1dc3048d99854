internal import Foundation
internal import Glibc
internal import Synchronization

/// Faults of the machine that an operator asks this process for, to see that a lake survives them.
///
/// Every change that a ``LocalObjectStore`` makes to a file or a folder is a numbered step. `LAKEHOUSE_FAULTS` says what happens at
/// which, several rules with commas between them:
///
/// - `kill@N`: the process dies before its N-th step, as by `kill -9`.
/// - `power@N`: the same, and what no `fsync` has made durable is lost: unsynced content is cut off, and of the names given or taken
///   away since their folder's last `fsync` each is undone with a probability of one half.
/// - `fail-sync@N`: the N-th `fsync` fails with `EIO`.
/// - `skip-sync@N`: the N-th `fsync` does nothing and says it has; with a `*` for the number, every one.
/// - `no-space@N`: from the N-th step on, for 64 steps, writes fail with `ENOSPC`.
/// - `ignore-conflict@*`: a name that is taken is taken over, as if the create were not conditional.
/// - `seed@S`: decides what `power` undoes.
final class FaultPlan: Sendable {
    /// The plan of this process; nil unless the environment has one.
    static let current = ProcessInfo.processInfo.environment["LAKEHOUSE_FAULTS"].map(FaultPlan.init)

    /// What a store is about to do.
    enum Step: Hashable {
        case create(String)
        case write(String)
        case sync(String)
        case link(from: String, to: String)
        case rename(from: String, to: String)
        case unlink(String)
    }

    /// What the caller of a step has to do.
    enum Answer {
        case go
        /// Pretend to have done it.
        case skip
        case fail(CInt)
    }

    private let rules: [String: Int]
    private let state: Mutex<State>

    private struct State {
        var steps = 0
        var syncs = 0
        var disk: UnsyncedChanges
    }

    private init(_ text: String) {
        var rules: [String: Int] = [:]
        for rule in text.split(separator: ",") {
            let parts = rule.split(separator: "@")
            if parts.count == 2 { rules[String(parts[0])] = parts[1] == "*" ? .max : Int(parts[1]) }
        }
        self.rules = rules
        state = Mutex(State(disk: UnsyncedChanges(isKept: rules["power"] != nil, seed: UInt64(rules["seed"] ?? 0))))
    }

    /// Whether a create puts itself in the place of what is there.
    var ignoresConflicts: Bool { rules["ignore-conflict"] != nil }

    /// Says what is to become of a step, or ends the process.
    func answer(_ step: Step) -> Answer {
        state.withLock { state in
            state.steps += 1
            if state.steps == rules["kill"] { Self.die() }
            if state.steps == rules["power"] {
                state.disk.lose()
                Self.die()
            }
            switch step {
            case .sync:
                state.syncs += 1
                if state.syncs == rules["fail-sync"] { return .fail(EIO) }
                if rules["skip-sync"] == .max || state.syncs == rules["skip-sync"] { return .skip }
            case .write:
                if let first = rules["no-space"], (first..<first + 64).contains(state.steps) { return .fail(ENOSPC) }
            default: break
            }
            state.disk.note(step)
            return .go
        }
    }

    private static func die() -> Never {
        kill(getpid(), SIGKILL)
        // The signal is on its way; nothing more may happen on this thread.
        while true { pause() }
    }
}

/// What a loss of power would take: content and names that no `fsync` has made durable.
private struct UnsyncedChanges {
    let isKept: Bool
    private var random: UInt64
    private var synced: Set<String> = []
    private var unsyncedContent: Set<String> = []
    /// By folder, in the order they were made.
    private var names: [String: [Change]] = [:]

    private struct Change {
        let path: String
        /// A second name of the file that was there; nil when there was none.
        let before: String?
    }

    init(isKept: Bool, seed: UInt64) {
        self.isKept = isKept
        random = seed
    }

    mutating func note(_ step: FaultPlan.Step) {
        guard isKept else { return }
        switch step {
        case .create: break
        case .write(let path): synced.remove(path)
        case .sync(let path):
            synced.insert(path)
            for change in names.removeValue(forKey: path) ?? [] { change.before.map { _ = Glibc.unlink($0) } }
        case .link(let from, let to), .rename(let from, let to):
            if synced.contains(from) { unsyncedContent.remove(to) } else { unsyncedContent.insert(to) }
            change(to)
        case .unlink(let path):
            if !path.contains("/staging/") { change(path) }
        }
    }

    private mutating func change(_ path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let copy = path + ".before-\(names[folder]?.count ?? 0)"
        let isThere = Glibc.link(path, copy) == 0
        names[folder, default: []].append(Change(path: path, before: isThere ? copy : nil))
    }

    mutating func lose() {
        for path in unsyncedContent { truncate(path, 0) }
        for changes in names.values {
            for change in changes.reversed() {
                guard flips() else {
                    change.before.map { _ = Glibc.unlink($0) }
                    continue
                }
                if let before = change.before { Glibc.rename(before, change.path) } else { Glibc.unlink(change.path) }
            }
        }
    }

    private mutating func flips() -> Bool {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return random >> 63 == 1
    }
}

extension FaultPlan {
    /// Makes a change of the disk, or has happen to it what the plan of this process wants.
    static func step(_ step: @autoclosure () -> Step, _ body: () throws(SystemError) -> Void) throws(SystemError) {
        switch current?.answer(step()) {
        case nil, .go: try body()
        case .skip: return
        case .fail(let code): throw SystemError(code: code)
        }
    }
}
