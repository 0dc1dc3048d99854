import Foundation
import LakeClient
import LakeCore
import Testing

/// The commands that keep a lake, run as an operator runs them.
@Suite(.serialized, .timeLimit(.minutes(5))) struct UpkeepCommandsTests {
    @Test func aLakeIsBackedUpUnderAServerAndRestored() async throws {
        let place = try Workplace()
        let file = try place.file("t.csv", "x\n1\n2\n")
        let server = try await ServerProcess(lake: place.lake)
        let environment = ["LAKEHOUSE_URL": server.url]
        #expect(try await Program.run(["ingest", file], environment: environment).status == 0)
        let backup = place.path + "/backup"
        let first = try await Program.run(["backup", backup, "--lake", place.lake])
        #expect(first.status == 0, "\(first.output)\(first.errors)")
        #expect(first.output.contains("version 1: "))
        let more = try place.file("more.csv", "x\n3\n")
        let append = ["ingest", more, "--dataset", "t", "--mode", "append"]
        #expect(try await Program.run(append, environment: environment).status == 0)
        let second = try await Program.run(["backup", backup, "--lake", place.lake, "--json"])
        // The first data file is there already; the new one is not, nor what was journalled meanwhile.
        let outcome = try JSONValue(parsing: second.output.utf8)
        let (copied, all) = (outcome["objects_copied"]?.int ?? 0, outcome["objects"]?.int ?? 0)
        #expect(copied >= 1 && copied < all, "\(outcome.compact)")
        #expect(server.stop() == 0)
        for (version, rows) in [("1", "2"), ("2", "3")] {
            let lake = "\(place.path)/restored-\(version)"
            let restored = try await Program.run(["restore", backup, "--lake", lake, "--version", version])
            #expect(restored.status == 0, "\(restored.errors)")
            let counted = try await Program.run(["sql", "SELECT count(*) FROM t", "--lake", lake, "--format", "csv"])
            #expect(counted.output.split(whereSeparator: \.isNewline).last == rows[...], "\(counted.errors)")
            #expect(try await Program.run(["verify", "--lake", lake]).status == 0)
        }
        let again = try await Program.run(["restore", backup, "--lake", place.lake])
        #expect(again.status == 1 && again.errors.contains("a lake is there already"))
    }

    @Test func rowsAreExportedToAFileWholeOrNotAtAll() async throws {
        let place = try Workplace()
        let server = try await ServerProcess(lake: place.lake, environment: ["LAKEHOUSE_SQL_MAX_ROWS": "50000"])
        defer { server.kill() }
        let environment = ["LAKEHOUSE_URL": server.url]
        func export(_ sql: String, _ name: String, _ more: [String] = []) async throws -> Program.Outcome {
            try await Program.run(["export", sql, "\(place.path)/\(name)"] + more, environment: environment)
        }
        func content(_ name: String) -> Data? { FileManager.default.contents(atPath: "\(place.path)/\(name)") }
        let csv = try await export("SELECT range AS n FROM range($many)", "n.csv", ["--param", "many=3"])
        #expect(csv.status == 0, "\(csv.errors)")
        #expect(content("n.csv") == Data("n\r\n0\r\n1\r\n2\r\n".utf8))
        #expect(try await export("SELECT range AS n FROM range(40000)", "n.arrow").status == 0)
        #expect(content("n.arrow")?.count ?? 0 > 8 * 40_000)
        #expect(content("n.arrow")?.suffix(8) == Data([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]))
        let cut = try await export("SELECT range AS n FROM range(60000)", "n.csv")
        #expect(cut.status == 1 && cut.errors.contains("--max-rows"), "\(cut.errors)")
        // The file that was there is still what it was.
        #expect(content("n.csv")?.count == 12)
        #expect(try await export("SELECT range AS n FROM range(60000)", "few.jsonl", ["--max-rows", "2"]).status == 0)
        #expect(content("few.jsonl") == Data("{\"n\":0}\n{\"n\":1}\n".utf8))
        #expect(try await export("SELECT 1 AS n; -- one", "n.parquet").status == 0)
        #expect(content("n.parquet")?.prefix(4) == Data("PAR1".utf8))
        let failing = "SELECT (CASE WHEN range = 45000 THEN 'x' ELSE '1' END)::INTEGER AS n FROM range(50000)"
        for name in ["bad.ndjson", "bad.csv"] {
            #expect(try await export(failing, name).status == 1)
            #expect(content(name) == nil)
        }
        #expect(try await export("SELECT 1", "n.doc").status == 64)
        func ask(_ words: String...) async throws -> Program.Outcome {
            try await Program.run(words, environment: environment)
        }
        #expect(try await ask("objects", "put", "\(place.path)/n.parquet", "in/n.parquet").status == 0)
        let registered = try await ask("datasets", "register", "numbers", "in/n.parquet")
        #expect(registered.status == 0 && registered.output.contains("1 rows of 1 objects"), "\(registered.errors)")
        let plan = try await ask("explain", "SELECT count(*) FROM range(9)")
        #expect(plan.status == 0 && plan.output.contains("UNGROUPED_AGGREGATE"), "\(plan.output)")
        let submitted = try await ask("queries", "submit", "SELECT range AS n FROM range(1500)", "--form", "json")
        let id = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        var shown = try await ask("queries", "show", id)
        for _ in 0..<500 where shown.output.contains("queued") || shown.output.contains("running") {
            shown = try await ask("queries", "show", id)
        }
        let result = try await ask("queries", "result", id)
        #expect(result.output.split(separator: "\n").count == 1500 && result.output.hasSuffix("[1499]\n"))
        #expect(try await ask("queries", "submitted").output.contains(id))
        #expect(try await ask("queries").status == 0)
        #expect(try await ask("queries", "drop", id).status == 0)
        #expect(try await ask("queries", "show", id).status != 0)
        let leftovers = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.contains(".part-") }
        #expect(leftovers.isEmpty)
        #expect(server.stop() == 0)
    }

    @Test func whatWasDoneIsListedAndWhatIsLostIsGivenUp() async throws {
        let place = try Workplace()
        let file = try place.file("t.csv", "x\n1\n2\n")
        let connection = ["--lake", place.lake]
        #expect(try await Program.run(["ingest", file] + connection).status == 0)
        let log = try await Program.run(["log"] + connection)
        #expect(log.output.contains("ingest t.csv") && log.output.contains("files_added t"), "\(log.output)")
        let swept = try await Program.run(["sweep", "--dry-run"] + connection)
        #expect(swept.output.hasPrefix("would move 0 of 1 objects"), "\(swept.output)\(swept.errors)")
        let data = place.lake + "/datasets"
        let object = FileManager.default.enumerator(atPath: data)?.compactMap { $0 as? String }.first { name in
            name.hasSuffix(".parquet")
        }
        try FileManager.default.removeItem(atPath: "\(data)/\(try #require(object))")
        #expect(try await Program.run(["verify"] + connection).status == 1)
        let planned = try await Program.run(["repair", "--json"] + connection)
        let plan = try JSONValue(parsing: planned.output.utf8)
        #expect(plan["rows_lost"]?.int == 2)
        let approve = ["repair", "--approve", try #require(plan["id"]?.string)]
        let refused = try await Program.run(approve + connection)
        #expect(refused.status == 1 && refused.errors.contains("accept_loss"))
        #expect(try await Program.run(approve + ["--accept-loss"] + connection).status == 0)
        #expect(try await Program.run(["verify"] + connection).status == 0)
    }
}
