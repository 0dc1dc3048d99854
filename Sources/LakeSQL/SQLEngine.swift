import LakeCore
import Synchronization

/// How to open a ``SQLEngine``.
public struct SQLSettings: Sendable {
    /// What the buffer manager may use; the process needs some more.
    public var memoryBytes = 1 << 30
    public var threads = 2
    /// Queries that run at once.
    public var connections = 8
    /// Queries that wait when all connections are busy; one more is turned away.
    public var queueLimit = 64
    /// Where data files lie; nothing outside is ever opened.
    public var allowedFolders: [String]
    /// For what does not fit into memory; made when needed.
    public var temporaryFolder: String
    /// Nil: every file is one of this machine.
    public var remote: RemoteSettings?

    public init(allowedFolders: [String], temporaryFolder: String) {
        self.allowedFolders = allowedFolders
        self.temporaryFolder = temporaryFolder
    }
}

/// Runs SQL that users wrote, over the relations it is handed.
///
/// The instance is locked: nothing but the files below the allowed folders and addresses, no settings. Before anything is
/// bound, ``parse(_:)`` has refused whatever is not one harmless query.
public final class SQLEngine: Sendable {
    /// Parses, and opens the connections of the pool.
    let parser: Connection
    private let pool: ConnectionPool
    private let watchdog = Watchdog()
    /// Statements seen lately, by their bytes: what parsing finds depends on the text alone, and equal strings may differ in it.
    private let parsed = Mutex<[[UInt8]: ParsedQuery]>([:])
    private let secrets = RemoteSecrets()
    private let loader: HotLoader

    /// Opens the instance and locks it.
    public init(settings: SQLSettings) async throws(SQLError) {
        let folders = (settings.allowedFolders + (settings.remote?.folders ?? [])).map(SQLText.quoteLiteral).joined(
            separator: ", "
        )
        parser = try await Connection.openInstance(
            InstanceSettings(
                options: InstanceSettings.common(
                    memoryBytes: settings.memoryBytes,
                    threads: settings.threads,
                    temporaryFolder: settings.temporaryFolder
                ) + (settings.remote?.options ?? []),
                statements: (settings.remote?.statements ?? []) + BoundedFunctions.definitions + [
                    "SET GLOBAL TimeZone = 'UTC'",
                    "SET GLOBAL allowed_directories = [\(folders)]",
                    // Files never change, so what their footers say can be kept.
                    "SET GLOBAL parquet_metadata_cache = true",
                    "SET GLOBAL enable_external_access = false",
                    "SET GLOBAL lock_configuration = true",
                ]
            ),
            name: "sql-parser"
        )
        loader = HotLoader(try await parser.sibling(name: "sql-hot"))
        pool = ConnectionPool(
            opener: parser,
            limit: settings.connections,
            queueLimit: settings.queueLimit,
            watchdog: watchdog
        )
    }

    /// Says how remote files are reached; counts for every query that starts after it.
    public func use(_ accesses: [RemoteAccess]) async throws(SQLError) {
        try await secrets.tell(accesses, on: parser)
    }

    /// Checks that a text is one query that may run, and says which datasets it names.
    ///
    /// Nothing is bound or opened.
    public func parse(_ sql: String) async throws(SQLError) -> ParsedQuery {
        let text = Array(sql.utf8)
        if let known = parsed.withLock({ $0[text] }) { return known }
        let query = try await parser.parse(sql)
        if text.count <= 4096 {
            parsed.withLock { parsed in
                // Forgetting all of them costs a few milliseconds each, once.
                if parsed.count >= 512 { parsed.removeAll() }
                parsed[text] = query
            }
        }
        return query
    }

    /// Starts a query.
    ///
    /// - Parameters:
    ///   - query: What ``parse(_:)`` gave.
    ///   - relations: What each of its tables stands for.
    ///   - parameters: The values of its placeholders.
    ///   - limits: How much it may return and how long it may take; waiting for a connection counts.
    /// - Returns: The columns, and the rows to draw from it.
    /// - Throws: ``SQLError`` for what is wrong with the statement or its parameters, or when there is no connection.
    public func run(
        _ query: ParsedQuery,
        relations: [TableReference: Relation] = [:],
        parameters: Parameters = .none,
        limits: QueryLimits = QueryLimits()
    ) async throws(SQLError) -> RunningQuery {
        try await start(query, wrapped: ("", ""), relations, parameters, limits)
    }

