public import LakeCore

/// How to open a ``TrustedDatabase``.
public struct TrustedSettings: Sendable {
    /// What the buffer manager may use; the process needs some more.
    public var memoryBytes = 512 << 20
    public var threads = 2
    /// For what does not fit into memory; made when needed.
    public var temporaryFolder: String
    /// Nil: every file is one of this machine.
    public var remote: RemoteSettings?

    public init(temporaryFolder: String) { self.temporaryFolder = temporaryFolder }
}

/// An instance for ingest and maintenance: it runs what this program writes, never what a user wrote.
public final class TrustedDatabase: Sendable {
    private let first: Connection
    private let watchdog = Watchdog()
    private let secrets = RemoteSecrets()

    /// Opens it.
    ///
    /// - Parameter settings: Sizes and folders.
    /// - Throws: ``SQLError/unavailable(_:)`` when the instance does not open with these settings.
    public init(settings: TrustedSettings) async throws(SQLError) {
        var options = InstanceSettings.common(
            memoryBytes: settings.memoryBytes,
            threads: settings.threads,
            temporaryFolder: settings.temporaryFolder
        )
        options += settings.remote?.options ?? []
        first = try await Connection.openInstance(
            InstanceSettings(
                options: options,
                statements: (settings.remote?.statements ?? []) + ["SET GLOBAL TimeZone = 'UTC'"]
            ),
            name: "sql-trusted"
        )
    }

    /// Whether an error inside the engine has made it useless; another one is to be opened then.
    public var isBroken: Bool { first.remote.isBroken }

    /// What the buffer manager holds now, in bytes.
    public func memoryUsed() async throws(SQLError) -> Int { try await first.memoryUsed() }

    /// Says how remote files are reached; counts for every statement that starts after it.
    public func use(_ accesses: [RemoteAccess]) async throws(SQLError) {
        try await secrets.tell(accesses, on: first)
    }

    /// A connection of the caller's own.
    public func session() async throws(SQLError) -> TrustedSession {
        let connection = try await first.sibling(name: "sql-trusted")
        // Without these the library does not count how far a statement is; they are settings of a connection.
        try await connection.execute(
            """
            SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0
            """
        )
        return TrustedSession(connection, watchdog)
    }

    /// Does `body` with a connection of its own, which is closed however that ends.
    public func withSession<Value>(_ body: (TrustedSession) async throws -> Value) async throws -> Value {
        let session = try await session()
        do {
            let value = try await body(session)
            await session.close()
            return value
        } catch {
            await session.close()
            throw error
        }
    }
}

/// One connection of a ``TrustedDatabase``, for one task at a time.
///
/// Cancelling a task that waits for it interrupts the statement; it throws ``SQLError/cancelled``.
public final class TrustedSession: Sendable {
    private let connection: Connection
    private let watchdog: Watchdog

    init(_ connection: Connection, _ watchdog: Watchdog) {
        self.connection = connection
        self.watchdog = watchdog
    }

    /// Runs one or more statements for their effect.
    public func execute(_ sql: String, timeout: Duration? = nil) async throws(SQLError) {
        let watch = watch(timeout)
        try await watch.cancelling { [connection] () throws(SQLError) in
            try await connection.execute(sql, watch: watch)
        }
    }

    /// Runs one statement and collects its rows: for small results.
    public func rows(
        _ sql: String,
        parameters: Parameters = .none,
        timeout: Duration? = nil
    ) async throws(SQLError) -> [[SQLValue]] {
        let query = try await batches(sql, parameters: parameters, timeout: timeout)
        var rows: [[SQLValue]] = []
        while let batch = try await query.next() {
            for row in 0..<batch.rowCount { rows.append(batch.row(row)) }
        }
        return rows
    }

    /// Starts one statement whose rows are read as they are made; ends when the next statement starts.
    public func batches(
        _ sql: String,
        parameters: Parameters = .none,
        timeout: Duration? = nil
    ) async throws(SQLError) -> RunningQuery {
        let watch = watch(timeout)
        let columns = try await watch.cancelling { [connection] () throws(SQLError) in
            try await connection.start(sql, parameters: parameters, watch: watch)
        }
        return RunningQuery(columns: columns, lease: Lease(connection, pool: nil), watch: watch)
    }

    /// Whether an error inside the engine has made its database useless.
    public var isBroken: Bool { connection.remote.isBroken }

    /// How far the running statement is, from 0 to 1; nil when nothing is known.
    public var progress: Double? { connection.remote.progress }

    /// Makes the running statement fail soon.
    public func interrupt() { connection.remote.interrupt() }

    /// Gives the connection up; any later call fails.
    public func close() async { await connection.close() }

    private func watch(_ timeout: Duration?) -> Watch {
        watchdog.watch(deadline: timeout.map { .now + $0 }) { [remote = connection.remote] in remote.interrupt() }
    }
}
