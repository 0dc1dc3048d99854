import LakeCore
import LakeSQL
import LakeTesting

/// An engine over real Parquet files that the trusted database has written.
struct SQLLab {
    let folder: TemporaryFolder
    let trusted: TrustedDatabase
    let session: TrustedSession
    let engine: SQLEngine
    private(set) var relations: [String: Relation] = [:]

    /// Opens both instances over an empty folder.
    init(connections: Int = 2, queueLimit: Int = 8, memoryBytes: Int = 256 << 20) async throws {
        folder = try TemporaryFolder()
        trusted = try await TrustedDatabase(settings: TrustedSettings(temporaryFolder: folder.path("spill-trusted")))
        session = try await trusted.session()
        var settings = SQLSettings(allowedFolders: [folder.path], temporaryFolder: folder.path("spill"))
        settings.connections = connections
        settings.queueLimit = queueLimit
        settings.memoryBytes = memoryBytes
        engine = try await SQLEngine(settings: settings)
    }

    /// One with the tables that the case files speak of.
    static func withTables() async throws -> SQLLab {
        var lab = try await SQLLab()
        for (name, sql) in tables { try await lab.add(name, sql) }
        lab.relations["nothing"] = Relation(
            files: [],
            schema: Schema(columns: [
                Column(name: "id", type: "BIGINT", fieldID: 1),
                Column(name: "note text", type: "STRUCT(a VARCHAR[], \"b c\" DECIMAL(9,2))", fieldID: 2),
            ])
        )
        return lab
    }

    /// Writes the rows of `sql` as one table of two files, or one when it is short.
    mutating func add(_ name: String, _ sql: String) async throws {
        var files: [String] = []
        for part in 0..<2 {
            let file = folder.path("\(name)-\(part).parquet")
            let rows = "SELECT * EXCLUDE (part) FROM (SELECT *, row_number() OVER () AS part FROM (\(sql)))"
            let half = "\(rows) WHERE part % 2 = \(part)"
            try await session.execute("COPY (\(half)) TO \(SQLText.quoteLiteral(file)) (FORMAT parquet)")
            files.append(file)
        }
        let described = try await session.rows("DESCRIBE SELECT * FROM read_parquet('\(files[0])')")
        let columns = described.enumerated().map { index, row in
            Column(name: row[0].words, type: row[1].words, fieldID: index + 1)
        }
        relations[name] = Relation(files: files, schema: Schema(columns: columns))
    }

    /// Starts a query of a user; every table must be one of the lab's.
    func start(
        _ sql: String,
        _ parameters: Parameters = .none,
        limits: QueryLimits = QueryLimits()
    ) async throws -> RunningQuery {
        let query = try await engine.parse(sql)
        return try await engine.run(query, relations: bound(query), parameters: parameters, limits: limits)
    }

    /// The relations that a query names.
    func bound(_ query: ParsedQuery) -> [TableReference: Relation] {
        Dictionary(
            uniqueKeysWithValues: query.tables.compactMap { table in
                relations[table.name.lowercased()].map { (table, $0) }
            }
        )
    }

    /// The rows of a query of a user.
    func rows(_ sql: String, _ parameters: Parameters = .none) async throws -> [[SQLValue]] {
        try await start(sql, parameters).allRows()
    }

    private static let tables = [
        (
            "people",
            """
            SELECT * FROM (VALUES (1, 'Ada', 'UK', DATE '1815-12-10', 12.50::DECIMAL(9,2)),
            (2, 'Grace', 'US', DATE '1906-12-09', 99.99), (3, 'Edsger', 'NL', DATE '1930-05-11', NULL),
            (4, 'Barbara', 'US', DATE '1939-11-07', 0.01), (5, 'Łukasz', NULL, NULL, -3.00))
            AS t(id, name, country, born, score)
            """
        ),
        (
            "orders",
            """
            SELECT range AS order_id, 1 + range % 6 AS person_id, (range * 37) % 101 AS amount,
            TIMESTAMP '2024-01-01 00:00:00' + INTERVAL (range) HOUR AS made FROM range(200)
            """
        ),
        (
            "nested",
            """
            SELECT * FROM (VALUES (1, [1, 2, NULL], {'a': 1, 'b': 'x'}, MAP {'k': 1, 'l': 2}),
            (2, [], {'a': NULL, 'b': 'y'}, MAP {}), (3, NULL, NULL, NULL)) AS t(id, list, rec, dict)
            """
        ),
        ("odd \"name\"", "SELECT 1 AS \"select\", 2 AS \"Größe\", 3 AS \"a b\""),
    ]
}

/// A session of the trusted database alone.
struct TrustedLab {
    let folder: TemporaryFolder
    let session: TrustedSession

    init() async throws {
        folder = try TemporaryFolder()
        var settings = TrustedSettings(temporaryFolder: folder.path("spill"))
        settings.threads = 1
        session = try await TrustedDatabase(settings: settings).session()
    }
}

extension RunningQuery {
    /// Everything that is left.
    func allRows() async throws -> [[SQLValue]] {
        var rows: [[SQLValue]] = []
        while let batch = try await next() {
            for row in 0..<batch.rowCount { rows.append(batch.row(row)) }
        }
        return rows
    }
}

extension SQLValue {
    /// As the case files write it.
    var words: String {
        if case .null = self { return "NULL" }
        var bytes: [UInt8] = []
        switch self {
        case .integer(let number): return number.description
        case .text(let text), .formatted(let text), .decimal(let text), .bigInteger(let text): return text
        default: RowEncoding.appendJSON(self, to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
