import LakeCore
import LakeSQL
import LakeTesting
import Testing

/// Limits, time, cancellation and the pool.
@Suite(.serialized) struct RunningQueryTests {
    /// Works for hours unless stopped.
    private static let endless =
        "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE hash(a.range, b.range) = 1"

    @Test(arguments: [
        (0, 0, true), (1, 1, true), (2047, 2047, true), (2048, 2048, true), (4999, 4999, true), (5000, 5000, false),
        (9000, 5000, false),
    ])
    func rowsAreCutExactlyAndSaidToBe(_ limit: Int, _ count: Int, _ hasMore: Bool) async throws {
        let lab = try await SQLLab()
        let query = try await lab.start("SELECT range FROM range(5000)", limits: QueryLimits(maxRows: limit))
        let rows = try await query.allRows()
        #expect(rows.count == count && query.hasMore == hasMore && query.isFinished)
    }

    @Test func bytesAreCutByBatch() async throws {
        let lab = try await SQLLab()
        let query = try await lab.start("SELECT range FROM range(100000)", limits: QueryLimits(maxBytes: 20_000))
        let rows = try await query.allRows()
        #expect(rows.count == 4096 && query.hasMore)
        let all = try await lab.start("SELECT range FROM range(10)", limits: QueryLimits(maxBytes: 20_000))
        #expect(try await all.allRows().count == 10 && !all.hasMore)
    }

    @Test func aResultIsStreamedAndNotHeld() async throws {
        let lab = try await SQLLab(memoryBytes: 64 << 20)
        // 800 TB of texts, were they held; only the beginning is asked for.
        let query = try await lab.start("SELECT range, repeat('x', 800) FROM range(1000000000000)")
        for _ in 0..<10 { #expect(try await query.next()?.rowCount == 2048) }
        await query.close()
    }

    @Test func theTimeOutStopsAQuery() async throws {
        let lab = try await SQLLab()
        let start = ContinuousClock.now
        await #expect(throws: SQLError.timedOut) {
            try await lab.start(Self.endless, limits: QueryLimits(timeout: .milliseconds(100))).allRows()
        }
        #expect(ContinuousClock.now - start < .seconds(30))
        // The connection is as good as before.
        #expect(try await lab.rows("SELECT 1") == [[.integer(1)]])
    }

    @Test func theTimeOutCountsWhileRowsAreRead() async throws {
        let lab = try await SQLLab()
        await #expect(throws: SQLError.timedOut) {
            let query = try await lab.start(
                "SELECT range FROM range(100000000000)",
                limits: QueryLimits(timeout: .milliseconds(300))
            )
            while let batch = try await query.next() { #expect(batch.rowCount > 0) }
        }
    }

    @Test func cancellingTheTaskStopsTheQuery() async throws {
        let lab = try await SQLLab()
        let start = ContinuousClock.now
        let outcome = await withTaskGroup(of: SQLError?.self) { group in
            group.addTask {
                do {
                    _ = try await lab.start(Self.endless).allRows()
                    return nil
                } catch { return error as? SQLError }
            }
            // It must be running, not waiting to begin: another query on the same engine has run meanwhile.
            _ = try? await lab.rows("SELECT count(*) FROM range(1000000)")
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func cancelStopsAQueryFromOutside() async throws {
        let lab = try await SQLLab()
        let query = try await lab.start("SELECT range FROM range(100000000000)")
        _ = try await query.next()
        query.cancel()
        await #expect(throws: SQLError.cancelled) { try await query.next() }
        #expect(try await query.next() == nil && query.isFinished)
    }

    @Test func anErrorInTheMiddleOfTheRowsIsThrown() async throws {
        let lab = try await SQLLab()
        let error = await #expect(throws: SQLError.self) {
            try await lab.rows("SELECT CASE WHEN range = 90000 THEN 'oops' ELSE '1' END::INTEGER FROM range(100000)")
        }
        #expect(error?.code == "conversion_error")
        #expect(try await lab.rows("SELECT 1") == [[.integer(1)]])
    }

    @Test func aQueryThatIsLetGoGivesItsConnectionBack() async throws {
        let lab = try await SQLLab(connections: 1, queueLimit: 1)
        for _ in 0..<20 {
            let query = try await lab.start("SELECT range FROM range(1000000000)")
            _ = try await query.next()
        }
        #expect(try await lab.rows("SELECT 1") == [[.integer(1)]])
    }

    @Test func whoDoesNotFitIntoTheQueueIsTurnedAway() async throws {
        let lab = try await SQLLab(connections: 1, queueLimit: 0)
        let query = try await lab.start("SELECT range FROM range(1000000000)")
        let error = await #expect(throws: SQLError.self) { try await lab.rows("SELECT 1") }
        #expect(error == .busy && error?.kind == .exhausted)
        await query.close()
        #expect(try await lab.rows("SELECT 1") == [[.integer(1)]])
    }

    @Test func waitingForAConnectionCountsAgainstTheTime() async throws {
        let lab = try await SQLLab(connections: 1, queueLimit: 4)
        let query = try await lab.start("SELECT range FROM range(1000000000)")
        await #expect(throws: SQLError.timedOut) {
            try await lab.start("SELECT 1", limits: QueryLimits(timeout: .milliseconds(50)))
        }
        await query.close()
    }

    @Test func aWaiterThatIsCancelledLeavesTheQueue() async throws {
        let lab = try await SQLLab(connections: 1, queueLimit: 1)
        let query = try await lab.start("SELECT range FROM range(1000000000)")
        let outcome = await withTaskGroup(of: SQLError?.self) { group in
            group.addTask {
                do {
                    _ = try await lab.start("SELECT 1")
                    return nil
                } catch { return error as? SQLError }
            }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome == .cancelled)
        await query.close()
        #expect(try await lab.rows("SELECT 1") == [[.integer(1)]])
    }

    @Test func manyTasksShareFewConnections() async throws {
        let lab = try await SQLLab.withTables()
        let expected = try await lab.rows("SELECT person_id, sum(amount) FROM orders GROUP BY ALL ORDER BY ALL")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<2 {
                group.addTask {
                    for turn in 0..<25 {
                        #expect(
                            try await lab.rows("SELECT person_id, sum(amount) FROM orders GROUP BY ALL ORDER BY ALL")
                                == expected
                        )
                        let sum = try await lab.rows(
                            "SELECT sum(id) * $1 FROM people",
                            .positional([.integer(Int64(turn + number))])
                        )
                        #expect(sum == [[.bigInteger("\(15 * (turn + number))")]])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func afterShutdownNobodyIsServed() async throws {
        let lab = try await SQLLab()
        await lab.engine.shutdown()
        let error = await #expect(throws: SQLError.self) { try await lab.rows("SELECT 1") }
        #expect(error?.kind == .unavailable)
    }

    @Test func aSortLargerThanItsMemorySpillsAndEnds() async throws {
        let lab = try await SQLLab(memoryBytes: 64 << 20)
        let query = try await lab.start(
            "SELECT range FROM (SELECT range, repeat('x', 100) AS pad FROM range(1500000)) ORDER BY hash(range), pad",
            limits: QueryLimits(maxRows: 1)
        )
        #expect(try await query.allRows().count == 1)
    }

    @Test func whatDoesNotFitIntoMemoryIsAnErrorOfItsOwn() async throws {
        let lab = try await SQLLab(memoryBytes: 24 << 20)
        let error = await #expect(throws: SQLError.self) {
            try await lab.rows("SELECT list(range), list(hash(range)::VARCHAR) FROM range(20000000)")
        }
        #expect(error?.kind == .exhausted && error?.code == "out_of_memory")
    }
}
