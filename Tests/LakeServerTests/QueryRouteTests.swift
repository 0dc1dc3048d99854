import HTTPTypes
import LakeCore
import LakeEngine
import LakeSQL
import NIOCore
import Testing

@testable import LakeServer

@Suite struct QueryRouteTests {
    private func accept(_ type: String) -> HTTPFields { [.accept: type] }

    @Test func rowsComeAsJSON() async throws {
        try await TestServer.run { server in
            try await server.ingest("i,t\n1,a\n2,\n", as: "t")
            let answer = try await server.post("/query/sql", #"{"sql":"SELECT i, t FROM t ORDER BY i"}"#)
            #expect(answer.headers[.lakeVersion] == "1")
            #expect(answer.headers[.hasMore] == "false")
            let json = try answer.json
            #expect(json["rows"] == .array([.array([.number("1"), "a"]), .array([.number("2"), .null])]))
            #expect(json["row_count"]?.number == 2)
            #expect(json["has_more"] == .boolean(false))
            #expect(json["columns"]?.items?.map { $0["name"]?.text } == ["i", "t"])
        }
    }

    @Test func rowsComeAsLinesAndAsCSV() async throws {
        try await TestServer.run { server in
            let body = #"{"sql":"SELECT 1 AS i, 'a,\"b\"' AS t UNION ALL SELECT 2, NULL ORDER BY 1"}"#
            let lines = try await server.post("/query/sql", body, headers: accept("application/x-ndjson"))
            #expect(lines.text == "{\"i\":1,\"t\":\"a,\\\"b\\\"\"}\n{\"i\":2,\"t\":null}\n")
            let csv = try await server.post("/query/sql", body, headers: accept("text/csv"))
            #expect(csv.text == "i,t\r\n1,\"a,\"\"b\"\"\"\r\n2,\r\n")
            let refused = try await server.post("/query/sql", body, headers: accept("application/pdf"))
            #expect(refused.status == 406)
        }
    }

    @Test func aPlanIsShownWithoutFilesAndWithoutRunning() async throws {
        try await TestServer.run { server in
            try await server.ingest("i,t\n1,a\n2,b\n", as: "t")
            let body = #"{"sql":"SELECT t, count(*) FROM t WHERE i > ? GROUP BY t -- all","params":[1]}"#
            let answer = try await server.post("/query/explain", body)
            #expect(answer.status == 200 && answer.headers[.lakeVersion] == "1", "\(answer.text)")
            #expect(answer.text.contains("HASH_GROUP_BY") && answer.text.contains("i>1"), "\(answer.text)")
            #expect(!answer.text.contains("/") && !answer.text.contains(".parquet"), "\(answer.text)")
            let kept = try answer.json["tables"]?.array?.first
            #expect(kept?["name"]?.string == "t" && kept?["source"]?.string == "store" && kept?["files"]?.int == 1)
            _ = try await server.post("/query/cache/pin", #"{"dataset":"t"}"#)
            let pinned = try await server.post("/query/explain", body).json["tables"]?.array?.first
            #expect(pinned?["source"]?.string == "cache" && pinned?["files"]?.int == 0, "\(answer.text)")
            let endless = #"{"sql":"SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b;"}"#
            #expect(try await server.post("/query/explain", endless).status == 200)
            #expect(try await server.post("/query/explain", #"{"sql":"SELECT x FROM t"}"#).code == "binder_error")
            #expect(
                try await server.post("/query/explain", #"{"sql":"SELECT * FROM nothing"}"#).code == "unknown_table"
            )
        }
    }

    @Test func aParquetAnswerIsCutLikeAnyOther() async throws {
        try await TestServer.run { server in
            let wanted = accept("application/vnd.apache.parquet")
            let body = #"{"sql":"SELECT range AS n FROM range(10) ORDER BY n DESC","max_rows":3}"#
            let cut = try await server.post("/query/sql", body, headers: wanted)
            #expect(cut.headers[.hasMore] == "true" && cut.text.hasPrefix("PAR1"), "\(cut.text)")
            let whole = try await server.post("/query/sql", #"{"sql":"SELECT 1; -- one"}"#, headers: wanted)
            #expect(whole.headers[.hasMore] == "false" && whole.text.hasSuffix("PAR1"), "\(whole.text)")
            let wrong = try await server.post("/query/sql", #"{"sql":"SELECT\n nope"}"#, headers: wanted)
            #expect(try wrong.code == "binder_error" && wrong.json["position"]?["line"]?.number == 2, "\(wrong.text)")
            let large = #"{"sql":"SELECT range FROM range(10000)","max_bytes":100}"#
            #expect(try await server.post("/query/sql", large, headers: wanted).status == 413)
        }
    }

    @Test func emptyResultIsAValidDocument() async throws {
        try await TestServer.run { server in
            #expect(try await server.rows("SELECT 1 AS a WHERE false") == .array([]))
            let csv = try await server.post(
                "/query/sql",
                #"{"sql":"SELECT 1 AS a WHERE false"}"#,
                headers: accept("text/csv")
            )
            #expect(csv.text == "a\r\n")
        }
    }

    @Test func longResultIsStreamedWhole() async throws {
        try await TestServer.run { server in
            try await Self.makeNumbers(server)
            for type in ResultFormat.allCases {
                let body = #"{"sql":"SELECT i, 'row ' || i AS t FROM n ORDER BY i"}"#
                let answer = try await server.post("/query/sql", body, headers: accept(type.rawValue))
                // A batch of Arrow's is larger than what is gathered before an answer begins.
                #expect(answer.headers[.contentLength] == nil || type == .arrow || type == .parquet)
                // Parquet's are few.
                #expect(answer.body.readableBytes > ResultStream.gatherBytes || type == .parquet)
                switch type {
                case .json:
                    let json = try answer.json
                    #expect(json["row_count"]?.number == 30000)
                    #expect(json["rows"]?.items?.last == .array([.number("29999"), "row 29999"]))
                case .lines: #expect(answer.text.split(separator: "\n").count == 30000)
                case .csv: #expect(answer.text.hasSuffix("29999,row 29999\r\n"))
                case .parquet: #expect(Array(answer.body.readableBytesView.suffix(4)) == Array("PAR1".utf8))
                case .arrow:
                    #expect(answer.body.readableBytesView.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]))
                    #expect(Array(answer.body.readableBytesView.suffix(8)) == [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
                }
            }
        }
    }

    /// A dataset `n` of the numbers below 30,000.
    static func makeNumbers(_ server: TestServer) async throws {
        try await server.ingest("i\n" + (0..<30000).map { "\($0)\n" }.joined(), as: "n")
    }

    @Test func rowLimitCutsAndSaysSo() async throws {
        try await TestServer.run { server in
            try await Self.makeNumbers(server)
            for (limit, more) in [(0, true), (1, true), (2048, true), (29999, true), (30000, false), (50000, false)] {
                let answer = try await server.post("/query/sql", #"{"sql":"SELECT i FROM n","max_rows":\#(limit)}"#)
                #expect(try answer.json["row_count"]?.number == min(limit, 30000))
                #expect(try answer.json["has_more"] == .boolean(more), "max_rows \(limit)")
            }
        }
    }

    @Test func byteLimitCutsAndSaysSo() async throws {
        try await TestServer.run { server in
            try await Self.makeNumbers(server)
            let answer = try await server.post("/query/sql", #"{"sql":"SELECT i FROM n ORDER BY i","max_bytes":11}"#)
            // [0],[1],[2] with the commas: 11 bytes; the next row would pass the limit.
            #expect(try answer.json["rows"] == .array((0..<3).map { .array([.integer($0)]) }))
            #expect(try answer.json["has_more"] == .boolean(true))
            let lines = try await server.post(
                "/query/sql",
                #"{"sql":"SELECT i FROM n ORDER BY i","max_bytes":8}"#,
                headers: accept("application/x-ndjson")
            )
            #expect(lines.text == "{\"i\":0}\n")
            #expect(lines.headers[.hasMore] == "true")
        }
    }

    @Test func parametersAreBoundByPlaceAndByName() async throws {
        try await TestServer.run { server in
            let byPlace = try await server.rows("SELECT ?, ?, ?", #","params":["a",12,null]"#)
            #expect(byPlace == .array([.array(["a", .number("12"), .null])]))
            let byName = try await server.rows("SELECT $x + $y", #","params":{"x":1,"y":2}"#)
            #expect(byName?.items?.first?.items?.first?.number == 3)
            let wrong = try await server.post("/query/sql", #"{"sql":"SELECT 1","params":3}"#)
            #expect(try wrong.detail == "'params' must be an array or an object, not a number.")
        }
    }

    @Test func numbersOfParametersStayExact() {
        #expect(SQLValue(.number("9007199254740993")) == .integer(9_007_199_254_740_993))
        #expect(SQLValue(.number("-9223372036854775808")) == .integer(.min))
        #expect(SQLValue(.number("9223372036854775808")) == .bigInteger("9223372036854775808"))
        #expect(SQLValue(.number("1.50")) == .double(1.5))
        #expect(SQLValue(.number("1e3")) == .double(1000))
        #expect(SQLValue(.array([.null, .boolean(true)])) == .list([.null, .boolean(true)]))
    }

    @Test func wrongStatementIsAProblemWithItsPlace() async throws {
        try await TestServer.run { server in
            let syntax = try await server.post("/query/sql", #"{"sql":"SELECT 1\nFROM WHERE"}"#)
            #expect(syntax.status == 400)
            #expect(try syntax.code == "syntax_error")
            #expect(try syntax.json["position"]?["line"]?.number == 2)
            let table = try await server.post("/query/sql", #"{"sql":"SELECT * FROM nope"}"#)
            #expect(table.status == 400)
            #expect(try table.code == "unknown_table")
            let file = try await server.post("/query/sql", #"{"sql":"SELECT * FROM read_csv('/etc/passwd')"}"#)
            #expect(file.status == 400)
            let write = try await server.post("/query/sql", #"{"sql":"DROP TABLE t"}"#)
            #expect(write.status == 400)
        }
    }

    @Test func errorBeforeTheFirstByteHasItsStatus() async throws {
        try await TestServer.run { server in
            for type in ResultFormat.allCases {
                let body = #"{"sql":"SELECT CAST('x' AS INTEGER)"}"#
                let answer = try await server.post("/query/sql", body, headers: accept(type.rawValue))
                #expect(answer.status == 400, "\(type)")
            }
        }
    }

    @Test func earlierVersionIsReadWhenAsked() async throws {
        try await TestServer.run { server in
            try await server.ingest("a\n1\n", as: "t")
            _ = try await server.send(
                .post,
                "/ingest/file?dataset=t&name=b.csv&mode=append",
                body: Array("a\n2\n".utf8)
            )
            #expect(try await server.rows("SELECT count(*) FROM t") == .array([.array([.number("2")])]))
            let old = try await server.rows("SELECT count(*) FROM t", #","version":1"#)
            #expect(old == .array([.array([.number("1")])]))
            #expect(try await server.post("/query/sql", #"{"sql":"SELECT 1","version":99}"#).status == 404)
        }
    }

    @Test func runningQueriesAreListedAndAbsentOnesCannotBeStopped() async throws {
        try await TestServer.run { server in
            let found158 = try await server.get("/query/running").json["items"]
            #expect(found158 == .array([]))
            let status159 = try await server.post("/query/none/cancel").status
            #expect(status159 == 404)
        }
    }

    @Test func oneCallerCannotTakeWhatIsThereForAll() async throws {
        let change: @Sendable (inout ServerSettings) -> Void = { settings in
            settings.lake.queriesPerCaller = 1
            settings.lake.queuePerCaller = 0
        }
        try await TestServer.run(change) { server in
            let ann = Principal(name: "ann", role: .reader)
            let (key, other) = (
                try await server.lakehouse.createKey(name: "ann", role: .reader, for: .local).secret,
                try await server.lakehouse.createKey(name: "bob", role: .reader, for: .local).secret
            )
            let body = #"{"sql":"SELECT 1 AS n"}"#
            #expect(try await server.post("/query/sql", body, key: key).status == 200)
            let request = QueryRequest(sql: "SELECT range FROM range(1000000)")
            var held: QueryAnswer? = try await server.lakehouse.query(request, for: ann)
            for format in ResultFormat.allCases where format != .json {
                let refused = try await server.post("/query/sql", body, key: key, headers: accept(format.rawValue))
                #expect(try refused.status == 429 && refused.code == "too_many_queries", "\(refused.text)")
                #expect(try refused.detail.contains("sql.queries_per_caller"))
            }
            // What is kept needs no turn.
            #expect(try await server.post("/query/sql", body, key: key).headers[.cache] == "hit")
            #expect(try await server.post("/query/sql", body, key: other).status == 200)
            #expect(try await server.post("/queries", body, key: key).status == 202)
            #expect(try await server.post("/queries", body, key: key).code == "too_many_queries")
            #expect(try await server.post("/queries", body, key: other).status == 202)
            #expect(held != nil)
            held = nil
            #expect(try await server.post("/query/sql", body, key: key, headers: accept("text/csv")).status == 200)
        }
    }
}
