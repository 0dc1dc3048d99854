public import LakeCore
import Synchronization

/// Short answers, kept for whoever asks the same of the same versions again.
///
/// A key holds all that an answer depends on, so nothing kept is ever stale, and nothing has to be invalidated: what nobody asks for any
/// more makes way. Two generations of entries stand for an order by last use, at no cost for each hit.
final class ResultCache: Sendable {
    private struct Entry {
        var result: KeptResult
        var bytes: Int
        let memory: MemoryReservation
    }

    private struct State {
        var young: [ResultKey: Entry] = [:]
        var old: [ResultKey: Entry] = [:]
        var youngBytes = 0
        var oldBytes = 0
        var hits = 0
        var misses = 0

        /// Adds an entry, and gives those that make way, to be let go of outside the lock.
        mutating func add(_ entry: Entry, _ key: ResultKey, generationBytes: Int) -> [Entry] {
            var gone: [Entry] = []
            if youngBytes + entry.bytes > generationBytes {
                gone += old.values
                (old, oldBytes) = (young, youngBytes)
                (young, youngBytes) = ([:], 0)
            }
            if let earlier = takeOld(key) { gone.append(earlier) }
            if let earlier = young.updateValue(entry, forKey: key) {
                youngBytes -= earlier.bytes
                gone.append(earlier)
            }
            youngBytes += entry.bytes
            return gone
        }

        mutating func takeOld(_ key: ResultKey) -> Entry? {
            let entry = old.removeValue(forKey: key)
            oldBytes -= entry?.bytes ?? 0
            return entry
        }
    }

    private let state = Mutex(State())
    private let budget: Int
    private let accountant: MemoryAccountant
    /// What an entry takes beside its key and its result, about.
    private static let overhead = 512

    init(budget: Int, memory: MemoryAccountant) {
        self.budget = budget
        accountant = memory
    }

    /// Whether anything is kept at all.
    var isOn: Bool { budget > 0 }

    /// The answer to a question, if it is kept.
    func find(_ key: ResultKey) -> KeptResult? {
        let (result, gone): (KeptResult?, [Entry]) = state.withLock { state in
            if let entry = state.young[key] {
                state.hits += 1
                return (entry.result, [])
            }
            guard let entry = state.takeOld(key) else {
                state.misses += 1
                return (nil, [])
            }
            state.hits += 1
            return (entry.result, state.add(entry, key, generationBytes: budget / 2))
        }
        withExtendedLifetime(gone) {}
        return result
    }

    /// Keeps an answer, unless it is larger than half of what there is or no memory is left for it.
    func keep(_ result: KeptResult, for key: ResultKey) {
        let columns = result.columns.reduce(0) { $0 + $1.name.utf8.count + $1.type.utf8.count + 32 }
        let bytes = result.bytes.count + key.bytes.count + columns + Self.overhead
        guard bytes <= budget / 2, let memory = try? accountant.reserve(bytes, from: .queries) else { return }
        let entry = Entry(result: result, bytes: bytes, memory: memory)
        let gone = state.withLock { $0.add(entry, key, generationBytes: budget / 2) }
        withExtendedLifetime(gone) {}
    }

    /// What there is.
    func statistics() -> ResultCacheStatistics {
        state.withLock { state in
            ResultCacheStatistics(
                budgetBytes: budget,
                usedBytes: state.youngBytes + state.oldBytes,
                entries: state.young.count + state.old.count,
                hits: state.hits,
                misses: state.misses
            )
        }
    }
}

/// An answer as it is kept: encoded, in one form.
public struct KeptResult: Sendable {
    public var columns: [ResultColumn]
    public var rowCount: Int
    /// Whether a limit cut the result.
    public var hasMore: Bool
    /// What the door made of the rows.
    public var bytes: [UInt8]

    public init(columns: [ResultColumn], rowCount: Int, hasMore: Bool, bytes: [UInt8]) {
        self.columns = columns
        self.rowCount = rowCount
        self.hasMore = hasMore
        self.bytes = bytes
    }
}

/// All that the bytes of an answer depend on.
///
/// Bytes rather than texts: two strings can be equal and differ in theirs.
struct ResultKey: Hashable, Sendable {
    private(set) var bytes: [UInt8] = []

    /// Adds a part, which is told from its neighbours by its length.
    mutating func add(_ part: some Collection<UInt8>) {
        withUnsafeBytes(of: UInt64(part.count).littleEndian) { bytes += $0 }
        bytes += part
    }

    mutating func add(_ text: String) { add(text.utf8) }

    mutating func add(_ number: Int) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
}
