import Foundation
import LakeCore
import LakeEngine
import LakeSQL
import Synchronization
import Testing

@Suite struct DemoLoadTests {
    /// The SQL of `docs/DEMO.md`.
    private func guideQueries() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let guide = try String(contentsOf: root.appending(path: "docs/DEMO.md"), encoding: .utf8)
        return guide.components(separatedBy: "```sql\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    @Test func theSmallDemoLoadsOnceAndAnswersTheQueriesOfItsGuide() async throws {
        let test = try await TestLake()
        let seen = Mutex<[DemoProgress]>([])
        let names = try await test.lake.loadDemo(scale: .small, for: .local) { step in
            seen.withLock { $0.append(step) }
        }
        #expect(names == DemoTable.allCases.map(\.dataset))
        let steps = seen.withLock { $0 }
        #expect(steps.last?.datasetsDone == DemoTable.allCases.count)
        #expect(steps.map(\.datasetsDone) == steps.map(\.datasetsDone).sorted())
        for table in DemoTable.allCases {
            let dataset = try await test.lake.dataset(named: table.dataset, for: .local).value
            #expect(dataset.rows == DemoPlan.rows(table, .small))
            #expect(dataset.columns.map(\.name) == table.columns)
        }
        #expect(try await test.rows(DemoPlan.sampleQuery).count == 5)
        let queries = try guideQueries()
        #expect(queries.count >= 12)
        for query in queries { #expect(try await test.rows(query).isEmpty == false, "\(query)") }
        let version = try await test.lake.version()
        #expect(try await test.lake.loadDemo(scale: .small, for: .local) { _ in }.isEmpty)
        #expect(try await test.lake.version() == version)
    }

    @Test func awkwardValuesKeepTheirTypes() async throws {
        let test = try await TestLake()
        _ = try await test.lake.loadDemo(scale: .small, for: .local) { _ in }
        var types: [String: String] = [:]
        for table in DemoTable.allCases {
            for column in try await test.lake.dataset(named: table.dataset, for: .local).value.columns {
                types["\(table.dataset).\(column.name)"] = column.type
            }
        }
        for name in ["candidates.postcode", "candidates.phone", "candidates.desk", "clients.phone", "job_orders.desk"] {
            #expect(types[name] == "VARCHAR", "\(name)")
        }
        for name in ["candidates.born_on", "timesheets.week_ending", "placements.end_on", "resumes.updated_on"] {
            #expect(types[name] == "DATE", "\(name)")
        }
        for name in ["candidates.registered_at", "call_log.started_at", "email_log.sent_at"] {
            #expect(types[name] == "TIMESTAMP WITH TIME ZONE", "\(name)")
        }
        #expect(types["candidates.remote"] == "BOOLEAN")
        #expect(types["candidates.years_experience"] == "BIGINT")
        #expect(types["resumes.skills"] == "VARCHAR[]")
        let seven = try await test.rows("SELECT count(*) FROM candidates WHERE desk = '007'")
        #expect(seven.first?.first != .integer(0))
        let skills = try await test.rows("SELECT count(*) FROM resumes WHERE list_contains(skills, 'Kubernetes')")
        #expect(skills.first?.first != .integer(0))
    }

    @Test func aLoadThatWasCutOffIsFinishedByTheNext() async throws {
        let test = try await TestLake()
        // Somebody has one of the names already, and it stays theirs.
        try await test.ingest("a,b\n1,2\n", as: "clients.csv")
        _ = try await test.lake.loadDemo(scale: .small, for: .local) { _ in }
        let dropped = try await test.lake.dropDataset(named: "timesheets", for: .local)
        #expect(dropped > 0)
        let names = try await test.lake.loadDemo(scale: .small, for: .local) { _ in }
        #expect(names == ["timesheets"])
        #expect(try await test.lake.dataset(named: "clients", for: .local).value.rows == 1)
        #expect(try await test.lake.indexes(for: .local).value.map(\.name) == [DemoPlan.index])
    }

    @Test func readersMayNotLoadTheDemo() async throws {
        let test = try await TestLake()
        let reader = Principal(name: "r", role: .reader)
        await #expect(throws: EngineError.notAllowed(action: "load the demo", needs: .writer)) {
            _ = try await test.lake.loadDemo(scale: .small, for: reader) { _ in }
        }
        #expect(try await test.lake.version() == 0)
    }
}
