import Synchronization

/// Finds the set that a statement names by its number, for as long as a relation holds it.
///
/// One for the process: functions of the engine's C interface have no other way to what a statement was given.
final class DeletionRegistry: Sendable {
    static let shared = DeletionRegistry()

    private let state = Mutex(State())

    private struct State {
        var last: Int64 = 0
        var sets: [Int64: Entry] = [:]
    }

    private struct Entry {
        weak var set: DeletionSet?
    }

    func next() -> Int64 {
        state.withLock { state in
            state.last += 1
            return state.last
        }
    }

    func add(_ set: DeletionSet) { state.withLock { $0.sets[set.number] = Entry(set: set) } }

    func remove(_ number: Int64) { state.withLock { $0.sets[number] = nil } }

    subscript(number: Int64) -> DeletionSet? { state.withLock { $0.sets[number]?.set } }
}
