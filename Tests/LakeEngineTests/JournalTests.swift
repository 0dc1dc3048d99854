import LakeCore
import LakeSQL
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

@Suite struct JournalTests {
    private static let reader = Principal(name: "rita", role: .reader)
    private static let writer = Principal(name: "will", role: .writer)

    private func tell(_ lake: TestLake, _ entity: String, _ field: String = "state", _ new: Int) async throws {
        let change = EntityChange(field: field, old: .integer(Int64(new - 1)), new: .integer(Int64(new)))
        _ = try await lake.lake.record(EventRequest(entity: entity, changes: [change]), for: Self.writer)
    }

    /// All events, newest first, by pages of that size.
    private func history(_ lake: TestLake, of entity: String?, pages: Int) async throws -> [JournalEvent] {
        var events: [JournalEvent] = []
        var cursor: String?
        repeat {
            let page =
                if let entity {
                    try await lake.lake.history(of: entity, limit: pages, cursor: cursor, for: .local).value
                } else {
                    try await lake.lake.recentEvents(limit: pages, cursor: cursor, for: .local).value
                }
            #expect(page.items.count <= pages && page.damagedLines == 0)
            events += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return events
    }

    @Test func anEventIsRecordedAndFoundAgain() async throws {
        let lake = try await TestLake()
        let request = EventRequest(
            entity: "candidate:4711",
            changes: [
                EntityChange(field: "city", old: .text("Ulm"), new: .text("Bonn")),
                EntityChange(field: "tags", new: .array([.text("é"), .null, .object(["n": .number(1.5)])])),
            ],
            source: "crm",
            workspace: "north"
        )
        let told = try await lake.lake.record(request, for: Self.writer)
        #expect(told.map(\.field) == ["city", "tags"] && told.allSatisfy { $0.actor == "will" && $0.source == "crm" })
        #expect(try await history(lake, of: "candidate:4711", pages: 10) == told.reversed())
        #expect(try await history(lake, of: "candidate:4712", pages: 10) == [])
        await lake.lake.close()
        let again = try await TestLake(in: lake.folder)
        #expect(try await history(again, of: "candidate:4711", pages: 1) == told.reversed())
    }

    @Test func historyMergesCommitsWithWhatWasTold() async throws {
        let lake = try await TestLake()
        try await lake.ingest("a,b\n1,2\n", as: "orders.csv")
        try await tell(lake, "dataset:orders", "owner", 1)
        try await lake.ingest("a,b\n3,4\n", as: "more.csv", dataset: "orders", mode: .append)
        try await tell(lake, "dataset:orders", "owner", 2)
        _ = try await lake.lake.dropDataset(named: "orders", for: .local)
        let fields = ["dataset", "owner", "ingest", "files_added", "owner", "ingest", "files_added", "dataset"]
        for pages in [1, 2, 3, 100] {
            let events = try await history(lake, of: "dataset:orders", pages: pages)
            #expect(events.map(\.field) == fields)
            #expect(events.map(\.version) == [3, 2, 2, 2, 1, 1, 1, 1])
            #expect(events.filter { $0.source == "commit" }.count == 6 && Set(events.map(\.id)).count == 8)
        }
        #expect(try await history(lake, of: nil, pages: 3).map(\.field) == fields)
    }

    @Test func onlyAdministratorsSeeEventsOfKeys() async throws {
        let lake = try await TestLake()
        let key = try await lake.lake.createKey(name: "ci", role: .writer, for: .local).key
        #expect(try await history(lake, of: "key:\(key.id)", pages: 10).map(\.field) == ["key"])
        #expect(try await lake.lake.recentEvents(for: .local).value.items.count == 1)
        #expect(try await lake.lake.recentEvents(for: Self.reader).value.items.isEmpty)
        await #expect(throws: EngineError.notAllowed(action: "read history", needs: .admin)) {
            try await lake.lake.history(of: "key:\(key.id)", for: Self.reader)
        }
    }

