internal import Foundation
internal import Glibc
internal import LakeCore
internal import Synchronization

/// Faults of the machine and of the stores that an operator asks this process for, to see that a lake survives them.
///
/// Every change that a ``LocalObjectStore`` makes to a file or a folder is a numbered step, and so is every request by which an
/// ``S3ObjectStore`` writes. `LAKEHOUSE_FAULTS` says what happens at which, several rules with commas between them; `docs/TORTURE.md`
/// has them all.
final class FaultPlan: Sendable {
    /// The plan of this process; nil unless the environment has one.
    static let current = ProcessInfo.processInfo.environment["LAKEHOUSE_FAULTS"].map(FaultPlan.ofProcess)

    /// What a store is about to do.
    enum Step: Hashable {
        case create(String)
        case write(String)
        case sync(String)
        case link(from: String, to: String)
        case rename(from: String, to: String)
        case unlink(String)
        case request(method: String, key: String)
    }

    /// What the caller of a step has to do.
    enum Answer: Equatable {
        case go
        /// Pretend to have done it.
        case skip
        case fail(CInt)
    }

    /// What a store says of a put that it did.
    enum PutReport {
        case truth
        /// That it failed.
        case failure
        /// What came of its being delivered a second time.
        case second
    }

    private let state: Mutex<State>

    private struct State {
        var steps = 0
        var rules: [FaultRule]
        var disk: UnsyncedChanges

        /// Whether a rule of that kind means this event; all of them count it.
        mutating func meets(_ kind: FaultRule.Kind, _ name: String) -> Bool {
            var isMet = false
            for place in rules.indices where rules[place].kind == kind {
                if rules[place].meets(name) { isMet = true }
            }
            return isMet
        }
    }

    init(_ rules: [FaultRule]) {
        let seed = rules.last { $0.kind == .seed }?.number ?? 0
        let disk = UnsyncedChanges(
            isKept: rules.contains { $0.kind == .power },
            seed: UInt64(truncatingIfNeeded: seed)
        )
        state = Mutex(State(rules: rules, disk: disk))
    }

    /// Ends the process when a rule is none: a fault that is not there would pass for one that was survived.
    private static func ofProcess(_ text: String) -> FaultPlan {
        FaultPlan(
            text.split(separator: ",").map { text in
                if let rule = FaultRule(text) { return rule }
                say("'\(text)' is no rule")
                exit(1)
            }
        )
    }

    /// Says what is to become of a step, or ends the process.
    func answer(_ step: Step) -> Answer {
        state.withLock { state in
            state.steps += 1
            if state.meets(.kill, step.name) { Self.die(before: step, state.steps) }
            if state.meets(.power, step.name) {
                state.disk.lose()
                Self.die(before: step, state.steps)
            }
            let isFull = state.meets(.noSpace, step.name)
            switch step {
            case .sync(let path):
                if state.meets(.failSync, path) { return .fail(EIO) }
                if state.meets(.skipSync, path) { return .skip }
            case .write where isFull: return .fail(ENOSPC)
            default: break
            }
            state.disk.note(step)
            return .go
        }
    }

    /// Whether a create is to take over the name that it found taken.
    func ignoresConflict(_ key: ObjectKey) -> Bool { state.withLock { $0.meets(.ignoreConflict, key.rawValue) } }

    /// What a store shall say of a put that it did.
    func report(ofPut key: ObjectKey) -> PutReport {
        state.withLock { state in
            let (isFailure, isSecond) = (state.meets(.lieError, key.rawValue), state.meets(.twice, key.rawValue))
            return isFailure ? .failure : isSecond ? .second : .truth
        }
    }

    /// Whether a listing shall miss what is new.
    func isStale(listing prefix: String) -> Bool { state.withLock { $0.meets(.staleList, prefix) } }

    private static func die(before step: Step, _ number: Int) -> Never {
        say("died before step \(number): \(step.verb) \(step.name)")
        kill(getpid(), SIGKILL)
        // The signal is on its way; nothing more may happen on this thread.
        while true { pause() }
    }

    /// Tells who watches the process, past all that logs.
    private static func say(_ text: String) {
        let line = Array("LAKEHOUSE_FAULTS: \(text)\n".utf8)
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
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

extension FaultPlan.Step {
    /// What is changed: a path or a key, which the places of rules are parts of.
    var name: String {
        switch self {
        case .create(let path), .write(let path), .sync(let path), .unlink(let path): path
        case .link(_, let path), .rename(_, let path): path
        case .request(_, let key): key
        }
    }

    /// How it is changed.
    var verb: String {
        switch self {
        case .create: "create"
        case .write: "write"
        case .sync: "sync"
        case .link: "link"
        case .rename: "rename"
        case .unlink: "unlink"
        case .request(let method, _): method
        }
    }
}
