import LakeCore
import LakeSQL
import Synchronization

/// The queries under way, so that they can be listed and stopped.
///
/// Holds them weakly: a query that nobody draws from any more is gone by itself.
final class RunningQueries: Sendable {
    private struct Entry {
        weak var running: RunningQuery?
        var sql: String
        var principal: String
        var version: Int
        var startedMilliseconds: Int64
    }

    private let entries = Mutex<[String: Entry]>([:])

    func add(_ running: RunningQuery, sql: String, principal: String, version: Int) -> String {
        let id = UUIDv7.string()
        let entry = Entry(
            running: running,
            sql: sql,
            principal: principal,
            version: version,
            startedMilliseconds: WallClock.nowMilliseconds()
        )
        entries.withLock { entries in
            entries = entries.filter { $0.value.running?.isFinished == false }
            entries[id] = entry
        }
        return id
    }

    func list() -> [QueryStatus] {
        let now = WallClock.nowMilliseconds()
        return entries.withLock { $0 }
            .filter { $0.value.running?.isFinished == false }
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

    func cancel(_ id: String) -> Bool {
        guard let running = entries.withLock({ $0[id]?.running }), !running.isFinished else { return false }
        running.cancel()
        return true
    }
}