    @Test(arguments: ["", "\u{0}", "a\nb", String(repeating: "x", count: 10_240), String(repeating: "🦆", count: 129)])
    func entitiesThatCannotBePrintedOnALineAreRefused(entity: String) async throws {
        let lake = try await TestLake()
        let change = [EntityChange(field: "f", new: .boolean(true))]
        await #expect(throws: EngineError.self) {
            try await lake.lake.record(EventRequest(entity: entity, changes: change), for: .local)
        }
        await #expect(throws: EngineError.self) { try await lake.lake.history(of: entity, for: .local) }
    }

    @Test func requestsThatMakeNoSenseAreRefusedByField() async throws {
        let lake = try await TestLake()
        func field(_ request: EventRequest) async throws -> String? {
            do {
                _ = try await lake.lake.record(request, for: .local)
            } catch EngineError.invalid(let field, _) {
                return field
            }
            return nil
        }
        let change = EntityChange(field: "f", new: .integer(1))
        #expect(try await field(EventRequest(entity: "e", changes: [])) == "changes")
        #expect(try await field(EventRequest(entity: "e", changes: Array(repeating: change, count: 101))) == "changes")
        #expect(try await field(EventRequest(entity: "e", changes: [EntityChange(field: "")])) == "field")
        #expect(try await field(EventRequest(entity: "e", changes: [change], source: "commit")) == "source")
        #expect(try await field(EventRequest(entity: "e", changes: [change], workspace: "\t")) == "workspace")
        let large = EntityChange(field: "f", old: .text(String(repeating: "x", count: 70_000)))
        #expect(try await field(EventRequest(entity: "e", changes: [large])) == "old")
        for cursor in ["", "x", "1", "1.2", "1.-2_", "1.2_x:3", "9.9_2026-03-01/x:1"] {
            await #expect(throws: EngineError.self) { try await lake.lake.recentEvents(cursor: cursor, for: .local) }
        }
        await #expect(throws: EngineError.self) { try await lake.lake.recentEvents(limit: 0, for: .local) }
    }

    // MARK: Audit

    private func audit(_ lake: TestLake) async throws -> [[SQLValue]] {
        try await lake.rows(
            "SELECT principal, action, outcome, entities, request_id FROM system.audit ORDER BY writer, seq"
        )
    }

    @Test func whatAConditionLooksIntoIsWrittenDown() async throws {
        let lake = try await TestLake()
        try await lake.ingest("a\n1\n2\n", as: "orders.csv")
        try await lake.ingest("a\n2\n", as: "paid.csv")
        let condition = "a IN (SELECT a FROM PAID) OR EXISTS (FROM gone)"
        for principal in [Self.reader, Self.writer] {
            await #expect(throws: EngineError.self) {
                _ = try await lake.lake.deleteRows(of: "orders", where: condition, for: principal)
            }
        }
        _ = try await lake.lake.updateRows(
            of: "orders",
            set: ["a": "(SELECT max(a) FROM paid)"],
            where: "a = 1",
            for: Self.writer
        )
        let lines = try await audit(lake).filter { $0[1] != .text("ingest") }
        #expect(lines.map { $0[2] }.prefix(3) == [.text("refused"), .text("allowed"), .text("allowed")])
        let read = ["dataset:gone", "dataset:orders", "dataset:paid"].map(SQLValue.text)
        for line in lines.prefix(2) {
            guard case .list(let entities) = line[3] else { throw TestError() }
            #expect(Set(entities) == Set(read))
        }
        #expect(lines[2][3] == .list([.text("dataset:orders"), .text("dataset:paid")]))
    }

    private struct TestError: Error {}

    @Test func everyCallIsWrittenDownWhetherAllowedOrRefused() async throws {
        let lake = try await TestLake()
        try await lake.ingest("a\n1\n", as: "orders.csv", by: Self.writer)
        await #expect(throws: EngineError.self) {
            try await CallContext.$requestID.withValue("r-1") {
                try await lake.lake.dropDataset(named: "orders", for: Self.reader)
            }
        }
        _ = try await lake.lake.query(QueryRequest(sql: "SELECT a FROM orders WHERE 'secret' <> ''"), for: Self.reader)
        let lines = try await audit(lake)
        let who: [[SQLValue]] = [
            [.text("will"), .text("ingest"), .text("allowed")],
            [.text("rita"), .text("drop datasets"), .text("refused")],
            [.text("rita"), .text("query"), .text("allowed")],
            [.text("local"), .text("query"), .text("allowed")],
        ]
        #expect(lines.map { Array($0[..<3]) } == who)
        let what = ["dataset:orders", "dataset:orders", "dataset:orders", "dataset:system.audit"]
        #expect(lines.map { $0[3] } == what.map { SQLValue.list([.text($0)]) })
        #expect(lines[1][4] == .text("r-1") && lines[2][4] == .null)
        #expect(
            try await lake.rows("SELECT count(*) FROM system.audit WHERE action LIKE '%secret%'") == [[.integer(0)]]
        )
    }

    @Test func whatCannotBeWrittenDownIsNotDone() async throws {
        let lake = try await TestLake()
        await lake.lake.journals.audit.close()
        await #expect(throws: StorageError.journalClosed(journal: "audit")) {
            try await lake.ingest("a\n1\n", as: "orders.csv", by: Self.writer)
        }
        await #expect(throws: StorageError.journalClosed(journal: "audit")) {
            try await lake.lake.datasets(for: Self.reader)
        }
        // A refusal is one either way.
        await #expect(throws: EngineError.notAllowed(action: "drop datasets", needs: .writer)) {
            try await lake.lake.dropDataset(named: "orders", for: Self.reader)
        }
        #expect(try await lake.lake.version() == 0)
    }

    // MARK: SQL

    @Test func administratorsReadTheJournalInSQLAndNobodyElse() async throws {
        let lake = try await TestLake()
        try await tell(lake, "candidate:1", "city", 1)
        let rows = try await lake.rows(
            "SELECT entity, field, old, new, actor, source, version, seq FROM system.journal"
        )
        let expected: [SQLValue] = [
            .text("candidate:1"), .text("city"), .text("0"), .text("1"), .text("will"), .text("api"), .integer(0),
            .integer(1),
        ]
        #expect(rows == [expected])
        let later = try await lake.rows("SELECT recorded_at > TIMESTAMP '2020-01-01' FROM SYSTEM.Journal j")
        #expect(later == [[.boolean(true)]])
        for principal in [Self.reader, Self.writer] {
            for table in ["system.journal", "system.audit", "system.nothing"] {
                do {
                    _ = try await lake.lake.query(QueryRequest(sql: "FROM \(table)"), for: principal)
                    Issue.record("\(principal.name) reads \(table)")
                } catch let EngineError.unknownTable(name, nearest, _) {
                    #expect(name == table && nearest.isEmpty)
                }
            }
        }
        await #expect(throws: EngineError.self) { try await lake.rows("FROM system.audits") }
        #expect(try await lake.rows("SELECT count(*) FROM system.audit WHERE outcome = 'refused'") == [[.integer(6)]])
    }

    @Test func anEmptyJournalIsAnEmptyTable() async throws {
        let lake = try await TestLake()
        #expect(try await lake.rows("SELECT count(*), max(version) FROM system.journal") == [[.integer(0), .null]])
        #expect(try await lake.rows("SELECT count(*), max(code) FROM system.bucket_errors") == [[.integer(0), .null]])
    }
}
