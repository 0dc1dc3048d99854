import CDuckDB
import LakeCore
import Synchronization

/// One connection on its own thread: one statement at a time, its result read chunk by chunk.
actor Connection {
    private let thread: OwnThread
    /// Interrupts and watches this connection from any thread.
    nonisolated let remote = ConnectionRemote()
    private var instance: Instance?
    private var running: OpenResult?
    /// What the macros of this connection stand for.
    ///
    /// Kept because defining one reads the footers of its files.
    private var defined: [Relation] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private init(name: String) { thread = OwnThread(name: name) }

    isolated deinit { disconnect() }

    /// Opens an instance and its first connection.
    static func openInstance(_ settings: InstanceSettings, name: String) async throws(SQLError) -> Connection {
        let connection = Connection(name: name)
        try await connection.open(settings)
        return connection
    }

    /// One more connection to the same instance.
    func sibling(name: String) async throws(SQLError) -> Connection {
        guard let instance else { throw .unavailable("The SQL engine is closed.") }
        let connection = Connection(name: name)
        try await connection.connect(to: instance)
        return connection
    }

    private func open(_ settings: InstanceSettings) throws(SQLError) {
        try connect(to: Instance(settings))
        try KeptFunction.register(on: try handle())
        for statement in settings.statements { try execute(statement) }
    }

    private func connect(to instance: Instance) throws(SQLError) {
        remote.attach(try instance.connect(), to: instance)
        self.instance = instance
    }

    private func disconnect() {
        running = nil
        remote.detach()
        instance = nil
    }

    /// Lets go of the connection; any later call fails.
    func close() { disconnect() }

    /// Runs statements for their effect.
    func execute(_ sql: String, watch: Watch? = nil) throws(SQLError) {
        running = nil
        let handle = try handle()
        try supervised(watch) { () throws(SQLError) in
            var result = duckdb_result()
            defer { duckdb_destroy_result(&result) }
            guard duckdb_query(handle, sql, &result) == DuckDBSuccess else { throw OpenResult.failure(&result, sql) }
        }
    }

    /// Makes each relation what ``FilledStatement/macro(_:)`` of its place gives.
    func define(_ relations: [Relation], watch: Watch) throws(SQLError) {
        for (place, relation) in relations.enumerated() {
            if place < defined.count, defined[place] == relation { continue }
            defined.removeSubrange(place...)
            try execute(FilledStatement.definition(place, relation), watch: watch)
            defined.append(relation)
        }
    }

    /// Prepares and starts one statement and says what its rows will look like.
    func start(
        _ sql: String,
        parameters: Parameters = .none,
        watch: Watch? = nil
    ) throws(SQLError) -> [TypedColumn] {
        running = nil
        let handle = try handle()
        guard let instance else { throw .unavailable("The SQL engine is closed.") }
        let opened = try supervised(watch) { () throws(SQLError) in
            try OpenResult(handle, sql: sql, parameters: parameters, instance: instance)
        }
        running = opened
        return opened.columns
    }

    /// The next rows of the statement that was started; nil at the end.
    func fetch(watch: Watch? = nil) throws(SQLError) -> ResultBatch? {
        guard let open = running else { return nil }
        let batch = try supervised(watch) { () throws(SQLError) in try open.fetch() }
        if batch == nil { running = nil }
        return batch
    }

    /// Checks a statement; see ``StatementParser``.
    func parse(_ sql: String) throws(SQLError) -> ParsedQuery {
        try StatementParser(sql) { text throws(SQLError) in
            _ = try self.start("SELECT json_serialize_sql($1::VARCHAR)", parameters: .positional([.text(text)]))
            defer { self.finish() }
            guard case .text(let json) = try self.fetch()?.value(column: 0, row: 0) else {
                throw .unavailable("The SQL parser gave no answer.")
            }
            return json
        }
        .parse()
    }

    /// What the instance's buffer manager holds, in bytes.
    func memoryUsed() throws(SQLError) -> Int {
        try count("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()")
    }

    /// What of that are tables, in bytes.
    func tableMemory() throws(SQLError) -> Int {
        try count("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'")
    }

    /// The one whole number that a statement gives; 0 for NULL.
    func count(_ sql: String) throws(SQLError) -> Int {
        _ = try start(sql)
        defer { finish() }
        guard case .integer(let count) = try fetch()?.value(column: 0, row: 0) else { return 0 }
        return Int(count)
    }

    /// Lets go of what the macros of an idle connection stand for.
    func forget() { defined = [] }

    /// Drops the rest of the result.
    func finish() { running = nil }

    private func handle() throws(SQLError) -> duckdb_connection {
        guard let handle = remote.handle else { throw .unavailable("The SQL engine is closed.") }
        return handle
    }

    /// Runs `body` so that the watch can interrupt it, and names the reason when it did.
    private func supervised<Value>(
        _ watch: Watch?,
        _ body: () throws(SQLError) -> Value
    ) throws(SQLError) -> Value {
        if let reason = watch?.reason { throw Self.stopped(reason) }
        watch?.enter()
        defer { watch?.leave() }
        do throws(SQLError) {
            return try body()
        } catch {
            running = nil
            // The library takes no statement any more after an error of its own.
            if case .statement(let failure) = error, failure.isInternal { instance?.isBroken.withLock { $0 = true } }
            guard let reason = watch?.reason, case .statement(let failure) = error, failure.kind == .cancelled else {
                throw error
            }
            throw Self.stopped(reason)
        }
    }

    private static func stopped(_ reason: StopReason) -> SQLError {
        switch reason {
        case .cancelled: .cancelled
        case .timedOut: .timedOut
        }
    }
}