    /// Runs a query and writes its rows as a Parquet file.
    ///
    /// - Parameters:
    ///   - query: What ``parse(_:)`` gave.
    ///   - path: The file, in a folder that the engine was allowed; what it holds after an error is undefined.
    ///   - relations: What each of its tables stands for.
    ///   - parameters: The values of its placeholders.
    ///   - limits: How long it may take.
    /// - Returns: How many rows were written.
    /// - Throws: As ``run(_:relations:parameters:limits:)``.
    public func write(
        _ query: ParsedQuery,
        to path: String,
        relations: [TableReference: Relation],
        parameters: Parameters = .none,
        limits: QueryLimits = QueryLimits()
    ) async throws(SQLError) -> Int {
        try await write(query, to: path, relations: relations, parameters: parameters, limits: limits, around: ("", ""))
    }

    /// The same with something around the query.
    func write(
        _ query: ParsedQuery,
        to path: String,
        relations: [TableReference: Relation],
        parameters: Parameters,
        limits: QueryLimits,
        around inner: (before: String, after: String)
    ) async throws(SQLError) -> Int {
        let target = SQLText.quoteLiteral(path)
        // On a line of its own: the query may end in a comment.
        let around = ("COPY (" + inner.before, inner.after + "\n) TO \(target) (FORMAT parquet, COMPRESSION zstd)")
        let running = try await start(query, wrapped: around, relations, parameters, limits)
        var rows = 0
        while let batch = try await running.next() {
            for row in 0..<batch.rowCount {
                if case .integer(let count) = batch.value(column: 0, row: row) { rows += Int(count) }
            }
        }
        return rows
    }

    /// Starts a query with something of this program's around it.
    func start(
        _ query: ParsedQuery,
        wrapped around: (before: String, after: String),
        _ relations: [TableReference: Relation],
        _ parameters: Parameters,
        _ limits: QueryLimits
    ) async throws(SQLError) -> RunningQuery {
        var bound: [Relation] = []
        for table in query.tables {
            guard let relation = relations[table] else {
                throw .unavailable("The table \(table.name) was not resolved.")
            }
            bound.append(relation)
        }
        let deadline = limits.timeout.map { ContinuousClock.now + $0 }
        let lease = try await pool.take(until: deadline)
        let remote = lease.connection.remote
        let watch = watchdog.watch(deadline: deadline) { remote.interrupt() }
        let before = around.before.utf8.count
        let statement = around.before + (around.after.isEmpty ? query.filled.sql : query.filled.open) + around.after
        do throws(SQLError) {
            let columns = try await watch.cancelling { [bound] () throws(SQLError) in
                try await lease.connection.define(bound, watch: watch)
                return try await lease.connection.start(statement, parameters: parameters, watch: watch)
            }
            let named = columns.map {
                TypedColumn(name: query.filled.originalText(of: $0.name), type: $0.type)
            }
            return RunningQuery(columns: named, lease: lease, watch: watch, limits: limits) {
                $0.moved(to: query, by: before)
            }
        } catch {
            await lease.giveBack()
            throw error.moved(to: query, by: before)
        }
    }

    /// Reads the rows of a relation into memory, for relations that name them there.
    public func load(_ relation: Relation) async throws(SQLError) -> HotTable { try await loader.load(relation) }

    /// Has connections that are idle let go of hot tables that nobody else holds.
    public func releaseHotTables() async { await pool.forget() }

    /// Whether an error inside the engine has made it useless; another one is to be opened then.
    public var isBroken: Bool { parser.remote.isBroken }

    /// What the engine's buffer manager holds now, in bytes.
    public func memoryUsed() async throws(SQLError) -> Int { try await parser.memoryUsed() }

    /// Turns away who comes or waits; queries that run may end.
    public func shutdown() async { pool.close() }
}

extension SQLError {
    /// The same about the text that the user wrote instead of the one that ran.
    ///
    /// - Parameters:
    ///   - query: The user's.
    ///   - before: The bytes that stood before the statement.
    /// - Returns: The error.
    fileprivate func moved(to query: ParsedQuery, by before: Int) -> SQLError {
        guard case .statement(var failure) = self else { return self }
        failure.message = query.filled.originalText(of: failure.message)
        if let position = failure.position {
            let offset = query.filled.originalOffset(of: max(0, position.offset - before))
            failure.position = SourcePosition(offset: offset, in: query.sql)
        }
        return .statement(failure)
    }
}
