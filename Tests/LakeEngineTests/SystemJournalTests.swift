import LakeCatalog
import LakeCore
import LakeSQL
import LakeStorage
import LakeTesting
import Testing

@testable import LakeEngine

/// The table that has the events of commits and those that were told.
@Suite struct SystemJournalTests {
    @Test func theTableHoldsWhatTheHistoryHolds() async throws {
        let lake = try await TestLake()
        try await lake.ingest("a,b\n1,2\n", as: "orders.csv")
        let change = EntityChange(field: "owner", new: .object(["name": .text("é 🦆")]))
        _ = try await lake.lake.record(EventRequest(entity: "dataset:orders", changes: [change]), for: .local)
        _ = try await lake.lake.createKey(name: "ci", role: .admin, for: .local)
        for _ in 0..<2 {
            let events = try await lake.lake.recentEvents(for: .local).value.items
            #expect(events.count >= 5)
            let rows = try await lake.rows(
                """
                SELECT writer || '/' || seq, entity, field, actor, source, version, recorded_at IS NOT NULL
                FROM system.journal ORDER BY 1
                """
            )
            let expected: [[SQLValue]] = events.sorted { $0.id < $1.id }.map { event in
                [
                    .text(event.id), .text(event.entity), .text(event.field), .text(event.actor), .text(event.source),
                    .integer(Int64(event.version)), .boolean(true),
                ]
            }
            #expect(rows == expected)
            // The next round finds another commit's events behind those it has made a file of.
            _ = try await lake.lake.dropDataset(named: "orders", for: .local)
            try await lake.ingest("a,b\n3,4\n", as: "orders.csv")
        }
        let columns = try await lake.rows(
            "SELECT new ->> '$.columns[1].name' FROM system.journal WHERE field = 'dataset' AND version = 1"
        )
        #expect(columns == [[.text("b")]])
        let plain = try await lake.rows("SELECT count(*) FROM system.journal WHERE version > 1 AND source = 'commit'")
        #expect(plain != [[.integer(0)]])
    }

    @Test func manyCommitsBecomeFewFilesAndNoneIsThereTwice() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let workspace = try LocalObjectStore(root: folder.path("lake"))
        let log = try await LakeLog.open(store: workspace)
        let events = CommitEvents(log: log, workspace: workspace, block: 40, grace: .seconds(86_400))
        let other = CommitEvents(log: log, workspace: workspace, block: 40, grace: .seconds(86_400))
        var most = 0
        for number in 1...100 {
            let record = APIKeyRecord(
                id: .fresh(),
                name: "k\(number)",
                role: .reader,
                sha256: ContentHash.sha256("\(number)".utf8),
                createdAt: WallClock.now(),
                revokedAt: nil
            )
            _ = try await log.commit(Transaction(actor: "a", reason: "r", actions: [.keyCreated(record)]))
            async let theirs = other.files(through: number)
            let files = try await events.files(through: number)
            _ = try await theirs
            most = max(most, files.count)
            guard number % 7 == 0 || number == 100 else { continue }
            #expect(try await versions(in: other.files(through: number), workspace) == Array(1...number))
            #expect(try await versions(in: events.files(through: number), workspace) == Array(1...number))
        }
        #expect(most <= 20)
        let before = try await workspace.list(prefix: CommitEvents.folder, after: nil, limit: 1000).count
        // What another file has taken the place of goes once nobody can be reading it.
        let eager = CommitEvents(log: log, workspace: workspace, block: 40, grace: .seconds(-1))
        #expect(try await versions(in: eager.files(through: 100), workspace) == Array(1...100))
        let after = try await workspace.list(prefix: CommitEvents.folder, after: nil, limit: 1000).count
        #expect(before > 40 && after <= 20, "\(before), \(after)")
        #expect(try await versions(in: events.files(through: 100), workspace) == Array(1...100))
    }

    /// The versions of the lines, in order.
    private func versions(in files: [String], _ workspace: LocalObjectStore) async throws -> [Int] {
        var versions: [Int] = []
        for file in files {
            let key = try ObjectKey(validating: String(file.dropFirst(workspace.root.count + 1)))
            let text = String(decoding: try await workspace.get(key), as: UTF8.self)
            for line in text.split(separator: "\n") {
                let match = try #require(line.firstMatch(of: /"version":([0-9]+)/))
                versions.append(Int(match.1) ?? 0)
            }
        }
        return versions
    }

    @Test func aFloodOfStrangersIsAFewLines() async throws {
        let lake = try await TestLake()
        for number in 0..<3000 {
            await lake.lake.noteStranger(from: "10.0.\(number % 300).1", reason: "credentials_unknown")
        }
        await lake.lake.noteStranger(from: nil, reason: "credentials_missing")
        await lake.lake.writeStrangers()
        await lake.lake.writeStrangers()
        let lines = "FROM system.audit WHERE principal = 'unknown' AND outcome = 'refused'"
        let all = try await lake.rows(
            "SELECT CAST(sum(count) AS BIGINT), count(*) <= 140, count(DISTINCT address) \(lines)"
        )
        #expect(all == [[.integer(3001), .boolean(true), .integer(65)]])
        let one = try await lake.rows("SELECT count \(lines) AND address = '10.0.1.1' ORDER BY count")
        #expect(one == [[.integer(1)], [.integer(9)]])
    }
}
