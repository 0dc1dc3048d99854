/// The rows of immutable files, compressed in the engine's memory; gone when nobody holds it any more.
///
/// Each is a database of its own, so that writing one waits for no reader of another, and dropping it waits for none of its own.
public final class HotTable: Sendable {
    public let rows: Int
    /// What it takes of the engine's memory.
    public let bytes: Int
    let database: String
    private let connection: Connection

    init(database: String, rows: Int, bytes: Int, connection: Connection) {
        self.database = database
        self.rows = rows
        self.bytes = bytes
        self.connection = connection
    }

    deinit {
        // Queries that read it have it until they end.
        Task { [connection, database] in try? await connection.execute("DETACH \(database)") }
    }

    /// Whether an error inside the engine has made it useless.
    public var isBroken: Bool { connection.remote.isBroken }

    /// Where a statement finds the rows.
    var name: String { "\(database).main.rows" }
}

extension HotTable: Hashable {
    public static func == (a: HotTable, b: HotTable) -> Bool { a === b }

    public func hash(into hasher: inout Hasher) { hasher.combine(database) }
}

/// Loads hot tables, one after the other, on a connection of its own.
actor HotLoader {
    private let connection: Connection
    private var last = 0

    init(_ connection: Connection) { self.connection = connection }

    /// Reads the rows of a relation into memory.
    func load(_ relation: Relation) async throws(SQLError) -> HotTable {
        last += 1
        let database = "lakehouse_hot_\(last)"
        let before = try await connection.tableMemory()
        try await connection.execute("ATTACH ':memory:' AS \(database) (COMPRESS)")
        do throws(SQLError) {
            try await connection.execute("CREATE TABLE \(database).main.rows AS \(SQLText.relationSQL(relation))")
            try await connection.execute("CHECKPOINT \(database)")
            let rows = try await connection.count("SELECT count(*) FROM \(database).main.rows")
            let bytes = max(0, try await connection.tableMemory() - before)
            return HotTable(database: database, rows: rows, bytes: bytes, connection: connection)
        } catch {
            try? await connection.execute("DETACH \(database)")
            throw error
        }
    }
}
