import CDuckDB
import Foundation
import Synchronization

/// How to open an instance.
struct InstanceSettings: Sendable {
    /// Given before anything is opened.
    var options: [(name: String, value: String)]
    /// Run on the first connection, in order.
    var statements: [String] = []
}

/// An open in-memory database: one buffer pool, one set of settings, any number of connections.
///
/// Unchecked: the handle is written once and the library allows its use from any thread.
final class Instance: @unchecked Sendable {
    private let handle: duckdb_database
    /// After an error inside the library no statement runs any more.
    let isBroken = Mutex(false)

    /// Opens it; takes tens of milliseconds, so only on a thread of its own.
    init(_ settings: InstanceSettings) throws(SQLError) {
        var config: duckdb_config?
        guard duckdb_create_config(&config) == DuckDBSuccess else {
            throw .unavailable("The SQL engine could not be configured.")
        }
        defer { duckdb_destroy_config(&config) }
        for (name, value) in settings.options {
            guard duckdb_set_config(config, name, value) == DuckDBSuccess else {
                throw .unavailable("The SQL engine does not accept the setting \(name).")
            }
        }
        var database: duckdb_database?
        var message: UnsafeMutablePointer<CChar>?
        let state = duckdb_open_ext(nil, &database, config, &message)
        defer { duckdb_free(message) }
        guard state == DuckDBSuccess, let database else {
            let reason = message.map { String(cString: $0) } ?? "no reason given"
            throw .statement(ErrorCleaner.failure(raw: reason, sql: nil))
        }
        handle = database
    }

    deinit {
        // Closing frees the buffer pool and joins the worker threads: not on whichever thread lets go last.
        let closing = Closing(handle: handle)
        Thread.detachNewThread { closing.close() }
    }

    /// A new connection.
    func connect() throws(SQLError) -> duckdb_connection {
        var connection: duckdb_connection?
        guard duckdb_connect(handle, &connection) == DuckDBSuccess, let connection else {
            throw .unavailable("The SQL engine gives no further connection.")
        }
        return connection
    }
}

/// Carries the handle to the closing thread.
///
/// Unchecked: owned by that thread alone.
private final class Closing: @unchecked Sendable {
    private var handle: duckdb_database?

    init(handle: duckdb_database) { self.handle = handle }

    func close() { duckdb_close(&handle) }
}

extension InstanceSettings {
    /// What every instance of this program has: bounds, and nothing that is fetched or printed by itself.
    static func common(
        memoryBytes: Int,
        threads: Int,
        temporaryFolder: String
    ) -> [(name: String, value: String)] {
        [
            ("memory_limit", "\(memoryBytes)B"),
            ("threads", "\(threads)"),
            ("temp_directory", temporaryFolder),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
            ("allow_community_extensions", "false"),
            ("duckdb_api", "lakehouse"),
            ("errors_as_json", "true"),
            // What the parser's tree may hold: with an older version it leaves out what that one did not have.
            ("storage_compatibility_version", "latest"),
        ]
    }
}
