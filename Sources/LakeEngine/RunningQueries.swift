import LakeCore
import LakeSQL
import Synchronization

/// The queries under way, so that they can be listed and stopped.
///
/// Holds them weakly: a query that nobody draws from any more is gone by itself.
final class RunningQueries: Sendable {
    private struct Entry {
        /// Stops it; nil once the query has rows to give: a task that is kept keeps its value, and the query would never end.
        var stop: (@Sendable () -> Void)?
        weak var running: RunningQuery?
        var sql: String
        var principal: String
        var version: Int
        /// Less than the version where the text asks for older ones.
        var oldestVersion: Int
        var startedMilliseconds: Int64

        var isOver: Bool { stop == nil && running?.isFinished != false }
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Notes a query that is being started, under a fresh identifier if it has none.
    func begin(
        _ stop: @escaping @Sendable () -> Void,
        sql: String,
        principal: String,
        version: Int,
        oldestVersion: Int,
        id: String?
    ) -> String {
        let id = id ?? UUIDv7.string()
        let entry = Entry(
            stop: stop,
            sql: sql,
            principal: principal,
            version: version,
            oldestVersion: oldestVersion,
            startedMilliseconds: WallClock.nowMilliseconds()
        )
        entries.withLock { entries in
            entries = entries.filter { !$0.value.isOver }
            entries[id] = entry
        }
        return id
    }

    /// The query has first rows to give.
    func attach(_ running: RunningQuery, to id: String) {
        entries.withLock { entries in
            entries[id]?.running = running
            entries[id]?.stop = nil
        }
    }

    /// The query did not come to rows.
    func end(_ id: String) { entries.withLock { $0[id] = nil } }

    func list() -> [QueryStatus] {
        let now = WallClock.nowMilliseconds()
        return entries.withLock { $0 }
            .filter { !$0.value.isOver }
            .map { id, entry in
                QueryStatus(
                    queryID: id,
                    principal: entry.principal,
                    sql: entry.sql,
                    startedAt: WallClock.rfc3339(milliseconds: entry.startedMilliseconds),
                    elapsedMs: Int(now - entry.startedMilliseconds),
                    version: entry.version
                )
            }
            .sorted { $0.queryID < $1.queryID }
    }

    /// The oldest version that a query under way reads; nil when there is none.
    func oldestVersion() -> Int? {
        entries.withLock { $0.values.filter { !$0.isOver }.map(\.oldestVersion).min() }
    }

    func cancel(_ id: String) -> Bool {
        guard let entry = entries.withLock({ $0[id] }), !entry.isOver else { return false }
        entry.stop?()
        entry.running?.cancel()
        return true
    }
}
