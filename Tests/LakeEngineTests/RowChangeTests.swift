import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct RowChangeTests {
    /// A lake with `t`: `rows` rows of `id`, `code` with leading zeros, and `grp`, the number's last digit.
    private static func lake(rows: Int = 1000) async throws -> TestLake {
        let test = try await TestLake()
        let lines = (0..<rows).map { "\($0),\(Self.code($0)),\($0 % 10)" }
        try await test.ingest("id,code,grp\n" + lines.joined(separator: "\n") + "\n", as: "t.csv")
        return test
    }

    private static func code(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    private func count(_ test: TestLake, _ rest: String = "", version: Int? = nil) async throws -> Int? {
        let rows = try await test.rows("SELECT count(*) FROM t \(rest)", version: version)
        guard case .integer(let count)? = rows.first?.first else { return nil }
        return Int(count)
    }

    // MARK: Delete and update

    @Test func deletedRowsAreGoneAndEarlierVersionsHaveThem() async throws {
        let test = try await Self.lake()
        let counted = try await test.lake.deleteRows(of: "t", where: "grp = 3", isDryRun: true, for: .local)
        #expect(counted.rowsDeleted == 100 && counted.version == 1)
        let first = try await test.lake.deleteRows(of: "t", where: "grp = 3", for: .local)
        #expect(first.rowsDeleted == 100 && first.rows == 900 && first.version == 2)
        let second = try await test.lake.deleteRows(
            of: "t",
            where: "grp = ? OR id = ?",
            parameters: .positional([.integer(4), .integer(3)]),
            for: .local
        )
        #expect(second.rowsDeleted == 100 && second.rows == 800)
        #expect(try await count(test) == 800)
        #expect(try await count(test, "WHERE grp IN (3, 4)") == 0)
        #expect(try await count(test, version: 1) == 1000)
        #expect(try await count(test, "AT (VERSION => 2)") == 900)
        #expect(try await test.lake.dataset(named: "t", for: .local).value.rows == 800)
        #expect(try await test.lake.verify(for: .local).problems.isEmpty)
        // Nothing to delete is no new version.
        let nothing = try await test.lake.deleteRows(of: "t", where: "grp = 3", for: .local)
        #expect(nothing.rowsDeleted == 0 && nothing.version == second.version)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func aConditionMayLookIntoOtherDatasets() async throws {
        let test = try await Self.lake()
        try await test.ingest("id\n7\n8\n2000\n", as: "gone.csv")
        let change = try await test.lake.deleteRows(of: "t", where: "id IN (SELECT id FROM gone)", for: .local)
        #expect(change.rowsDeleted == 2)
    }

    @Test func updatedRowsHaveTheirNewValuesAndTheOthersTheirs() async throws {
        let test = try await Self.lake()
        let change = try await test.lake.updateRows(
            of: "t",
            set: ["GRP": "grp + 100", "code": "upper('x' || code)"],
            where: "id < 5",
            for: .local
        )
        #expect(change.rowsDeleted == 5 && change.rowsAdded == 5 && change.rows == 1000)
        let rows = try await test.rows("SELECT code, grp FROM t WHERE id IN (4, 5) ORDER BY id")
        #expect(rows == [[.text("X000004"), .integer(104)], [.text("000005"), .integer(5)]])
        #expect(try await count(test, "WHERE grp > 99", version: 1) == 0)
    }

    @Test(arguments: [
        ("grp = 3) OR (true", "where"), ("", "where"), ("true; SELECT 1", "where"),
    ])
    func aConditionIsOneExpression(condition: String, field: String) async throws {
        let test = try await Self.lake(rows: 10)
        let error = await #expect(throws: EngineError.self) {
            try await test.lake.deleteRows(of: "t", where: condition, for: .local)
        }
        #expect(error?.detail.contains("'\(field)'") == true)
        #expect(try await count(test) == 10)
    }

    @Test func whatIsWrongIsNamedAndChangesNothing() async throws {
        let test = try await Self.lake(rows: 10)
        await #expect(throws: SQLError.self) { try await test.lake.deleteRows(of: "t", where: "grpp = 3", for: .local) }
        await #expect(throws: SQLError.self) {
            try await test.lake.deleteRows(of: "t", where: "id IN (SELECT 1 FROM read_csv('/etc/passwd'))", for: .local)
        }
        let unknown = await #expect(throws: EngineError.self) {
            try await test.lake.updateRows(of: "t", set: ["grop": "1"], where: "true", for: .local)
        }
        #expect(unknown?.detail.contains("'grp'") == true)
        await #expect(throws: SQLError.self) {
            try await test.lake.updateRows(of: "t", set: ["grp": "'many'"], where: "true", for: .local)
        }
        let reader = Principal(name: "eve", role: .reader)
        await #expect(throws: EngineError.self) { try await test.lake.deleteRows(of: "t", where: "true", for: reader) }
        #expect(try await test.lake.version() == 1)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func aColumnMayBeCalledLikeAFile() async throws {
        let test = try await TestLake()
        try await test.ingest("filename,n\na,1\nb,2\n", as: "t.csv")
        _ = try await test.lake.deleteRows(of: "t", where: "filename = 'a'", for: .local)
        #expect(try await test.rows("SELECT * FROM t") == [[.text("b"), .integer(2)]])
    }

    // MARK: Several at once

    @Test func deletesOfTheSameFileAtOnceAllHold() async throws {
        let test = try await Self.lake()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for digit in [0, 1, 2, 3, 4, 5] + Array(10..<30) {
                group.addTask {
                    _ = try await test.lake.deleteRows(
                        of: "t",
                        where: "grp = \(digit) OR id = \(digit) * 10 + 9",
                        for: .local
                    )
                }
            }
            try await group.waitForAll()
        }
        #expect(try await count(test) == 1000 - 600 - 26)
        #expect(try await count(test, "WHERE grp < 6") == 0)
    }

    @Test func aCompactionThatRacesDeletesKeepsTheRowsDeleted() async throws {
        let test = try await Self.lake(rows: 100)
        for batch in 1..<8 {
            let lines = (batch * 100..<batch * 100 + 100).map { "\($0),\(Self.code($0)),\($0 % 10)" }
            let text = "id,code,grp\n" + lines.joined(separator: "\n") + "\n"
            try await test.ingest(text, as: "b\(batch).csv", dataset: "t", mode: .append)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for id in stride(from: 0, to: 800, by: 20) {
                    _ = try await test.lake.deleteRows(of: "t", where: "id = \(id)", for: .local)
                }
            }
            group.addTask {
                for _ in 0..<15 {
                    // Losing every race is an outcome, too; it changes nothing.
                    do { _ = try await test.lake.compact(dataset: "t", for: .local) } catch CatalogError.filesGone {}
                }
            }
            try await group.waitForAll()
        }
        #expect(try await count(test) == 760)
        #expect(try await count(test, "WHERE id % 20 = 0") == 0)
        let outcome = try await test.lake.compact(dataset: "t", for: .local)
        #expect(outcome.rows == 760 && outcome.filesAfter == 1)
        #expect(try await count(test) == 760)
        #expect(try await test.lake.verify(for: .local).problems.isEmpty)
    }

    // MARK: Upsert

    @Test func anUpsertReplacesRowsOfTheSameKeyAndAddsTheOthers() async throws {
        let test = try await Self.lake(rows: 10)
        let text = "id,code,grp\n3,first,1\n3,last,2\n77,new,7\n"
        let result = try await test.upsert(text, as: "u.csv", dataset: "t", rowKey: ["id"])
        #expect(result.rows == 2)
        #expect(result.notes.contains { $0.contains("1 rows had a key that came again") })
        #expect(try await count(test) == 11)
        #expect(try await test.rows("SELECT code, grp FROM t WHERE id = 3") == [[.text("last"), .integer(2)]])
        // Sent again after a change, the file's rows count again.
        _ = try await test.lake.updateRows(of: "t", set: ["code": "'other'"], where: "id = 3", for: .local)
        _ = try await test.upsert(text, as: "u.csv", dataset: "t", rowKey: ["id"])
        #expect(try await test.rows("SELECT code FROM t WHERE id = 3") == [[.text("last")]])
        #expect(try await count(test) == 11)
    }

    @Test func anUpsertTakesKeysOfSeveralColumnsAndNoneWithoutAValue() async throws {
        let test = try await TestLake()
        try await test.ingest("a,b,v\n1,1,x\n1,2,y\n", as: "t.csv")
        _ = try await test.upsert("a,b,v\n1,2,z\n2,2,w\n", as: "u.csv", dataset: "t", rowKey: ["a", "b"])
        #expect(
            try await test.rows("SELECT a, b, v FROM t ORDER BY a, b") == [
                [.integer(1), .integer(1), .text("x")], [.integer(1), .integer(2), .text("z")],
                [.integer(2), .integer(2), .text("w")],
            ]
        )
        let missing = await #expect(throws: EngineError.self) {
            try await test.upsert("a,b,v\n1,,z\n", as: "u2.csv", dataset: "t", rowKey: ["a", "b"])
        }
        #expect(missing?.detail.contains("'b'") == true)
        let unknown = await #expect(throws: EngineError.self) {
            try await test.upsert("a,b,v\n1,1,z\n", as: "u3.csv", dataset: "t", rowKey: ["c"])
        }
        #expect(unknown?.detail.contains("row_key") == true)
        #expect(try await count(test) == 3)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func upsertsOfTheSameFreshKeyAtOnceLeaveItOnce() async throws {
        let test = try await Self.lake(rows: 10)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let text = "id,code,grp\n500,w\(writer),\(writer)\n"
                    _ = try await test.upsert(text, as: "u\(writer).csv", dataset: "t", rowKey: ["id"])
                }
            }
            try await group.waitForAll()
        }
        #expect(try await count(test, "WHERE id = 500") == 1)
        #expect(try await count(test) == 11)
    }

    @Test func anExpressionMakesOneRowOfARow() async throws {
        let test = try await Self.lake(rows: 10)
        await #expect(throws: (any Error).self) {
            try await test.lake.updateRows(of: "t", set: ["grp": "unnest([1, 2])"], where: "true", for: .local)
        }
        #expect(try await count(test) == 10)
    }

    // MARK: Versions

    @Test func theHistorySaysWhoDidWhatAndAVersionCanBeRestored() async throws {
        let test = try await Self.lake(rows: 100)
        let ada = Principal(name: "ada", role: .writer)
        _ = try await test.lake.deleteRows(of: "t", where: "grp = 3", for: ada)
        try await test.ingest("x\n1\n", as: "other.csv")
        #expect(try await test.lake.restore(dataset: "t", to: 1, for: ada) == 4)
        #expect(try await count(test) == 100)
        let history = try await test.lake.versions(of: "t", for: .local).value.items
        #expect(history.map(\.version) == [4, 2, 1])
        #expect(history.map(\.actor) == ["ada", "ada", "local"])
        #expect(history.map(\.rowsAdded) == [10, 0, 100])
        #expect(history.map(\.rowsRemoved) == [0, 10, 0])
        #expect(history.map(\.rows) == [100, 90, 100])
        let page = try await test.lake.versions(of: "t", limit: 2, for: .local).value
        let rest = try await test.lake.versions(of: "t", limit: 2, cursor: page.nextCursor, for: .local).value
        #expect(page.items.map(\.version) == [4, 2] && rest.items.map(\.version) == [1] && rest.nextCursor == nil)
        await #expect(throws: CatalogError.self) { try await test.lake.restore(dataset: "t", to: 99, for: ada) }
    }

    @Test func aDropIsTakenBack() async throws {
        let test = try await Self.lake(rows: 10)
        _ = try await test.lake.dropDataset(named: "t", for: .local)
        #expect(try await test.lake.restoreDropped(dataset: "t", for: .local) == 3)
        #expect(try await count(test) == 10)
        await #expect(throws: EngineError.self) { try await test.lake.restoreDropped(dataset: "t", for: .local) }
    }
}
