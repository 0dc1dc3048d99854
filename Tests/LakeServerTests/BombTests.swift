import HummingbirdTesting
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

@testable import LakeServer

/// Queries that would eat the machine: each gets an error in its time, and nobody else notices.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BombTests {
    private static let timeoutMilliseconds = 700

    /// The text, and the codes it may end in.
    static let bombs: [(String, Set<String>)] = [
        // What is written out is refused before it runs.
        ("SELECT length(repeat('x', 5e8))", ["not_allowed"]),
        ("SELECT length(repeat(repeat('x', 100000), 100000))", ["not_allowed"]),
        ("SELECT list_sort(range(6e7::BIGINT))", ["not_allowed"]),
        ("SELECT max(x) FROM (SELECT unnest(generate_series(1, 200000000)) AS x)", ["not_allowed"]),
        ("SELECT len(flatten(list_transform(range(10000), lambda x: range(10000))))", ["not_allowed"]),
        // What could not be interrupted is refused when it is met.
        (
            "SELECT sum(levenshtein(s, reverse(s))) FROM (SELECT repeat('ab', 500000) AS s FROM range(4))",
            ["invalid_input"]
        ),
        (
            "SELECT sum(levenshtein(s, t)) FROM (SELECT repeat('ab', 250) AS s, repeat('ba', 250) AS t FROM range(10000000))",
            ["query_timed_out"]
        ),
        // What only grows while it runs is stopped by its time or by its memory.
        (
            "WITH a AS (SELECT repeat('x', 1000000) AS s), b AS (SELECT repeat(s, 1000) AS s FROM a) SELECT length(s) FROM b",
            ["out_of_memory", "query_timed_out"]
        ),
        (
            "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range + b.range < 0",
            ["query_timed_out"]
        ),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t", ["query_timed_out"]),
        (
            "WITH RECURSIVE t(s) AS (SELECT 'xxxxxxxxxxxxxxxx' UNION ALL SELECT s || s FROM t) SELECT max(length(s)) FROM t",
            ["out_of_memory", "query_timed_out", "out_of_range", "invalid_input"]
        ),
        ("SELECT len(list(range)) FROM range(300000000)", ["out_of_memory", "query_timed_out"]),
        ("SELECT count(DISTINCT hash(range)) FROM range(1000000000)", ["out_of_memory", "query_timed_out"]),
        (
            "SELECT length(string_agg('xxxxxxxxxxxxxxxx', '')) FROM range(300000000)",
            ["out_of_memory", "query_timed_out"]
        ),
        (
            "SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY hash(range)) AS n FROM range(300000000))",
            ["out_of_memory", "query_timed_out"]
        ),
    ]

    @Test(arguments: bombs.indices)
    func aBombCostsItsOwnQueryAlone(_ number: Int) async throws {
        let (sql, codes) = Self.bombs[number]
        try await TestServer.run(over: .socket) { server in
            try await server.ingest("n\n1\n2\n", as: "t")
            let start = ContinuousClock.now
            async let bomb = server.post(
                "/query/sql",
                #"{"sql":"\#(sql)","timeout_ms":\#(Self.timeoutMilliseconds)}"#
            )
            var answered = 0
            repeat {
                #expect(try await server.rows("SELECT sum(n) FROM t") == .array([.array([.string("3")])]))
                answered += 1
            } while ContinuousClock.now - start < .milliseconds(Self.timeoutMilliseconds)
            let answer = try await bomb
            let code = try answer.code ?? ""
            #expect(codes.contains(code), "\(sql): \(answer.text)")
            // Far more than it was given, and far less than it would have taken: machines are busy.
            #expect(ContinuousClock.now - start < .seconds(60), "\(sql)")
            #expect(answered > 0)
            #expect(try await server.rows("SELECT sum(n) FROM t") == .array([.array([.string("3")])]))
            #expect(try await server.get("/ready").status == 200)
        }
    }
}
