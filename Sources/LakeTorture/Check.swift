import LakeClient
import LakeCore

/// Holds a lake to the ledger, through a server without faults.
struct Check: Sendable {
    let ledger: Ledger
    let client: LakeClient

    /// What does not hold.
    func violations() async throws -> [String] {
        var found: [String] = []
        for table in Workload.appendTables { found += try await appended(table) }
        for (table, snapshot) in ledger.snapshots { found += try await replaced(table, snapshot) }
        found += try await dropped()
        found += try await recorded()
        found += try await verified()
        return found
    }

    /// Rows of each batch of a table, at a version of the lake or a later one; none when the table does not exist.
    static func batches(
        of table: String,
        _ client: LakeClient,
        atLeast version: Int = 0
    ) async throws -> [String: Int] {
        let sql = "SELECT batch, count(*), count(DISTINCT n), min(n), max(n) FROM \(table) GROUP BY batch"
        let answer: JSONValue
        do {
            answer = try await client.json(
                .post,
                "/query/sql",
                .object([.init("sql", .string(sql)), .init("max_rows", 1_000_000)]),
                headers: ["If-Version-At-Least": "\(version)"]
            )
        } catch ClientError.refused(_, "unknown_table", _, _) {
            return [:]
        }
        var found: [String: Int] = [:]
        for row in answer["rows"]?.array ?? [] {
            guard let cells = row.array, let batch = cells[0].string, let rows = cells[1].int else { continue }
            // A batch whose rows are not 0 to n − 1, once each, is not whole.
            let isWhole = cells[2].int == rows && cells[3].int == 0 && cells[4].int == rows - 1
            found[batch] = isWhole ? rows : -rows
        }
        return found
    }

    /// Sweeps the lake and counts what was swept.
    func sweep() async throws -> Int {
        let outcome = try await client.json(.post, "/catalog/sweep", .object([.init("minimum_age_s", 3600)]))
        return outcome["moved"]?.int ?? 0
    }

    /// Has the index built, if it was declared, and looks whether it holds what it says.
    func index(within limit: Duration = .seconds(180)) async throws -> [String] {
        guard ledger.hasIndex else { return [] }
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let index = try await client.json(.get, "/vectors/indexes/\(Workload.notes)")
            if index["generation"]?.int != nil, index["stale"]?.boolean == false { return try await covers(index) }
            // What failed with the store is for the operator to take up.
            for job in try await jobs() where job["state"]?.string == "failed" {
                _ = try await client.json(.post, "/vectors/jobs/\(job["id"]?.string ?? "")/resume")
            }
            _ = try await client.json(.post, "/vectors/refresh/\(Workload.notes)")
            try await Task.sleep(for: .milliseconds(100))
        }
        return ["the index is not built in \(limit): \(try await jobs().first?.compact ?? "no job")"]
    }

    private func jobs() async throws -> [JSONValue] {
        try await client.json(.get, "/vectors/jobs?limit=10")["items"]?.array ?? []
    }

    private func covers(_ index: JSONValue) async throws -> [String] {
        let rows = try await rows("SELECT batch, note FROM \(Workload.notes) ORDER BY batch, n")
        var found: [String] = []
        if index["rows"]?.int != rows.count {
            found.append("the index says it has \(index["rows"]?.display ?? "no") rows, its table has \(rows.count)")
        }
        for row in [rows.first, rows.last] {
            guard let batch = row?[0].string, let note = row?[1].string else { continue }
            let request = JSONValue.object([.init("index", .string(Workload.notes)), .init("query", .string(note))])
            let hits = try await client.json(.post, "/vectors/search", request)["results"]?.array ?? []
            if !hits.contains(where: { $0["row"]?["batch"]?.string == batch }) {
                found.append("the index does not find '\(note)'")
            }
        }
        return found
    }

    /// What the journal has of the events.
    private func recorded() async throws -> [String] {
        let events = ledger.events
        guard !events.isEmpty else { return [] }
        let sql = "SELECT field, count(*) FROM system.journal WHERE entity = '\(Workload.entity)' GROUP BY field"
        var counts: [String: Int] = [:]
        for row in try await rows(sql) { counts[row[0].string ?? ""] = row[1].int }
        return events.compactMap { name, outcome in
            let count = counts[name] ?? 0
            return switch outcome {
            case .acknowledged where count != 1: "event \(name) was acknowledged and is there \(count) times"
            case .refused where count != 0: "event \(name) was refused and is there"
            case .open where count > 1, .unheard where count > 1: "event \(name) is there \(count) times"
            default: nil
            }
        }
    }

    private func rows(_ sql: String) async throws -> [[JSONValue]] {
        let request = JSONValue.object([.init("sql", .string(sql)), .init("max_rows", 1_000_000)])
        return try await client.json(.post, "/query/sql", request)["rows"]?.array?.compactMap(\.array) ?? []
    }

    private func appended(_ table: String) async throws -> [String] {
        let found = try await Self.batches(of: table, client)
        var violations: [String] = []
        let written = ledger.batches.filter { $0.value.table == table }
        for (batch, wanted) in written {
            let rows = found[batch] ?? 0
            if wanted.isCertain, rows != wanted.rows {
                violations.append("\(batch) was acknowledged with \(wanted.rows) rows and has \(rows)")
            } else if wanted.isGone, rows != 0 {
                violations.append("\(batch) was \(wanted.deletion == nil ? "refused" : "deleted") and has \(rows) rows")
            } else if rows != 0, rows != wanted.rows {
                violations.append("\(batch) has \(rows) of \(wanted.rows) rows")
            }
        }
        for batch in found.keys where written[batch] == nil { violations.append("nobody wrote \(batch) to \(table)") }
        return violations
    }

    private func replaced(_ table: String, _ snapshot: Ledger.Snapshot) async throws -> [String] {
        let found = try await Self.batches(of: table, client)
        // As long as the first attempt is open there may be no table.
        if found.isEmpty, !snapshot.isAcknowledged { return [] }
        guard found.count == 1, let (content, rows) = found.first, rows == 3, snapshot.possible.contains(content) else {
            return ["\(table) has \(found) and may have one of \(snapshot.possible)"]
        }
        return []
    }

    private func dropped() async throws -> [String] {
        var cursor: String?
        var names: Set<String> = []
        repeat {
            let page = try await client.json(
                .get,
                "/catalog/datasets?limit=500" + (cursor.map { "&cursor=\($0)" } ?? "")
            )
            names.formUnion((page["items"]?.array ?? []).compactMap { $0["name"]?.string })
            cursor = page["next_cursor"]?.string
        } while cursor != nil
        return ledger.dropped.intersection(names).map { "\($0) was dropped and is there" }
    }

    private func verified() async throws -> [String] {
        let report = try await client.json(.post, "/catalog/verify", .object([]))
        return (report["problems"]?.array ?? []).map { "verify: \($0.display)" }
    }
}
