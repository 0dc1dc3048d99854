import Foundation
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

/// Queries that nobody waits for.
@Suite(.timeLimit(.minutes(5))) struct BackgroundTests {
    /// A lake whose background work runs while `body` does.
    private func withLake(
        _ change: @Sendable (inout LakehouseSettings) -> Void = { _ in },
        _ body: (TestLake) async throws -> Void
    ) async throws {
        let test = try await TestLake { settings, _ in change(&settings) }
        let work = Task { try await test.lake.run() }
        do {
            try await body(test)
        } catch {
            work.cancel()
            throw error
        }
        work.cancel()
        _ = try? await work.value
        await test.lake.close()
        #expect(Self.results(test).isEmpty, "results are left behind")
    }

    private static func results(_ test: TestLake) -> [String] {
        test.objects("staging").filter { $0.hasSuffix(".result") }
    }

    /// The query once it has ended.
    private func ended(_ query: BackgroundQuery, _ test: TestLake) async throws -> BackgroundQuery {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let now = try await test.lake.backgroundQuery(id: query.queryID, for: .local)
            if now.state.isFinal { return now }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try await test.lake.backgroundQuery(id: query.queryID, for: .local)
    }

    @Test func aResultIsReadByPageAtTheVersionOfItsSubmission() async throws {
        try await withLake { test in
            try await test.ingest("x\n" + (0..<2500).map { "\($0)\n" }.joined(), as: "a.csv")
            let request = QueryRequest(sql: "SELECT x, 'a,\nb' AS t FROM a ORDER BY x")
            let query = try await test.lake.submit(request, as: .json, for: .local)
            #expect(query.version == 1)
            try await test.ingest("x\n1\n", as: "a.csv", mode: .append)
            let done = try await ended(query, test)
            #expect(done.state == .succeeded && done.rowCount == 2500 && done.hasMore == false, "\(done)")
            #expect(done.columns?.map(\.name) == ["x", "t"])
            var (cursor, pages, text) = (String?.none, [Int](), "")
            repeat {
                let page = try await test.lake.page(ofQuery: query.queryID, cursor: cursor, limit: 1000, for: .local)
                pages.append(page.rowCount)
                text += "[" + String(decoding: page.rows, as: UTF8.self) + "]"
                cursor = page.nextCursor
            } while cursor != nil
            #expect(pages == [1000, 1000, 500])
            #expect(text.hasPrefix(#"[[0,"a,\nb"],[1,"a,\nb"]"#) && text.hasSuffix(#",[2499,"a,\nb"]]"#))
            for wrong in ["1", "x", "-1", "99999999"] {
                await #expect(throws: EngineError.self) {
                    try await test.lake.page(ofQuery: query.queryID, cursor: wrong, for: .local)
                }
            }
            try await test.lake.dropBackgroundQuery(id: query.queryID, for: .local)
            #expect(Self.results(test).isEmpty)
        }
    }

    @Test func onlyTheOwnerSeesAQuery() async throws {
        try await withLake { test in
            let owner = Principal(name: "ann", role: .reader)
            let query = try await test.lake.submit(QueryRequest(sql: "SELECT 1"), as: .csv, for: owner)
            for other in [Principal(name: "eve", role: .reader), .local] {
                await #expect(throws: EngineError.self) {
                    try await test.lake.backgroundQuery(id: query.queryID, for: other)
                }
                await #expect(throws: EngineError.self) {
                    try await test.lake.dropBackgroundQuery(id: query.queryID, for: other)
                }
                await #expect(throws: EngineError.self) {
                    try await test.lake.result(ofQuery: query.queryID, for: other)
                }
            }
            #expect(try await test.lake.backgroundQueries(for: .local) == [])
            _ = try await test.lake.backgroundQuery(id: query.queryID, for: owner)
            #expect(try await test.lake.backgroundQueries(for: owner).map(\.queryID) == [query.queryID])
        }
    }

    @Test func whatIsWrongIsSaidAtOnceOrInTheEnd() async throws {
        try await withLake { test in
            await #expect(throws: SQLError.self) {
                try await test.lake.submit(QueryRequest(sql: "SELEC 1"), as: .json, for: .local)
            }
            let query = try await test.lake.submit(QueryRequest(sql: "SELECT 'x'::INTEGER"), as: .json, for: .local)
            let done = try await ended(query, test)
            #expect(done.state == .failed && done.error?.code == "conversion_error", "\(done)")
            let error = await #expect(throws: EngineError.self) {
                try await test.lake.page(ofQuery: query.queryID, for: .local)
            }
            #expect(error?.code == "query_not_done")
        }
    }

    @Test func aQueryThatIsDroppedStops() async throws {
        try await withLake({ $0.backgroundQueries = 1 }) { test in
            try await test.ingest("x\n" + (0..<2000).map(String.init).joined(separator: "\n"), as: "a.csv")
            let endless = QueryRequest(sql: "SELECT sum(a.x * b.x * c.x) FROM a, a AS b, a AS c")
            let first = try await test.lake.submit(endless, as: .json, for: .local)
            let second = try await test.lake.submit(QueryRequest(sql: "SELECT 1"), as: .json, for: .local)
            // It is listed under the name it was given, once it runs.
            while try await test.lake.runningQueries(for: .local).map(\.queryID) != [first.queryID] {
                await Task.yield()
            }
            #expect(try await test.lake.backgroundQuery(id: second.queryID, for: .local).state == .queued)
            try await test.lake.dropBackgroundQuery(id: first.queryID, for: .local)
            #expect(try await ended(second, test).state == .succeeded)
            await #expect(throws: EngineError.self) {
                try await test.lake.backgroundQuery(id: first.queryID, for: .local)
            }
        }
    }

    @Test func resultsGiveWayAndExpire() async throws {
        let change: @Sendable (inout LakehouseSettings) -> Void = { settings in
            settings.keptResultBytes = 100_000
            settings.resultsKeptFor = .seconds(2)
            settings.backgroundQueries = 1
        }
        try await withLake(change) { test in
            let request = QueryRequest(sql: "SELECT repeat('x', 60000) AS t")
            let first = try await ended(try await test.lake.submit(request, as: .csv, for: .local), test)
            let second = try await ended(try await test.lake.submit(request, as: .csv, for: .local), test)
            #expect(second.state == .succeeded)
            await #expect(throws: EngineError.self) { try await test.lake.result(ofQuery: first.queryID, for: .local) }
            let large = QueryRequest(sql: "SELECT repeat('x', 600000) AS t")
            let third = try await ended(try await test.lake.submit(large, as: .csv, for: .local), test)
            #expect(third.state == .failed && third.error?.code == "results_full", "\(third)")
            let fourth = try await ended(try await test.lake.submit(request, as: .csv, for: .local), test)
            #expect(fourth.state == .succeeded)
            let deadline = ContinuousClock.now + .seconds(30)
            while !Self.results(test).isEmpty, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(Self.results(test).isEmpty)
            await #expect(throws: EngineError.self) {
                try await test.lake.backgroundQuery(id: fourth.queryID, for: .local)
            }
        }
    }
}
