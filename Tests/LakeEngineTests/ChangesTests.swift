import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

/// The rows that came and went between two versions.
@Suite(.timeLimit(.minutes(5))) struct ChangesTests {
    /// A lake with `t`: a hundred rows of `id` and `grp`, the number's last digit.
    private static func lake() async throws -> TestLake {
        let test = try await TestLake()
        let lines = (0..<100).map { "\($0),\($0 % 10)" }
        try await test.ingest("id,grp\n" + lines.joined(separator: "\n") + "\n", as: "t.csv")
        return test
    }

    /// How many rows were inserted and deleted.
    private func counts(_ test: TestLake, _ call: String) async throws -> [Int64] {
        let rows = try await test.rows(
            """
            SELECT count(*) FILTER (_change = 'insert'), count(*) FILTER (changes._change = 'delete'), count(*)
            FROM \(call)
            """
        )
        let counts = rows[0].compactMap { if case .integer(let count) = $0 { count } else { nil } }
        #expect(counts[0] + counts[1] == counts[2])
        return Array(counts.prefix(2))
    }

    private func compact(_ test: TestLake) async throws {
        _ = try await test.lake.compact(dataset: "t", for: .local)
    }

    @Test func rowsThatCameAndWentAreToldApart() async throws {
        let test = try await Self.lake()
        _ = try await test.lake.deleteRows(of: "t", where: "grp = 3", for: .local)
        _ = try await test.lake.updateRows(of: "t", set: ["grp": "grp + 50"], where: "id < 5", for: .local)
        try await test.ingest("id,grp\n100,7\n101,7\n", as: "t.csv", mode: .append)
        #expect(try await counts(test, "changes('t', 0, 1)") == [100, 0])
        #expect(try await counts(test, "changes('t', 1, 1)") == [0, 0])
        #expect(try await counts(test, "changes('t', 1, 2)") == [0, 10])
        #expect(try await counts(test, "Changes('T', 2, to_version => 3)") == [4, 4])
        #expect(try await counts(test, "changes('t', from_version => 1)") == [6, 14])
        let updated = try await test.rows("SELECT c.* FROM changes('t', 2, 3) AS c WHERE id = 2 ORDER BY ALL")
        #expect(
            updated == [[.text("delete"), .integer(2), .integer(2)], [.text("insert"), .integer(2), .integer(52)]]
        )
        let joined = try await test.rows(
            "WITH gone AS (FROM changes('t', 1, 2)) SELECT count(*) FROM gone JOIN t AT (VERSION => 1) USING (id)"
        )
        #expect(joined == [[.integer(10)]])
        // At an earlier version the last one is that.
        let rows = try await test.rows("SELECT count(*) FROM changes('t', 1) AS later", version: 2)
        #expect(rows == [[.integer(10)]])
    }

    @Test func compactionChangesNothing() async throws {
        let test = try await Self.lake()
        try await test.ingest("id,grp\n100,7\n101,7\n", as: "t.csv", mode: .append)
        _ = try await test.lake.deleteRows(of: "t", where: "grp = 3", for: .local)
        try await compact(test)
        #expect(try await counts(test, "changes('t', 3, 4)") == [0, 0])
        #expect(try await counts(test, "changes('t', 2, 4)") == [0, 10])
        #expect(try await counts(test, "changes('t', 1, 4)") == [2, 10])
        _ = try await test.lake.deleteRows(of: "t", where: "id IN (50, 101)", for: .local)
        try await compact(test)
        #expect(try await counts(test, "changes('t', 4, 6)") == [0, 2])
        #expect(try await counts(test, "changes('t', 1, 6)") == [1, 11])
        let left = try await test.rows("SELECT id FROM changes('t', 1, 6) WHERE _change = 'insert'")
        #expect(left == [[.integer(100)]])
    }

    @Test func equalRowsOfOtherFilesAreNoChange() async throws {
        let test = try await Self.lake()
        let lines = (1..<101).map { "\($0),\($0 % 10)" }
        try await test.ingest("id,grp\n" + lines.joined(separator: "\n") + "\n5,5\n", as: "t.csv", mode: .replace)
        let told = try await test.rows("FROM changes('t', 1, 2) ORDER BY ALL")
        let wanted: [(String, Int64, Int64)] = [("delete", 0, 0), ("insert", 5, 5), ("insert", 100, 0)]
        #expect(told == wanted.map { [.text($0), .integer($1), .integer($2)] })
        _ = try await test.lake.deleteRows(of: "t", where: "id = 7", for: .local)
        try await compact(test)
        _ = try await test.lake.restore(dataset: "t", to: 2, for: .local)
        #expect(try await counts(test, "changes('t', 4, 5)") == [1, 0])
        #expect(try await counts(test, "changes('t', 2, 5)") == [0, 0])
    }

    @Test func whatCannotBeComparedIsRefused() async throws {
        let test = try await Self.lake()
        _ = try await test.lake.deleteRows(of: "t", where: "grp = 3", for: .local)
        for (call, code) in [
            ("changes('t', 2, 1)", "invalid_value"), ("changes('t', 1, 9)", "no_such_version"),
            ("changes('u', 1, 2)", "unknown_table"), ("changes('t')", "not_allowed"),
            ("changes(t, 1, 2)", "not_allowed"), ("changes('t', -1, 2)", "not_allowed"),
            ("changes('t', 1, 1 + 1)", "not_allowed"), ("changes('t', 1, until => 2)", "not_allowed"),
            ("changes('t', 1, from_version => 2)", "not_allowed"), ("main.changes('t', 1)", "not_allowed"),
        ] {
            let error = await #expect(throws: (any Error).self) { try await test.rows("FROM \(call)") }
            #expect((error as? any LakeFailure)?.code == code, "\(call): \(error.map { "\($0)" } ?? "")")
        }
        try await test.ingest("_change\n1\n", as: "own.csv")
        await #expect(throws: EngineError.self) { try await test.rows("FROM changes('own', 0)") }
        _ = try await test.rows("SELECT changes FROM (SELECT 1 AS changes)")
    }

    @Test func rowsOfOtherColumnsStandBesideEachOther() async throws {
        let test = try await Self.lake()
        try await test.ingest("id,name\n1,Ada\n", as: "t.csv", mode: .replace)
        let rows = try await test.rows(
            "SELECT _change, id, name, grp FROM changes('t', 1, 2) WHERE id = 1 ORDER BY ALL"
        )
        #expect(
            rows == [
                [.text("delete"), .integer(1), .null, .integer(1)],
                [.text("insert"), .integer(1), .text("Ada"), .null],
            ]
        )
    }

    /// Every pair of versions of a random history, against what the versions themselves hold.
    @Test(arguments: [UInt64(7), 8])
    func changesAreTheDifferenceOfTheVersions(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let test = try await Self.lake()
        var tombstones: [String] = []
        for step in 0..<24 {
            let digit = Int.random(in: 0..<10, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                let first = 1000 * (step + 1)
                let lines = (0..<20).map { "\(first + $0),\($0 % 10)" }.joined(separator: "\n")
                try await test.ingest("id,grp\n\(lines)\n", as: "t.csv", mode: .append)
            case 1: _ = try await test.lake.deleteRows(of: "t", where: "id % 31 = \(digit)", for: .local)
            case 2:
                let set = ["grp": "grp + 1000 * \(step + 1)"]
                _ = try await test.lake.updateRows(of: "t", set: set, where: "id % 17 = \(digit)", for: .local)
            case 3: try await compact(test)
            case 4:
                let keys = (0..<5).map { [SQLValue.integer(Int64(digit * 10 + $0))] }
                let hidden = try await test.lake.hideRows(
                    of: "t",
                    columns: ["id"],
                    keys: keys,
                    reason: "r",
                    for: .local
                )
                if let id = hidden.id { tombstones.append(id) }
            default:
                // A compaction may have made it final.
                if let id = tombstones.popLast() {
                    _ = try? await test.lake.undoTombstone(id: id, of: "t", for: .local)
                }
            }
        }
        let last = try await test.lake.version()
        for from in stride(from: 1, through: last, by: 3) {
            for to in from...last where (to - from) % 2 == 1 || to == last {
                let (a, b) = ("SELECT * FROM t AT (VERSION => \(from))", "SELECT * FROM t AT (VERSION => \(to))")
                let rows = try await test.rows(
                    """
                    WITH told AS (FROM changes('t', \(from), \(to))),
                        came AS (SELECT id, grp FROM told WHERE _change = 'insert'),
                        went AS (SELECT id, grp FROM told WHERE _change = 'delete')
                    SELECT (SELECT count(*) FROM (FROM came EXCEPT ALL (\(b) EXCEPT ALL \(a)))),
                        (SELECT count(*) FROM ((\(b) EXCEPT ALL \(a)) EXCEPT ALL FROM came)),
                        (SELECT count(*) FROM (FROM went EXCEPT ALL (\(a) EXCEPT ALL \(b)))),
                        (SELECT count(*) FROM ((\(a) EXCEPT ALL \(b)) EXCEPT ALL FROM went))
                    """
                )
                #expect(rows == [[.integer(0), .integer(0), .integer(0), .integer(0)]], "\(seed): \(from) to \(to)")
            }
        }
    }
}
