import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct TombstoneTests {
    private func count(_ test: TestLake, _ rest: String = "") async throws -> Int? {
        guard case .integer(let count)? = try await test.rows("SELECT count(*) FROM t \(rest)").first?.first else {
            return nil
        }
        return Int(count)
    }

    private func hide(
        _ test: TestLake,
        _ column: String,
        _ keys: [SQLValue],
        reason: String = "asked to"
    ) async throws -> TombstoneOutcome {
        try await test.lake.hideRows(of: "t", columns: [column], keys: keys.map { [$0] }, reason: reason, for: .local)
    }

    @Test func threeOfAHundredThousandAreGoneAlsoAfterARestart() async throws {
        let test = try await TestLake()
        try await test.ingest("id\n" + (0..<100_000).map(String.init).joined(separator: "\n") + "\n", as: "t.csv")
        let outcome = try await hide(test, "id", [.integer(5), .integer(70_000), .integer(99_999)])
        #expect(outcome.rowsHidden == 3 && outcome.rows == 99_997)
        #expect(try await count(test) == 99_997)
        await test.lake.close()
        let again = try await TestLake(in: test.folder)
        #expect(try await count(again) == 99_997)
        #expect(try await again.lake.tombstones(of: "t", for: .local).value.map(\.rows) == [3])
        #expect(try await again.lake.verify(for: .local).problems.isEmpty)
    }

    @Test func keysCompareInTheirOwnType() async throws {
        let test = try await TestLake()
        try await test.ingest(
            #"{"k": "7", "n": 7}"# + "\n" + #"{"k": "007", "n": 8}"# + "\n" + #"{"k": null, "n": 9}"#,
            as: "t.ndjson"
        )
        #expect(try await hide(test, "k", [.text("7"), .text("absent")]).rowsHidden == 1)
        #expect(
            try await test.rows("SELECT k, n FROM t ORDER BY n") == [
                [.text("007"), .integer(8)], [.null, .integer(9)],
            ]
        )
        #expect(try await hide(test, "n", [.text("9")]).rowsHidden == 1)
        #expect(try await count(test) == 1)
    }

    @Test(arguments: [
        ("n", SQLValue.text("007")), ("n", .text("seven")), ("k", .integer(7)), ("k", .null), ("n", .double(7.5)),
    ])
    func aKeyOfAnotherTypeIsRefusedByItsPlace(column: String, key: SQLValue) async throws {
        let test = try await TestLake()
        try await test.ingest(#"{"k": "7", "n": 7}"#, as: "t.ndjson")
        let valid = column == "n" ? SQLValue.integer(7) : .text("7")
        let error = await #expect(throws: EngineError.self) { try await hide(test, column, [valid, key]) }
        #expect(error?.detail.contains("row_key_values[1]") == true)
        #expect(try await count(test) == 1)
    }

    @Test func aReasonAColumnAndAKeyAreNeeded() async throws {
        let test = try await TestLake()
        try await test.ingest("id\n1\n", as: "t.csv")
        await #expect(throws: EngineError.self) { try await hide(test, "id", [.integer(1)], reason: " ") }
        await #expect(throws: EngineError.self) { try await hide(test, "ids", [.integer(1)]) }
        await #expect(throws: EngineError.self) { try await hide(test, "id", []) }
        #expect(try await hide(test, "id", [.integer(2)]).id == nil)
        #expect(try await test.lake.version() == 1)
    }

    @Test func aKeyThatComesAgainIsNewAndVisible() async throws {
        let test = try await TestLake()
        try await test.ingest("id,v\n1,a\n2,b\n", as: "t.csv")
        _ = try await hide(test, "id", [.integer(1)])
        try await test.ingest("id,v\n1,c\n", as: "u.csv", dataset: "t", mode: .append)
        #expect(try await test.rows("SELECT v FROM t WHERE id = 1") == [[.text("c")]])
    }

    @Test func itIsUndoneUntilTheRowsAreErased() async throws {
        let test = try await TestLake()
        try await test.ingest("id\n1\n2\n3\n4\n", as: "t.csv")
        let first = try #require(try await hide(test, "id", [.integer(1), .integer(2)]).id)
        let second = try #require(try await hide(test, "id", [.integer(2), .integer(3)]).id)
        #expect(try await count(test) == 1)
        let back = try await test.lake.undoTombstone(id: first, of: "t", for: .local)
        #expect(back.rowsAdded == 2 && back.rows == 3)
        #expect(
            try await test.rows("SELECT id FROM t ORDER BY id").map(\.[0]) == [.integer(1), .integer(2), .integer(4)]
        )
        await #expect(throws: EngineError.self) { try await test.lake.undoTombstone(id: first, of: "t", for: .local) }
        let compacted = try await test.lake.compact(dataset: "t", for: .local)
        #expect(compacted.rowsErased == 1 && compacted.tombstonesErased == 1 && compacted.rows == 3)
        #expect(try await test.lake.tombstones(of: "t", for: .local).value.isEmpty)
        await #expect(throws: EngineError.self) { try await test.lake.undoTombstone(id: second, of: "t", for: .local) }
        #expect(try await count(test) == 3)
    }

    @Test func keysComeAsAFileAndOfSeveralColumns() async throws {
        let test = try await TestLake()
        try await test.ingest(
            "a,b\n" + (0..<5000).map { "\($0),k\($0 % 2)" }.joined(separator: "\n") + "\n",
            as: "t.csv"
        )
        let keys = "a,b\n" + (0..<5000).map { "\($0),k0" }.joined(separator: "\n") + "\n"
        let upload = try await test.lake.beginUpload(for: .local)
        try await upload.write(Array(keys.utf8))
        let outcome = try await test.lake.hideRows(
            of: "t",
            columns: ["a", "b"],
            keys: upload,
            fileName: "keys.csv",
            reason: "left",
            for: .local
        )
        #expect(outcome.keys == 5000 && outcome.rowsHidden == 2500)
        #expect(try await count(test, "WHERE b = 'k0'") == 0)
        #expect(test.objects("staging").isEmpty)
    }

    @Test func hiddenRowsAreFoundByNoSearch() async throws {
        let test = try await TestLake()
        let bodies = [
            "The harbour crane was inspected.", "Kubernetes clusters were upgraded.",
            "Containers run in Kubernetes pods.",
            "The bakery orders rye flour.", "A Kubernetes operator restarts containers.",
        ]
        let rows = bodies.enumerated().map { #"{"id": "n\#($0)", "body": "\#($1)"}"# }
        try await test.ingest(rows[0...1].joined(separator: "\n"), as: "t.ndjson")
        try await test.ingest(rows[2...4].joined(separator: "\n"), as: "u.ndjson", dataset: "t", mode: .append)
        let request = IndexRequest(name: "t", dataset: "t", textColumns: ["body"], idColumn: "id")
        #expect(try await test.finish(try await test.lake.createIndex(request, for: .local)).state == .succeeded)
        func found() async throws -> [String?] {
            let search = SearchRequest(index: "t", query: "container orchestration with Kubernetes", k: 3)
            return try await test.lake.search(search, for: .local).results.map(\.id)
        }
        #expect(try await Set(found()) == ["n1", "n2", "n4"])
        _ = try await hide(test, "id", [.text("n2")])
        let left = try await found()
        #expect(left.count == 3 && !left.contains("n2"))
        // Also once the row is in no file any more, and others have moved to its place.
        #expect(try await test.lake.compact(dataset: "t", for: .local).filesAfter == 1)
        #expect(try await found() == left)
        _ = try await hide(test, "id", [.text("n4")])
        #expect(try await !found().contains("n4") == true)
        #expect(try await found().contains("n1") == true)
        // After a second move, and to a server that has seen none of it.
        _ = try await test.lake.compact(dataset: "t", for: .local)
        await test.lake.close()
        let again = try await TestLake(in: test.folder)
        let search = SearchRequest(index: "t", query: "container orchestration with Kubernetes", k: 5)
        let ids = try await again.lake.search(search, for: .local).results.map(\.id)
        #expect(Set(ids) == ["n0", "n1", "n3"])
    }
}
