import LakeCore
import LakeSQL
import Synchronization

/// The queries that nobody waits for and what became of them: of this process alone, so gone when it ends.
final class BackgroundQueries: Sendable {
    /// What is to be done.
    struct Work: Sendable {
        var id: String
        var request: QueryRequest
        var form: ResultForm
        var principal: Principal
    }

    private struct Entry {
        var work: Work
        var query: BackgroundQuery
        /// Where the result is.
        var path: String?
        var bytes = 0
        var isDropped = false
        var expiresMilliseconds: Int64 = .max
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Identifiers in the order they came.
        var order: [String] = []
        var bytes = 0
        var waker: AsyncStream<String>.Continuation?

        /// Forgets an entry, and says which file has become useless.
        mutating func forget(_ id: String) -> String? {
            order.removeAll { $0 == id }
            guard let entry = entries.removeValue(forKey: id) else { return nil }
            bytes -= entry.bytes
            return entry.path
        }
    }

    private let state = Mutex(State())
    /// Bytes of all results, finished and not.
    private let bytesMax: Int
    private let queueLimit: Int
    private let queuePerCaller: Int
    private let keptFor: Duration
    /// Finished ones that are remembered.
    private static let rememberedMax = 1_000

    init(bytesMax: Int, queueLimit: Int, queuePerCaller: Int, keptFor: Duration) {
        self.bytesMax = bytesMax
        self.queueLimit = queueLimit
        self.queuePerCaller = queuePerCaller
        self.keptFor = keptFor
    }

    /// Queues a query.
    ///
    /// - Throws: `SQLError.busy` when too many wait; `EngineError.tooManyQueries` when too many of the caller's do.
    func add(_ request: QueryRequest, _ form: ResultForm, version: Int, for principal: Principal) throws
        -> BackgroundQuery
    {
        let id = UUIDv7.string()
        let query = BackgroundQuery(
            queryID: id,
            state: .queued,
            sql: request.sql,
            form: form,
            version: version,
            createdAt: WallClock.now()
        )
        let work = Work(id: id, request: request, form: form, principal: principal)
        try state.withLock { state in
            let waiting = state.entries.values.filter { $0.query.state == .queued }
            guard waiting.count <= queueLimit else { throw SQLError.busy }
            let own = state.entries.values.filter { $0.work.principal.name == principal.name }
            guard own.count(where: { $0.query.state == .queued }) <= queuePerCaller else {
                let running = own.count { $0.query.state == .running }
                throw EngineError.tooManyQueries(running: running, waiting: queuePerCaller)
            }
            state.entries[id] = Entry(work: work, query: query)
            state.order.append(id)
            state.waker?.yield(id)
        }
        return query
    }

    /// The identifiers of what is to be done, those that wait already first; for one listener.
    func listen() -> AsyncStream<String> {
        let (stream, waker) = AsyncStream<String>.makeStream()
        state.withLock { state in
            for id in state.order where state.entries[id]?.query.state == .queued { waker.yield(id) }
            state.waker = waker
        }
        return stream
    }

    /// The query begins; nil when it was dropped meanwhile.
    func begin(_ id: String) -> Work? {
        state.withLock { state in
            guard state.entries[id]?.query.state == .queued else { return nil }
            state.entries[id]?.query.state = .running
            return state.entries[id]?.work
        }
    }

    /// Makes room for bytes of a result.
    ///
    /// - Returns: The files of older results that had to give way.
    /// - Throws: `EngineError.resultsFull` when none is left that could; `CancellationError` when the query was dropped.
    func grow(_ id: String, by bytes: Int) throws -> [String] {
        try state.withLock { state in
            guard state.entries[id]?.isDropped == false else { throw CancellationError() }
            let growing = state.entries.values.reduce(0) { $1.query.state.isFinal ? $0 : $0 + $1.bytes }
            guard growing + bytes <= bytesMax else { throw EngineError.resultsFull(limit: bytesMax) }
            var paths: [String] = []
            while state.bytes + bytes > bytesMax,
                let oldest = state.order.first(where: { state.entries[$0]?.query.state.isFinal == true })
            {
                if let path = state.forget(oldest) { paths.append(path) }
            }
            state.bytes += bytes
            state.entries[id]?.bytes += bytes
            return paths
        }
    }

    /// The query has ended.
    ///
    /// - Parameters:
    ///   - id: Which.
    ///   - path: Its result, if there is one.
    ///   - change: What is to be said of it.
    /// - Returns: The files nobody can ask for any more.
    func end(_ id: String, path: String?, _ change: (inout BackgroundQuery) -> Void) -> [String] {
        let now = WallClock.nowMilliseconds()
        return state.withLock { state in
            guard var entry = state.entries[id], !entry.isDropped else {
                _ = state.forget(id)
                return path.map { [$0] } ?? []
            }
            change(&entry.query)
            entry.query.finishedAt = WallClock.rfc3339(milliseconds: now)
            entry.expiresMilliseconds = now + Int64(keptFor / .milliseconds(1))
            entry.query.expiresAt = WallClock.rfc3339(milliseconds: entry.expiresMilliseconds)
            if path == nil {
                state.bytes -= entry.bytes
                entry.bytes = 0
            }
            entry.path = path
            state.entries[id] = entry
            let finished = state.order.filter { state.entries[$0]?.query.state.isFinal == true }
            return finished.dropLast(Self.rememberedMax).compactMap { state.forget($0) }
        }
    }

    /// What is known of a query, and where its result is.
    ///
    /// - Throws: `EngineError.notFound`, also when it is somebody else's.
    func find(_ id: String, of principal: Principal) throws -> (query: BackgroundQuery, path: String?) {
        try state.withLock { state in
            guard let entry = state.entries[id], !entry.isDropped, entry.work.principal.name == principal.name,
                entry.expiresMilliseconds > WallClock.nowMilliseconds()
            else { throw EngineError.notFound(kind: "query", name: id, nearest: []) }
            return (entry.query, entry.path)
        }
    }

    /// What is known of a caller's queries, newest first.
    func list(of principal: Principal) -> [BackgroundQuery] {
        let now = WallClock.nowMilliseconds()
        return state.withLock { state in
            state.order.reversed().compactMap { state.entries[$0] }
                .filter { entry in
                    !entry.isDropped && entry.work.principal.name == principal.name && entry.expiresMilliseconds > now
                }
                .prefix(Self.rememberedMax).map(\.query)
        }
    }

    /// Nobody wants the query any more.
    ///
    /// - Returns: The file of its result; one that runs leaves by itself.
    func drop(_ id: String) -> String? {
        state.withLock { state in
            guard state.entries[id]?.query.state == .running else { return state.forget(id) }
            state.entries[id]?.isDropped = true
            return nil
        }
    }

    /// Forgets what was kept long enough.
    func expire() -> [String] {
        let now = WallClock.nowMilliseconds()
        return state.withLock { state in
            let old = state.order.filter { id in state.entries[id].map { $0.expiresMilliseconds <= now } ?? false }
            return old.compactMap { state.forget($0) }
        }
    }

    /// Forgets all.
    func clear() -> [String] {
        state.withLock { state in
            defer { state = State() }
            return state.entries.values.compactMap(\.path)
        }
    }
}
