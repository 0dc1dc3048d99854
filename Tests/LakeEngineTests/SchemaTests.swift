import Foundation
import LakeCatalog
import LakeCore
import LakeEngine
import LakeIngest
import LakeSQL
import LakeTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct SchemaTests {
    private func append(
        _ test: TestLake,
        _ text: String,
        to dataset: String = "t",
        _ policy: IngestRequest.SchemaChanges = .auto
    ) async throws -> IngestResult {
        let upload = try await test.lake.beginUpload(for: .local)
        try await upload.write(Array(text.utf8))
        var request = IngestRequest(fileName: "more.csv", dataset: dataset, mode: .append)
        request.schemaChanges = policy
        return try await test.lake.ingest(upload, request, for: .local)
    }

    private func migrate(
        _ test: TestLake,
        _ rules: SchemaRule...,
        expecting version: Int? = nil,
        isDryRun: Bool = false
    ) async throws -> SchemaMigration {
        try await test.lake.migrateSchema(
            of: "t",
            rules: rules,
            expecting: version,
            isDryRun: isDryRun,
            for: .local
        )
    }

    private func types(_ test: TestLake) async throws -> [String] {
        try await test.lake.dataset(named: "t", for: .local).value.columns.map { "\($0.name) \($0.type)" }
    }

    // MARK: Appends

    @Test func furtherColumnsAndWiderTypesComeByThemselves() async throws {
        let test = try await TestLake()
        try await test.ingest("id,n,day\n1,10,2026-01-31\n2,20,\n", as: "t.csv")
        let result = try await append(test, "day,id,n,note\n2026-02-01T10:00:00,3,1.5,x\n")
        #expect(
            result.schemaChanges == [
                .init(change: .widened, column: "n", from: "BIGINT", to: "DOUBLE"),
                .init(change: .widened, column: "day", from: "DATE", to: "TIMESTAMP"),
                .init(change: .added, column: "note", to: "VARCHAR"),
            ]
        )
        #expect(try await types(test) == ["id BIGINT", "n DOUBLE", "day TIMESTAMP", "note VARCHAR"])
        #expect(
            try await test.rows("SELECT id, n, CAST(day AS VARCHAR), note FROM t ORDER BY id") == [
                [1, .double(10), "2026-01-31 00:00:00", .null], [2, .double(20), .null, .null],
                [3, .double(1.5), "2026-02-01 10:00:00", "x"],
            ]
        )
        // The version before has the columns of then.
        #expect(
            try await test.rows("SELECT *, typeof(n) FROM t AT (VERSION => 1) WHERE id = 1")
                == [[1, 10, .formatted("2026-01-31"), "BIGINT"]]
        )
        // A file of the first form still fits.
        let again = try await append(test, "id,n,day\n4,40,2026-03-01\n")
        #expect(again.schemaChanges == [.init(change: .absent, column: "note")])
        #expect(try await test.rows("SELECT sum(n), count(note) FROM t") == [[.double(71.5), 1]])
        #expect(try await test.lake.verify(for: .local).problems.isEmpty)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func aLikelyRenameIsAskedAboutAndNeverDone() async throws {
        let test = try await TestLake()
        try await test.ingest("id,name,city\n1,Ada,London\n2,Alan,Wilmslow\n", as: "t.csv")
        let text = "id,full_name,city\n1,Ada,Paris\n3,Grace,Arlington\n"
        let error = await #expect(throws: EngineError.self) { try await append(test, text) }
        guard case .renameLikely(_, let diff)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(diff.renamed.first?.from == "name" && diff.renamed.first?.to == "full_name")
        #expect(diff.renamed.first?.evidence.values == 0.5 && diff.renamed.first?.evidence.position == 1)
        #expect(try await test.lake.version() == 1)
        _ = try await migrate(test, .rename(name: "name", to: "full_name"))
        #expect(try await append(test, text).schemaChanges == [])
        #expect(
            try await test.rows("SELECT full_name FROM t ORDER BY id, full_name")
                == [["Ada"], ["Ada"], ["Alan"], ["Grace"]]
        )
        #expect(try await test.rows("SELECT name FROM t AT (VERSION => 1) ORDER BY id") == [["Ada"], ["Alan"]])
        // What is another column is one when its sender says so.
        _ = try await append(test, "id,fullname,city\n9,Ada,Rome\n", .noRenames)
        #expect(try await types(test).count == 4)
    }

    @Test func whatDoesNotFitIsRefusedWithItsRow() async throws {
        let test = try await TestLake()
        try await test.ingest("id,n,v\n1,10,a\n", as: "t.csv")
        let narrower = await #expect(throws: IngestError.self) { try await append(test, "id,n,v\n2,5,b\n3,many,c\n") }
        #expect(narrower == .valueDoesNotFit(column: "n", expected: "BIGINT", found: "VARCHAR", row: 2))
        await #expect(throws: IngestError.self) { try await append(test, "a,b\n1,2\n") }
        await #expect(throws: IngestError.self) { try await append(test, "id,n,v,w\n2,5,b,c\n", to: "t", .refuse) }
        // Of such a number a DOUBLE has only the neighbour.
        try await test.ingest("id,n\n1,9007199254740993\n", as: "big.csv")
        let lossy = await #expect(throws: EngineError.self) { try await append(test, "id,n\n2,0.5\n", to: "big") }
        #expect(lossy == .cannotWiden(dataset: "big", column: "n", from: "BIGINT", to: "DOUBLE"))
        #expect(try await test.lake.version() == 2)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func anUpsertBringsColumnsToo() async throws {
        let test = try await TestLake()
        try await test.ingest("id,v\n1,a\n2,b\n", as: "t.csv")
        let result = try await test.upsert("id,v,w\n2,B,x\n3,C,y\n", as: "u.csv", dataset: "t", rowKey: ["id"])
        #expect(result.schemaChanges == [.init(change: .added, column: "w", to: "VARCHAR")])
        #expect(
            try await test.rows("SELECT * FROM t ORDER BY id")
                == [[1, "a", .null], [2, "B", "x"], [3, "C", "y"]]
        )
    }

    @Test func appendsThatEachBringAColumnAllArrive() async throws {
        let test = try await TestLake()
        try await test.ingest("id\n0\n", as: "t.csv")
        try await withThrowingTaskGroup { group in
            for number in 1...6 {
                group.addTask {
                    _ = try await append(test, "id,c\(number)x\(number * 7919)\n\(number),v\n", to: "t", .noRenames)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await types(test).count == 7)
        #expect(try await test.rows("SELECT count(*), sum(id)::BIGINT FROM t") == [[7, 21]])
    }

    // MARK: Migrations

    @Test func everythingReadsThroughTheChange() async throws {
        let test = try await TestLake()
        try await test.ingest("id,code,old,gone\n1,a,10,x\n2,b,20,y\n3,c,30,z\n", as: "t.csv")
        _ = try await test.lake.deleteRows(of: "t", where: "id = 2", for: .local)
        let before = try await test.lake.version()
        let migrated = try await migrate(
            test,
            .rename(name: "old", to: "amount"),
            .drop(name: "gone"),
            .widen(name: "amount", to: "decimal(21, 2)"),
            .add(name: "state", type: "text", nullable: true, fallback: "new"),
            .rename(name: "code", to: "gone")
        )
        #expect(migrated.version == before + 1)
        #expect(try await types(test) == ["id BIGINT", "gone VARCHAR", "amount DECIMAL(21,2)", "state VARCHAR"])
        let rows: [[SQLValue]] = [[1, "a", .decimal("10.00"), "new"], [3, "c", .decimal("30.00"), "new"]]
        let all = "SELECT * FROM t ORDER BY id"
        #expect(try await test.rows(all) == rows)
        // From memory, after a delete, an update, an upsert, a tombstone and a compaction as well.
        #expect(try await test.lake.pin(dataset: "t", for: .local).rows == 2)
        #expect(try await test.rows(all) == rows)
        try await test.ingest(
            "id,gone,amount,state\n4,d,40,done\n5,e,50,done\n",
            as: "u.csv",
            dataset: "t",
            mode: .append
        )
        _ = try await test.lake.updateRows(of: "t", set: ["amount": "amount + 1"], where: "id IN (3, 5)", for: .local)
        _ = try await test.upsert("id,gone,amount,state\n1,A,11,new\n", as: "v.csv", dataset: "t", rowKey: ["gone"])
        let hidden = try await test.lake.hideRows(of: "t", columns: ["gone"], keys: [["a"]], reason: "r", for: .local)
        #expect(hidden.rowsHidden == 1)
        let after: [[SQLValue]] = [
            [1, "A", .decimal("11.00"), "new"], [3, "c", .decimal("31.00"), "new"],
            [4, "d", .decimal("40.00"), "done"], [5, "e", .decimal("51.00"), "done"],
        ]
        #expect(try await test.rows(all) == after)
        _ = try await test.lake.evict(dataset: "t", for: .local)
        #expect(try await test.rows(all) == after)
        #expect(try await test.lake.compact(dataset: "t", for: .local).filesAfter == 1)
        #expect(try await test.rows(all) == after)
        #expect(
            try await test.rows("SELECT * FROM t ORDER BY id", version: before)
                == [[1, "a", 10, "x"], [3, "c", 30, "z"]]
        )
        // Back to the columns of then, and forth again.
        _ = try await test.lake.restore(dataset: "t", to: before, for: .local)
        #expect(try await types(test) == ["id BIGINT", "code VARCHAR", "old BIGINT", "gone VARCHAR"])
        #expect(try await test.rows("SELECT gone FROM t ORDER BY id") == [["x"], ["z"]])
        _ = try await test.lake.restore(dataset: "t", to: migrated.version, for: .local)
        #expect(try await test.rows(all) == rows)
        #expect(try await test.lake.verify(for: .local).problems.isEmpty)
    }

    @Test func filesOfSeveralFormsKeepTheirOrder() async throws {
        let test = try await TestLake()
        try await test.ingest("id,a\n0,0\n1,1\n", as: "t.csv")
        for step in 1...4 {
            _ = try await migrate(test, .rename(name: step == 1 ? "a" : "a\(step - 1)", to: "a\(step)"))
            let lines = (0..<3).map { "\(step * 10 + $0),\(step)" }
            _ = try await append(test, "id,a\(step)\n" + lines.joined(separator: "\n") + "\n")
            _ = try await test.lake.deleteRows(of: "t", where: "id = \(step * 10 + 1)", for: .local)
        }
        let ids: [[SQLValue]] = [0, 1, 10, 12, 20, 22, 30, 32, 40, 42].map { [.integer($0)] }
        #expect(try await test.rows("SELECT id FROM t") == ids)
        #expect(try await test.lake.compact(dataset: "t", for: .local).rows == 10)
        #expect(try await test.rows("SELECT id FROM t") == ids)
        #expect(try await test.rows("SELECT sum(a4)::BIGINT FROM t") == [[21]])
    }

    @Test func whatIsNeededIsNotDropped() async throws {
        let test = try await TestLake()
        try await test.ingest("id,body\n1,a\n2,b\n", as: "t.csv")
        let hidden = try await test.lake.hideRows(of: "t", columns: ["id"], keys: [[1]], reason: "r", for: .local)
        let preview = try await migrate(test, .drop(name: "id"), isDryRun: true)
        #expect(preview.needed.map(\.name) == [hidden.id] && preview.columns.map(\.name) == ["body"])
        let error = await #expect(throws: EngineError.self) { try await migrate(test, .drop(name: "id")) }
        #expect(error?.code == "columns_needed")
        // A tombstone follows its column.
        _ = try await migrate(test, .rename(name: "id", to: "key"))
        #expect(try await test.lake.tombstones(of: "t", for: .local).value.first?.rowKeyColumns == ["key"])
        _ = try await test.lake.compact(dataset: "t", for: .local)
        _ = try await migrate(test, .drop(name: "key"))
        #expect(try await test.rows("SELECT * FROM t") == [["b"]])
    }

    @Test func rulesThatCannotBeAreRefusedByTheirPlace() async throws {
        let test = try await TestLake()
        try await test.ingest("id,v\n1,a\n2,\n", as: "t.csv")
        let wrong: [SchemaRule] = [
            .drop(name: "none"), .rename(name: "id", to: "V"), .rename(name: "id", to: "file_index"),
            .widen(name: "v", to: "BIGINT"), .widen(name: "id", to: "HUGEINT"),
            .widen(name: "id", to: "BIGINT); DROP TABLE x"),
            .add(name: "v", type: "DATE", nullable: true, fallback: nil),
            .add(name: "w", type: "DATE", nullable: false, fallback: nil),
            .add(name: "w", type: "DATE", nullable: true, fallback: "soon"), .setNullable(name: "v", false),
        ]
        for rule in wrong {
            let error = await #expect(throws: EngineError.self) { try await migrate(test, rule) }
            #expect(error?.code == "invalid_value", "\(rule)")
        }
        await #expect(throws: CatalogError.self) {
            try await migrate(test, .widen(name: "id", to: "VARCHAR"), expecting: 7)
        }
        #expect(try await test.lake.version() == 1)
        #expect(try await migrate(test, .widen(name: "id", to: "VARCHAR"), expecting: 1).version == 2)
        #expect(try await test.rows("SELECT id FROM t ORDER BY id") == [["1"], ["2"]])
    }

    @Test func aColumnThatMustHaveValuesTakesNoRowWithout() async throws {
        let test = try await TestLake()
        try await test.ingest("id,v\n1,a\n2,b\n", as: "t.csv")
        _ = try await migrate(test, .setNullable(name: "v", false))
        let error = await #expect(throws: IngestError.self) { try await append(test, "id,v\n3,c\n4,\n") }
        #expect(error == .valueDoesNotFit(column: "v", expected: "NOT NULL", found: "NULL", row: 2))
        await #expect(throws: IngestError.self) { try await append(test, "id\n3\n") }
        await #expect(throws: EngineError.self) {
            try await test.lake.updateRows(of: "t", set: ["v": "NULL"], where: "id = 1", for: .local)
        }
        _ = try await migrate(test, .setFallback(name: "v", "none"))
        _ = try await append(test, "id\n3\n")
        #expect(try await test.rows("SELECT v FROM t ORDER BY id") == [["a"], ["b"], ["none"]])
    }

    @Test func anIndexFollowsItsColumnAndIsNotStaleForIt() async throws {
        let test = try await TestLake()
        let lines = (0..<6).map { #"{"id": "n\#($0)", "body": "The bakery orders rye flour, entry \#($0).", "x": 1}"# }
        try await test.ingest(lines.joined(separator: "\n"), as: "t.ndjson")
        let request = IndexRequest(name: "notes", dataset: "t", textColumns: ["body"], idColumn: "id")
        #expect(try await test.finish(try await test.lake.createIndex(request, for: .local)).state == .succeeded)
        await #expect(throws: EngineError.self) { try await migrate(test, .drop(name: "body")) }
        _ = try await migrate(test, .rename(name: "body", to: "text"), .rename(name: "id", to: "key"), .drop(name: "x"))
        let index = try await test.lake.indexes(for: .local).value.first
        #expect(index?.textColumns == ["text"] && index?.idColumn == "key" && index?.stale == false)
        let found = try await test.lake.search(.init(index: "notes", query: "rye flour", k: 3), for: .local)
        #expect(found.results.allSatisfy { $0.column == "text" && $0.row.map(\.name) == ["key", "text"] })
        _ = try await append(test, "key,text\nn9,A comet passed near Lyra.\n")
        let jobs = try await test.lake.refresh(dataset: "t", for: .local)
        // While the job waits, its columns get other names again.
        _ = try await migrate(test, .rename(name: "text", to: "prose"))
        #expect(try await test.finish(try #require(jobs.first)).state == .succeeded)
        let comet = try await test.lake.search(.init(index: "notes", query: "comet", k: 1), for: .local)
        #expect(comet.results.first?.id == "n9" && comet.results.first?.column == "prose")
    }

    @Test func aBackupReadsThroughTheChangeAsWell() async throws {
        let test = try await TestLake()
        try await test.ingest("id,v\n1,a\n", as: "t.csv")
        _ = try await migrate(
            test,
            .rename(name: "v", to: "w"),
            .add(name: "n", type: "BIGINT", nullable: true, fallback: "7")
        )
        await test.lake.close()
        // A checkpoint was written on close; the state is read from it.
        let again = try await TestLake(in: test.folder)
        #expect(try await again.rows("SELECT id, w, n FROM t") == [[1, "a", 7]])
    }

    @Test func columnsAreCompared() async throws {
        let test = try await TestLake()
        try await test.ingest("id,customer_name,n\n1,Ada,1\n", as: "t.csv")
        let columns = [
            Column(name: "id", type: "text", fieldID: 1), Column(name: "CustName", type: "VARCHAR", fieldID: 2),
            Column(name: "n", type: "DECIMAL(10,2)", fieldID: 3),
        ]
        let found = try await test.lake.compareSchema(of: "t", with: columns, for: .local).diff
        #expect(found.changed.map(\.widened) == [nil, "DECIMAL(21,2)"])
        #expect(found.renamed.map(\.to) == ["CustName"])
        let upload = try await test.lake.beginUpload(for: .local)
        try await upload.write(Array("id,customer_name,n\n2,Bob,x\n".utf8))
        let request = IngestRequest(fileName: "u.csv")
        let file = try await test.lake.compareSchema(of: "t", with: upload, request, for: .local)
        #expect(file.refusal?.contains("first in row 1") == true)
        #expect(file.diff.changed.map(\.name) == ["n"])
        #expect(try await test.lake.version() == 1)
        #expect(test.objects("staging").isEmpty)
    }
}
