import Foundation
public import LakeCore
import LakeEngine
import LakeSQL
import LakeTesting
import Logging

/// A lake in a folder of its own, with the real store, the real DuckDB and the real model.
final class TestLake: Sendable {
    let folder: TemporaryFolder
    let lake: Lakehouse

    init(
        in folder: TemporaryFolder? = nil,
        _ settings: LakehouseSettings? = nil,
        _ change: (inout LakehouseSettings, TemporaryFolder) -> Void = { _, _ in }
    ) async throws {
        self.folder = try folder ?? TemporaryFolder()
        var settings = settings ?? Self.settings(self.folder)
        change(&settings, self.folder)
        lake = try await Lakehouse.open(
            settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    static func settings(_ folder: TemporaryFolder) -> LakehouseSettings {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let model = root.appending(path: ".native/model/all-MiniLM-L6-v2").path
        var settings = LakehouseSettings(lakeFolder: folder.path("lake"), modelFolder: model)
        settings.extensionFolder = root.appending(path: ".native/extensions").path
        return settings
    }

    /// Ingests text as a file.
    @discardableResult
    func ingest(
        _ text: String,
        as name: String,
        dataset: String? = nil,
        mode: IngestRequest.Mode = .create,
        bucket: String? = nil,
        by principal: Principal = .local
    ) async throws -> IngestResult {
        let upload = try await lake.beginUpload(for: principal)
        try await upload.write(Array(text.utf8))
        return try await lake.ingest(
            upload,
            IngestRequest(fileName: name, dataset: dataset, mode: mode, bucket: bucket),
            for: principal
        )
    }

    /// Ingests text as a file whose rows take the place of those with the same key.
    func upsert(
        _ text: String,
        as name: String,
        dataset: String,
        rowKey: [String]
    ) async throws -> IngestResult {
        let upload = try await lake.beginUpload(for: .local)
        try await upload.write(Array(text.utf8))
        let request = IngestRequest(fileName: name, dataset: dataset, mode: .upsert, rowKey: rowKey)
        return try await lake.ingest(upload, request, for: .local)
    }

    /// All rows of a query.
    func rows(_ sql: String, version: Int? = nil, by principal: Principal = .local) async throws -> [[SQLValue]] {
        let answer = try await lake.query(QueryRequest(sql: sql, version: version), for: principal)
        var rows: [[SQLValue]] = []
        while let batch = try await answer.running.next() {
            for row in 0..<batch.rowCount { rows.append(batch.row(row)) }
        }
        return rows
    }

    /// Runs background jobs until `job` has ended, then stops them.
    func finish(_ job: JobStatus) async throws -> JobStatus {
        let runner = Task { try await lake.run() }
        var last = job
        for await status in try await lake.jobEvents(id: job.id, for: .local) { last = status }
        runner.cancel()
        _ = try? await runner.value
        return last
    }

    /// Objects whose keys start with `prefix`.
    func objects(_ prefix: String) -> [String] {
        let base = folder.path("lake/" + prefix)
        return (FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []).filter { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: base + "/" + name, isDirectory: &isFolder)
            return !isFolder.boolValue
        }
    }
}

extension SQLValue: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .text(value) }
}

extension SQLValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
