import Foundation
import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct KeepingTests {
    private func count(_ test: TestLake, _ rest: String = "", version: Int? = nil) async throws -> SQLValue? {
        try await test.rows("SELECT count(*) FROM t \(rest)", version: version).first?.first
    }

    private func append(_ test: TestLake, _ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            try await test.ingest("id\n\(number)\n", as: "\(number).csv", dataset: "t", mode: .append)
        }
    }

    /// Sweeps by a server that keeps no version for longer than `retention` says, as if files were old.
    private func sweep(_ test: TestLake, retention: Duration = .zero) async throws -> Int {
        for name in test.objects("datasets") {
            let old = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -200_000)]
            try FileManager.default.setAttributes(old, ofItemAtPath: test.folder.path("lake/datasets/\(name)"))
        }
        let sweeper = try await TestLake(in: test.folder) { settings, _ in
            settings.retention = retention
            settings.queryTimeout = .zero
        }
        let outcome = try await sweeper.lake.sweep(dryRun: false, for: .local)
        await sweeper.lake.close()
        return outcome.moved
    }

    @Test func aTaggedVersionIsReadAndStaysReadable() async throws {
        let test = try await TestLake()
        try await append(test, 1...2)
        let tags = try await test.lake.tag(dataset: "t", as: "audit-2026", version: 2, for: .local)
        #expect(tags.items.map(\.tag) == ["audit-2026"] && tags.items.map(\.version) == [2])
        let replaced = try await test.ingest("id\n7\n", as: "r.csv", dataset: "t", mode: .replace)
        #expect(try await test.lake.versions(of: "t", for: .local).value.items.map(\.tags) == [[], ["audit-2026"], []])
        await #expect(throws: CatalogError.tagTaken(DatasetName(fileName: "t"), tag: "audit-2026")) {
            try await test.lake.tag(dataset: "t", as: "audit-2026", for: .local)
        }
        #expect(try await sweep(test) == 0)
        #expect(try await count(test, "AT (TAG => 'audit-2026')") == 2)
        #expect(try await count(test, "AT (VERSION => 2)") == 2)
        await #expect(throws: CatalogError.self) { try await count(test, "AT (VERSION => 1)") }
        let unknown = await #expect(throws: EngineError.self) { try await count(test, "AT (TAG => 'audit-2025')") }
        #expect(unknown?.detail.contains("'audit-2026'") == true)
        _ = try await test.lake.restore(dataset: "t", to: 2, for: .local)
        #expect(try await count(test) == 2)
        _ = try await test.lake.untag(dataset: "t", "audit-2026", for: .local)
        await #expect(throws: CatalogError.tagGone(DatasetName(fileName: "t"), tag: "audit-2026")) {
            try await test.lake.untag(dataset: "t", "audit-2026", for: .local)
        }
        await #expect(throws: CatalogError.self) { try await count(test, "AT (VERSION => 2)") }
        #expect(try await sweep(test) == 1)
        #expect(replaced.version == 4)
    }

    @Test func aDatasetKeepsAsManyVersionsAsItSays() async throws {
        let test = try await TestLake()
        try await test.ingest("id\n0\n", as: "u.csv", dataset: "u")
        try await append(test, 1...2)
        let first = try await test.lake.setRetention(of: "t", Retention(versions: 2), for: .local)
        #expect(first.retention == Retention(versions: 2) && first.oldestVersion == 0)
        for number in 3...5 {
            try await test.ingest("id\n\(number)\n", as: "\(number).csv", dataset: "t", mode: .replace)
        }
        let newest = try await test.lake.version()
        // The files of what was replaced, but for the last time.
        #expect(try await sweep(test, retention: .seconds(7 * 86_400)) == 3)
        #expect(try await test.lake.tableOptions(of: "t", for: .local).oldestVersion == newest - 1)
        #expect(try await count(test, version: newest - 1) == 1)
        await #expect(throws: CatalogError.self) { try await count(test, version: newest - 2) }
        // Others keep what the lake keeps.
        #expect(try await test.rows("SELECT count(*) FROM u", version: 1) == [[.integer(1)]])
        #expect(try await test.lake.verify(for: .local).problems.isEmpty)
        let cleared = try await test.lake.setRetention(of: "t", nil, for: .local)
        #expect(cleared.retention == nil && cleared.oldestVersion == newest - 1)
        await #expect(throws: EngineError.self) { try await test.lake.setRetention(of: "t", Retention(), for: .local) }
    }

    @Test func aDatasetKeepsVersionsLongerThanTheLake() async throws {
        let test = try await TestLake()
        try await append(test, 1...1)
        _ = try await test.lake.setRetention(of: "t", Retention(seconds: 86_400), for: .local)
        try await test.ingest("id\n2\n3\n", as: "r.csv", dataset: "t", mode: .replace)
        #expect(try await sweep(test) == 0)
        #expect(try await count(test, version: 1) == 1)
        #expect(try await count(test, "AT (VERSION => 1)") == 1)
        await test.lake.close()
        let again = try await TestLake(in: test.folder)
        #expect(try await count(again, version: 1) == 1)
    }

    @Test func aClusteredDatasetIsSortedByACompaction() async throws {
        let test = try await TestLake()
        try await test.ingest("id,k\n1,c\n2,a\n", as: "t.csv")
        try await test.ingest("id,k\n3,b\n4,a\n", as: "u.csv", dataset: "t", mode: .append)
        await #expect(throws: EngineError.self) { try await test.lake.setClustering(of: "t", by: ["kk"], for: .local) }
        #expect(try await test.lake.setClustering(of: "t", by: ["K"], for: .local).clusterBy == ["k"])
        _ = try await test.lake.migrateSchema(of: "t", rules: [.rename(name: "k", to: "key")], for: .local)
        #expect(try await test.lake.tableOptions(of: "t", for: .local).clusterBy == ["key"])
        await #expect(throws: EngineError.self) {
            try await test.lake.migrateSchema(of: "t", rules: [.drop(name: "key")], for: .local)
        }
        _ = try await test.lake.deleteRows(of: "t", where: "id = 4", for: .local)
        #expect(try await test.lake.compact(dataset: "t", for: .local).filesAfter == 1)
        #expect(try await test.rows("SELECT id, key FROM t") == [[2, "a"], [3, "b"], [1, "c"]])
        #expect(try await test.lake.verify(for: .local).problems.isEmpty)
    }

    @Test func theLineageOfADatasetIsOneGraph() async throws {
        let test = try await TestLake()
        try await test.ingest("id,v\n1,a\n", as: "first.csv", dataset: "t")
        try await test.ingest("id,v\n2,b\n", as: "second.csv", dataset: "t", mode: .append)
        try await test.ingest("id,v\n2,b\n", as: "second.csv", dataset: "u")
        _ = try await test.lake.migrateSchema(of: "t", rules: [.rename(name: "v", to: "w")], for: .local)
        let whole = try await test.lake.lineage(for: .local)
        #expect(whole.nodes.count { $0.kind == .source } == 2 && whole.nodes.count { $0.kind == .ingest } == 3)
        let one = try await test.lake.lineage(of: "t", limit: 1, for: .local)
        #expect(one.nodes.map(\.name) == ["t", "second.csv", "append"])
        #expect(one.nodes.first?.sources == 2)
        #expect(
            one.edges.last?.columns.map(\.from) == ["id", "v"] && one.edges.last?.columns.map(\.to) == ["id", "w"]
        )
        await #expect(throws: EngineError.self) { try await test.lake.lineage(of: "none", for: .local) }
        await #expect(throws: EngineError.self) { try await test.lake.lineage(limit: 0, for: .local) }
    }
}
