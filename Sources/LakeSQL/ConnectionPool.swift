import Synchronization

/// A bounded set of connections, and a bounded queue for those who wait for one.
final class ConnectionPool: Sendable {
    private let opener: Connection
    private let watchdog: Watchdog
    private let state: Mutex<State>

    private typealias Waiter = CheckedContinuation<Result<Grant, SQLError>, Never>

    /// What someone who asked is told.
    private enum Grant: Sendable {
        case connection(Connection)
        /// There is room for one more: open it.
        case open
    }

    private struct State {
        let limit: Int
        let queueLimit: Int
        var idle: [Connection] = []
        var opened = 0
        var waiters: [(id: UInt64, waiter: Waiter)] = []
        var lastID: UInt64 = 0
        var isClosed = false
    }

    /// A pool whose connections are opened when needed, as siblings of `opener`.
    init(opener: Connection, limit: Int, queueLimit: Int, watchdog: Watchdog) {
        self.watchdog = watchdog
        self.opener = opener
        state = Mutex(State(limit: max(limit, 1), queueLimit: queueLimit))
    }

    /// A connection of the caller's own; waits for one until the deadline, or fails at once when the queue is full.
    func take(until deadline: ContinuousClock.Instant?) async throws(SQLError) -> Lease {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let watch = watchdog.watch(deadline: deadline) { [weak self] in self?.fail(id, .timedOut) }
        watch.enter()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                grantOrQueue(waiter, id: id)
                // A cancellation before the waiter was in the queue found nobody there.
                if Task.isCancelled { fail(id, .cancelled) }
            }
        } onCancel: {
            fail(id, .cancelled)
        }
        switch try outcome.get() {
        case .connection(let connection): return Lease(connection, pool: self)
        case .open: return Lease(try await open(), pool: self)
        }
    }

    /// Has idle connections let go of the tables they read last.
    func forget() async {
        for connection in state.withLock(\.idle) { await connection.forget() }
    }

    /// Makes `connection` the next waiter's, or idle.
    func giveBack(_ connection: Connection) {
        let waiter: Waiter? = state.withLock { state in
            if !state.waiters.isEmpty { return state.waiters.removeFirst().waiter }
            if !state.isClosed { state.idle.append(connection) }
            return nil
        }
        waiter?.resume(returning: .success(.connection(connection)))
    }

    /// Turns everyone away who waits or will come; running queries end by themselves.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            state.idle = []
            defer { state.waiters = [] }
            return state.waiters
        }
        for (_, waiter) in waiters { waiter.resume(returning: .failure(Self.closed)) }
    }

    private static let closed = SQLError.unavailable("The SQL engine is shutting down.")

    private func grantOrQueue(_ waiter: Waiter, id: UInt64) {
        let answer: Result<Grant, SQLError>? = state.withLock { state in
            if state.isClosed { return .failure(Self.closed) }
            if let connection = state.idle.popLast() { return .success(.connection(connection)) }
            if state.opened < state.limit {
                state.opened += 1
                return .success(.open)
            }
            if state.waiters.count >= state.queueLimit { return .failure(.busy) }
            state.waiters.append((id, waiter))
            return nil
        }
        if let answer { waiter.resume(returning: answer) }
    }

    private func open() async throws(SQLError) -> Connection {
        do throws(SQLError) {
            return try await opener.sibling(name: "sql")
        } catch {
            state.withLock { $0.opened -= 1 }
            throw error
        }
    }

    private func fail(_ id: UInt64, _ error: SQLError) {
        let waiter: Waiter? = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).waiter }
        }
        waiter?.resume(returning: .failure(error))
    }
}

/// The use of one connection until it is given back.
final class Lease: Sendable {
    let connection: Connection
    private let pool: ConnectionPool?
    private let isHeld = Mutex(true)

    /// With no pool to go back to, the connection stays with its session.
    init(_ connection: Connection, pool: ConnectionPool?) {
        self.connection = connection
        self.pool = pool
    }

    deinit { abandon() }

    /// Drops what the connection is doing and gives it back; once is enough.
    func giveBack() async {
        guard release() else { return }
        await connection.finish()
        pool?.giveBack(connection)
    }

    /// The same from where nothing can wait.
    func abandon() {
        guard release() else { return }
        // A result holds memory of the executor until its connection's thread has dropped it, and no owner is left
        // who could wait for that.
        Task { [connection, pool] in
            await connection.finish()
            pool?.giveBack(connection)
        }
    }

    private func release() -> Bool {
        isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
    }
}
