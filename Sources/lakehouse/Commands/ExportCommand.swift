import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// `lakehouse export`.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the rows of a query to a file."
    )

    /// What the file is.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, ndjson, arrow, parquet

        var mediaType: String {
            switch self {
            case .csv: "text/csv"
            case .ndjson: "application/x-ndjson"
            case .arrow: "application/vnd.apache.arrow.stream"
            case .parquet: "application/vnd.apache.parquet"
            }
        }

        /// What the name of a file says.
        init?(fileName: String) {
            let ending = URL(filePath: fileName).pathExtension.lowercased()
            self.init(rawValue: ["jsonl": "ndjson", "arrows": "arrow"][ending] ?? ending)
        }
    }

    @Argument(help: "One SELECT statement; '-' reads it from standard input.")
    var statement: String

    @Argument(help: "The file, written whole or not at all.")
    var file: String

    @Option(help: "csv, ndjson, arrow or parquet; the file's ending says it otherwise.")
    var format: Format?

    @OptionGroup var question: Question
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        guard let format = format ?? Format(fileName: file) else {
            throw ValidationError("the name of the file does not say what it is to be: give --format")
        }
        guard case .object(var members) = try question.body(statement) else { return }
        members.append(.init("form", .string(format.rawValue)))
        let body = JSONValue.object(members)
        try await connection.withClient { client in
            // As a query that nobody waits for: it may take long, and what it has come to is known before a byte is written.
            let submitted = try await client.json(.post, "/queries", body)
            let path = "/queries/\(submitted["query_id"]?.string ?? "")"
            do {
                try check(try await ended(path, client))
                let size = try await write(path + "/result", as: format, client)
                Terminal.note("\(file): \(Numbers.bytes(size))")
            } catch {
                _ = try? await client.json(.delete, path)
                throw error
            }
            _ = try await client.json(.delete, path)
        }
    }

    /// The query once it has ended.
    private func ended(_ path: String, _ client: LakeClient) async throws -> JSONValue {
        var pause = Duration.milliseconds(10)
        while true {
            let query = try await client.json(.get, path)
            guard ["queued", "running"].contains(query["state"]?.string) else { return query }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    private func check(_ query: JSONValue) throws {
        guard query["state"]?.string == "succeeded" else {
            let (code, detail) = (query["error"]?["code"]?.string, query["error"]?["detail"]?.string)
            throw ClientError.refused(
                status: 400,
                code: code ?? "query_cancelled",
                detail: detail ?? "The query was cancelled.",
                requestID: nil
            )
        }
        // A file that the server's limits cut would pass for whole.
        guard query["has_more"]?.boolean != true || question.maxRows != nil else {
            throw ClientError.incomplete(
                reason: "the server's limits cut it; ask for less, or say with --max-rows how many rows are enough"
            )
        }
    }

    private func write(_ path: String, as format: Format, _ client: LakeClient) async throws -> Int {
        let target = try TargetFile(path: file)
        do {
            try await client.stream(.get, path, accept: format.mediaType) { try target.write($0) }
            try target.finish()
        } catch {
            target.discard()
            throw error
        }
        return target.size
    }
}

/// A file that is there once it is whole.
final class TargetFile {
    private let path: String
    private let partPath: String
    private let handle: FileHandle
    private(set) var size = 0

    init(path: String) throws {
        self.path = path
        partPath = "\(path).part-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: partPath, contents: nil),
            let handle = FileHandle(forWritingAtPath: partPath)
        else { throw ClientError.unwritableFile(name: URL(filePath: path).lastPathComponent) }
        self.handle = handle
    }

    func write(_ bytes: ArraySlice<UInt8>) throws {
        try handle.write(contentsOf: Data(bytes))
        size += bytes.count
    }

    func finish() throws {
        try handle.synchronize()
        try handle.close()
        guard rename(partPath, path) == 0 else {
            throw ClientError.unwritableFile(name: URL(filePath: path).lastPathComponent)
        }
    }

    func discard() {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: partPath)
    }
}
