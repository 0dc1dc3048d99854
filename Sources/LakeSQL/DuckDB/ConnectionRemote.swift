import CDuckDB
import Synchronization

/// What may be done with a connection from any thread while its own is busy.
///
/// Unchecked: the handle is read and cleared under `lock`, so nobody uses it after it is closed.
final class ConnectionRemote: @unchecked Sendable {
    private let lock = Mutex<Void>(())
    private var connection: duckdb_connection?
    private var instance: Instance?

    /// For the thread of the connection only.
    var handle: duckdb_connection? { lock.withLock { _ in connection } }

    func attach(_ handle: duckdb_connection, to instance: Instance) {
        lock.withLock { _ in
            connection = handle
            self.instance = instance
        }
    }

    /// Whether no statement runs any more, on this connection or any other of its instance.
    var isBroken: Bool { lock.withLock { _ in instance?.isBroken.withLock(\.self) ?? false } }

    /// Closes the connection.
    func detach() {
        lock.withLock { _ in
            guard connection != nil else { return }
            duckdb_disconnect(&connection)
            instance = nil
        }
    }

    /// Makes the call that is running fail soon.
    func interrupt() {
        lock.withLock { _ in
            if let connection { duckdb_interrupt(connection) }
        }
    }

    /// From 0 to 1; nil when nothing is running or nothing is known.
    var progress: Double? {
        lock.withLock { _ in
            guard let connection else { return nil }
            let percentage = duckdb_query_progress(connection).percentage
            return percentage < 0 ? nil : min(percentage / 100, 1)
        }
    }
}
