import HTTPTypes
import LakeCore
import LakeEngine
import Testing

@testable import LakeServer

/// Answers that are kept for who asks the same again.
@Suite struct ResultCacheTests {
    /// Asks and gives what the header says of the cache, and the text.
    private func ask(
        _ server: TestServer,
        _ sql: String,
        _ more: String = "",
        accept: String = "application/json",
        key: String? = nil
    ) async throws -> (cache: String?, answer: TestAnswer) {
        let body = JSONValue.object(("sql", .string(sql))).encoded.dropLast() + Array("\(more)}".utf8)
        let text = String(decoding: body, as: UTF8.self)
        let answer = try await server.post("/query/sql", text, key: key, headers: [.accept: accept])
        try #require(answer.status == 200, "\(answer.text)")
        return (answer.headers[.cache], answer)
    }

    private func results(_ server: TestServer) async throws -> JSONValue? {
        try await server.get("/query/cache/stats").json["results"]
    }

    @Test func theSameQuestionOfTheSameRowsIsAnsweredOnce() async throws {
        try await TestServer.run { server in
            try await server.ingest("x\n1\n2\n", as: "t")
            let first = try await ask(server, "SELECT x FROM t ORDER BY x")
            #expect(first.cache == "miss")
            // What is of the request alone is of this one.
            try await server.ingest("y\n1\n", as: "other")
            let second = try await ask(server, "SELECT x -- the same\n  FROM t /* ! */ ORDER BY x ;")
            #expect(second.cache == "hit")
            let (a, b) = (try first.answer.json, try second.answer.json)
            #expect(a["rows"] == b["rows"] && a["columns"] == b["columns"] && a["row_count"] == b["row_count"])
            #expect(a["version"]?.number == 1 && b["version"]?.number == 2)
            #expect(second.answer.headers[.lakeVersion] == "2" && a["query_id"] != b["query_id"])
            #expect(second.answer.headers[.hasMore] == "false")
            for (sql, more) in [
                ("SELECT X FROM t ORDER BY x", ""), ("SELECT x FROM t ORDER BY x", #","max_rows":1"#),
                ("SELECT x FROM t ORDER BY x", #","max_bytes":1000"#), ("SELECT x FROM t AT (VERSION => 1)", ""),
            ] {
                #expect(try await ask(server, sql, more).cache == "miss", "\(sql) \(more)")
                #expect(try await ask(server, sql, more).cache == "hit", "\(sql) \(more)")
            }
            for accept in ["text/csv", "application/x-ndjson", "application/vnd.apache.arrow.stream"] {
                let first = try await ask(server, "SELECT x FROM t ORDER BY x", accept: accept)
                let second = try await ask(server, "SELECT x FROM t ORDER BY x", accept: accept)
                #expect(first.cache == "miss" && second.cache == "hit")
                #expect(first.answer.body == second.answer.body)
                #expect(second.answer.headers[.contentType] == accept)
            }
            let stats = try await results(server)
            #expect(stats?["hits"]?.number == 8 && stats?["misses"]?.number == 8 && stats?["entries"]?.number == 8)
        }
    }

    @Test func whatChangedIsReadAnew() async throws {
        try await TestServer.run { server in
            try await server.ingest("x\n1\n2\n", as: "t")
            let sql = "SELECT count(*) FROM t"
            let old = "SELECT count(*) FROM t AT (VERSION => 1)"
            #expect(try await ask(server, sql).cache == "miss")
            #expect(try await ask(server, old).cache == "miss")
            #expect(
                try await server.post("/catalog/datasets/by-name/t/rows/delete", #"{"where":"x = 1"}"#).status == 200
            )
            let after = try await ask(server, sql)
            #expect(try after.cache == "miss" && after.answer.json["rows"] == .array([.array([1])]))
            let before = try await ask(server, old)
            #expect(try before.cache == "hit" && before.answer.json["rows"] == .array([.array([2])]))
            #expect(try await ask(server, "FROM changes('t', 1)").cache == "miss")
            try await server.ingest("y\n1\n", as: "other")
            #expect(try await ask(server, "FROM changes('t', 1)").cache == "hit")
            #expect(try await server.delete("/catalog/datasets/by-name/t").status == 200)
            #expect(try await server.post("/query/sql", #"{"sql":"\#(sql)"}"#).code == "unknown_table")
            try await server.ingest("x\n1\n", as: "t")
            let other = try await ask(server, sql)
            #expect(try other.cache == "miss" && other.answer.json["rows"] == .array([.array([1])]))
        }
    }

    @Test(arguments: [
        "SELECT random() FROM t", "SELECT now()", "SELECT Current_Date", "SELECT uuid()",
        "SELECT age(DATE '2020-01-01')",
        "SELECT * FROM t USING SAMPLE 1", "SELECT (SELECT max(localtimestamp) FROM t)", "FROM system.tables",
        "FROM information_schema.columns", "SELECT count(*) FROM system.audit",
    ])
    func whatIsDifferentEachTimeIsNotKept(sql: String) async throws {
        try await TestServer.run { server in
            try await server.ingest("x\n1\n2\n", as: "t")
            for _ in 0..<2 { #expect(try await ask(server, sql).cache == nil) }
            #expect(try await results(server)?["entries"]?.number == 0)
        }
    }

    @Test func parametersAreToldApartByTheirBytes() async throws {
        try await TestServer.run { server in
            let sql = "SELECT octet_length(encode($1::VARCHAR))"
            for (text, length) in [("\\u00e9", 2), ("e\\u0301", 3)] {
                for cache in ["miss", "hit"] {
                    let found = try await ask(server, sql, #","params":["\#(text)"]"#)
                    #expect(
                        try found.cache == cache && found.answer.json["rows"] == .array([.array([.integer(length)])])
                    )
                }
            }
            let named = "SELECT $a - $b"
            #expect(try await ask(server, named, #","params":{"a":3,"b":1}"#).cache == "miss")
            #expect(try await ask(server, named, #","params":{"b":1,"a":3}"#).cache == "hit")
            #expect(try await ask(server, named, #","params":{"a":1,"b":3}"#).cache == "miss")
            #expect(try await ask(server, "SELECT 'a'\n'b'").answer.json["rows"] == .array([.array(["ab"])]))
            #expect(try await server.post("/query/sql", #"{"sql":"SELECT 'a' 'b'"}"#).code == "syntax_error")
        }
    }

    @Test func callersOfOneRoleShareWhatIsKept() async throws {
        try await TestServer.run { server in
            try await server.ingest("x\n1\n", as: "t")
            var keys: [String] = []
            for (name, role) in [("a", Principal.Role.reader), ("b", .reader), ("w", .writer)] {
                keys.append(try await server.lakehouse.createKey(name: name, role: role, for: .local).secret)
            }
            let sql = "SELECT x FROM t"
            #expect(try await ask(server, sql, key: keys[0]).cache == "miss")
            #expect(try await ask(server, sql, key: keys[1]).cache == "hit")
            #expect(try await ask(server, sql, key: keys[2]).cache == "miss")
        }
    }

    @Test func longAndFailedAnswersAreNotKept() async throws {
        try await TestServer.run { server in
            let long = "SELECT repeat('x', 1000) AS t FROM range(1000)"
            for _ in 0..<2 {
                let cache = try await ask(server, long).cache
                #expect(cache == "miss")
            }
            for _ in 0..<2 { #expect(try await server.post("/query/sql", #"{"sql":"SELECT 'x'::INT"}"#).status == 400) }
            #expect(try await results(server)?["entries"]?.number == 0)
        }
    }

    @Test func theCacheCanBeTurnedOff() async throws {
        try await TestServer.run({ $0.lake.resultCacheBytes = 0 }) { server in
            for _ in 0..<2 {
                let cache = try await ask(server, "SELECT 1").cache
                #expect(cache == nil)
            }
        }
    }
}
