import Foundation
public import LakeCore
import LakeIngest
import LakeSQL

/// Converts files that tests make up, and reads the results back with SQL.
enum Lab {
    private static let folder = NSTemporaryDirectory() + "lake-ingest-tests-\(UUID().uuidString)"
    private static let opening = Task { () throws -> TrustedDatabase in
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try await TrustedDatabase(settings: TrustedSettings(temporaryFolder: folder + "/spill"))
    }

    static var database: TrustedDatabase { get async throws { try await opening.value } }

    /// A path that nothing else uses.
    static func path(_ ending: String) async throws -> String {
        _ = try await database
        return "\(folder)/\(UUID().uuidString).\(ending)"
    }

    /// What became of a file.
    struct Outcome {
        var table: ConvertedTable
        var rows: [[SQLValue]]

        var names: [String] { table.schema.columns.map(\.name) }
        var types: [String] { table.schema.columns.map(\.type) }

        /// The values of one column.
        func column(_ index: Int) -> [SQLValue] { rows.map { $0[index] } }
    }

    /// Converts `bytes` and reads the table back, whole.
    static func convert(_ bytes: [UInt8], _ options: IngestOptions) async throws -> Outcome {
        try await withFile(bytes) { file in
            try await withConverted(file, options) { table, output in
                let rows = try await rows("SELECT * FROM read_parquet('\(output)')")
                return Outcome(table: table, rows: rows)
            }
        }
    }

    static func convert(_ text: String, _ name: String = "data.csv") async throws -> Outcome {
        try await convert(Array(text.utf8), IngestOptions(fileName: name))
    }

    static func convert(_ text: String, _ options: IngestOptions) async throws -> Outcome {
        try await convert(Array(text.utf8), options)
    }

    /// What a conversion that must fail throws.
    static func failure(_ bytes: [UInt8], _ options: IngestOptions) async throws -> IngestError? {
        do {
            _ = try await convert(bytes, options)
            return nil
        } catch let error as IngestError {
            return error
        }
    }

    static func failure(_ text: String, _ name: String) async throws -> IngestError? {
        try await failure(Array(text.utf8), IngestOptions(fileName: name))
    }

    /// Puts `bytes` into a file for as long as `body` runs.
    static func withFile<Value>(_ bytes: [UInt8], _ body: (String) async throws -> Value) async throws -> Value {
        let path = try await path("input")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    /// Converts the file at `path`; the result exists for as long as `body` runs.
    static func withConverted<Value>(
        _ path: String,
        _ options: IngestOptions,
        progress: (@Sendable (Double) -> Void)? = nil,
        _ body: (ConvertedTable, String) async throws -> Value
    ) async throws -> Value {
        let output = try await self.path("parquet")
        defer { try? FileManager.default.removeItem(atPath: output) }
        let converter = FileConverter(database: try await database)
        let table = try await converter.convert(file: path, options: options, output: output, progress: progress)
        return try await body(table, output)
    }

    /// The rows of a query, in order.
    static func rows(_ sql: String) async throws -> [[SQLValue]] {
        let session = try await database.session()
        do {
            let rows = try await session.rows(sql)
            await session.close()
            return rows
        } catch {
            await session.close()
            throw error
        }
    }

    /// Runs statements such as a COPY that makes a fixture.
    static func execute(_ sql: String) async throws {
        let session = try await database.session()
        try await session.execute(sql)
        await session.close()
    }
}

extension SQLValue: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self = .text(text) }
}

extension SQLValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
