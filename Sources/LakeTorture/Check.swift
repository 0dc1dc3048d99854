import Foundation
import LakeClient

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
        found += try await verified()
        return found
    }

    /// Rows of each batch of a table; none when the table does not exist.
    static func batches(of table: String, _ client: LakeClient) async throws -> [String: Int] {
        let sql = "SELECT batch, count(*), count(DISTINCT n), min(n), max(n) FROM \(table) GROUP BY batch"
        let answer: JSONValue
        do {
            answer = try await client.json(
                .post,
                "/query/sql",
                .object([.init("sql", .string(sql)), .init("max_rows", 1_000_000)])
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

    /// Sweeps the lake as if two days had passed, and counts what was swept.
    func sweep(lake: String) async throws -> Int {
        let old = Date(timeIntervalSinceNow: -2 * 86_400)
        let folder = URL(filePath: lake)
        for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            ?? .init()
        {
            try? FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file.path)
        }
        let outcome = try await client.json(.post, "/catalog/sweep", .object([.init("minimum_age_s", 3600)]))
        return outcome["moved"]?.int ?? 0
    }

    private func appended(_ table: String) async throws -> [String] {
        let found = try await Self.batches(of: table, client)
        var violations: [String] = []
        let written = ledger.batches.filter { $0.value.table == table }
        for (batch, wanted) in written {
            let rows = found[batch] ?? 0
            switch wanted.outcome {
            case .acknowledged where rows != wanted.rows:
                violations.append("\(batch) was acknowledged with \(wanted.rows) rows and has \(rows)")
            case .open where rows != 0 && rows != wanted.rows:
                violations.append("\(batch) has \(rows) of \(wanted.rows) rows")
            case .refused where rows != 0: violations.append("\(batch) was refused and has \(rows) rows")
            default: break
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
