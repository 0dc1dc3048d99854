import Foundation
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

/// Thousands of queries that nobody thought of: the lake answers as the engine alone does over the same rows.
///
/// The engine alone reads the Parquet files that were ingested, in sessions that know nothing of lakes; rows that were deleted from the lake
/// are taken away there by an anti-join on their numbers. `DIFFERENTIAL_SEED` makes other queries.
@Suite(.timeLimit(.minutes(10))) struct DifferentialTests {
    private static let queries = 2_000
    private static let workers = 2

    @Test func generatedQueriesGiveWhatTheEngineAloneGives() async throws {
        let seed = ProcessInfo.processInfo.environment["DIFFERENTIAL_SEED"].flatMap(UInt64.init) ?? 4
        let lab = try await DifferentialLab()
        let tallies = try await withThrowingTaskGroup(of: Tally.self) { group in
            for worker in 0..<Self.workers {
                group.addTask {
                    var tally = Tally()
                    let session = try await lab.session()
                    var generator = QueryGenerator(seed: seed &+ UInt64(worker))
                    for number in 0..<Self.queries / Self.workers {
                        let query = generator.next()
                        let plain = await Outcome { try await session.batches(query.sql) }
                        let ours = await Outcome {
                            try await lab.test.lake.query(QueryRequest(sql: query.sql), for: .local).running
                        }
                        if !ours.matches(plain, inOrder: query.isOrdered) {
                            let place = "seed \(seed), worker \(worker), query \(number)"
                            Issue.record("\(place): \(query.sql)\nlake: \(ours)\nengine: \(plain)")
                        }
                        tally.count(ours)
                    }
                    return tally
                }
            }
            return try await group.reduce(into: Tally()) { $0.add($1) }
        }
        // Queries that all fail, or all give nothing, would prove nothing.
        #expect(tallies.failed > Self.queries / 100 && tallies.failed < Self.queries / 5, "seed \(seed): \(tallies)")
        #expect(tallies.withRows > Self.queries / 2, "seed \(seed): \(tallies)")
    }

    /// How the queries of a worker ended.
    private struct Tally {
        var failed = 0
        var withRows = 0

        mutating func count(_ outcome: Outcome) {
            switch outcome.end {
            case .failed: failed += 1
            case .rows(let rows): withRows += rows.isEmpty ? 0 : 1
            }
        }

        mutating func add(_ other: Tally) {
            failed += other.failed
            withRows += other.withRows
        }
    }
}

/// What became of a query.
private struct Outcome: CustomStringConvertible {
    enum End {
        case rows([[SQLValue]])
        /// The code of the error.
        case failed(String)
    }

    var columns: [ResultColumn] = []
    var end: End

    init(_ start: () async throws -> RunningQuery) async {
        do {
            let running = try await start()
            columns = running.columns
            var rows: [[SQLValue]] = []
            while let batch = try await running.next() {
                for row in 0..<batch.rowCount { rows.append(batch.row(row)) }
            }
            end = .rows(rows)
        } catch {
            columns = []
            end = .failed((error as? any LakeFailure)?.code ?? "\(error)")
        }
    }

    var description: String {
        switch end {
        case .failed(let code): "error \(code)"
        case .rows(let rows): "\(columns.map { "\($0.name) \($0.type)" }): \(rows.count) rows, \(rows.prefix(5))"
        }
    }

    func matches(_ other: Outcome, inOrder: Bool) -> Bool {
        guard columns == other.columns else { return false }
        switch (end, other.end) {
        case (.failed(let a), .failed(let b)): return a == b || Self.ofValues.contains(a) && Self.ofValues.contains(b)
        case (.rows(let a), .rows(let b)):
            guard a.count == b.count else { return false }
            return inOrder ? Self.areClose(a, b) : Self.areClose(Self.sorted(a), Self.sorted(b))
        default: return false
        }
    }

    /// Which of two bad values is met first depends on the threads.
    private static let ofValues = ["conversion_error", "out_of_range"]

    private static func sorted(_ rows: [[SQLValue]]) -> [[SQLValue]] {
        rows.map { (key: rounded($0), row: $0) }.sorted { $0.key < $1.key }.map(\.row)
    }

    private static func rounded(_ row: [SQLValue]) -> String {
        var text: [UInt8] = []
        for value in row {
            if case .double(let number) = value {
                text += "\(Float(number))".utf8
            } else {
                RowEncoding.appendJSON(value, to: &text)
            }
            text.append(UInt8(ascii: "|"))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func areClose(_ a: [[SQLValue]], _ b: [[SQLValue]]) -> Bool {
        zip(a, b).allSatisfy { $0.count == $1.count && zip($0, $1).allSatisfy(isClose) }
    }

    /// Sums of floating-point numbers depend on the order in which threads come by.
    private static func isClose(_ a: SQLValue, _ b: SQLValue) -> Bool {
        guard case .double(let a) = a, case .double(let b) = b else { return a == b }
        return a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(abs(a), abs(b))
    }
}

/// A lake, and the engine alone over the same files.
private struct DifferentialLab: Sendable {
    let test: TestLake
    private let folder: TemporaryFolder
    private let database: TrustedDatabase

    init() async throws {
        test = try await TestLake()
        folder = try TemporaryFolder()
        database = try await TrustedDatabase(settings: TrustedSettings(temporaryFolder: folder.path("spill")))
        let session = try await database.session()
        for table in DifferentialTable.all {
            var paths: [String] = []
            for part in 0..<table.files {
                let path = folder.path("\(table.name)-\(part).parquet")
                let rows = "SELECT \(table.columns.map { "\($0.sql) AS \($0.name)" }.joined(separator: ", "))"
                let from =
                    "FROM (SELECT range AS i FROM range(\(table.rows))) WHERE i * \(table.files) // \(table.rows) = \(part)"
                try await session.execute("COPY (\(rows) \(from)) TO '\(path)' (FORMAT parquet)")
                try await ingest(path, as: table.name)
                paths.append("'\(path)'")
            }
            var kept = "FROM read_parquet([\(paths.joined(separator: ", "))])"
            if let condition = table.deleted {
                let change = try await test.lake.deleteRows(of: table.name, where: condition, for: .local)
                #expect(change.rowsDeleted > table.rows / 10)
                kept += " ANTI JOIN (SELECT id FROM range(\(table.rows)) t(id) WHERE \(condition)) USING (id)"
            }
            try await session.execute("CREATE VIEW \(table.name) AS \(kept)")
        }
    }

    private func ingest(_ path: String, as name: String) async throws {
        let upload = try await test.lake.beginUpload(for: .local)
        try await upload.write(Array(try Data(contentsOf: URL(filePath: path))))
        _ = try await test.lake.ingest(upload, IngestRequest(fileName: path, dataset: name, mode: .append), for: .local)
    }

    func session() async throws -> TrustedSession { try await database.session() }
}
