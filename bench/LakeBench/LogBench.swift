import Foundation
import LakeCatalog
import LakeCore
import LakeStorage

/// The log by itself, on a local folder.
enum LogBench {
    private static let schema = Schema(
        columns: (1...8).map { Column(name: "column_\($0)", type: "VARCHAR", fieldID: $0) }
    )

    /// Acknowledged transactions a second of so many writers, each of which waits for one before it sends the next.
    static func commits(_ arguments: [String]) async throws -> [String: Any] {
        let log = try await LakeLog.open(store: try LocalObjectStore(root: arguments[0]))
        let writers = Int(arguments[1]) ?? 1
        let limit = Duration.seconds(Double(arguments[2]) ?? 5)
        for writer in 0..<writers {
            _ = try await log.commit(transaction(.datasetCreated(dataset(writer, files: []))))
        }
        let first = try await log.state().version
        let begun = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now - begun < limit {
                        let files = [file(writer, count)]
                        let id = DatasetID(rawValue: "dataset-\(writer)")
                        let add = Action.filesAdded(dataset: id, files: files, expectedSchema: SchemaDigest(schema))
                        _ = try await log.commit(transaction(add))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        let seconds = (ContinuousClock.now - begun) / .seconds(1)
        let versions = try await log.state().version - first
        await log.close()
        return ["per_second": Double(count) / seconds, "versions": versions, "transactions": count]
    }

    /// Makes a lake of so many datasets of so many files each, and of so many receipts each, with a checkpoint.
    static func makeLake(_ arguments: [String]) async throws {
        var settings = LogSettings()
        settings.checkpointInterval = .max
        let log = try await LakeLog.open(store: try LocalObjectStore(root: arguments[0]), settings: settings)
        let (datasets, files, receipts) = (Int(arguments[1]) ?? 0, Int(arguments[2]) ?? 0, Int(arguments[3]) ?? 0)
        for first in stride(from: 0, to: datasets, by: 100) {
            let actions = (first..<min(first + 100, datasets)).flatMap { number -> [Action] in
                let made = dataset(number, files: (0..<files).map { file(number, $0) })
                return [.datasetCreated(made)] + (0..<receipts).map { .ingestRecorded(receipt(number, $0)) }
            }
            _ = try await log.commit(Transaction(actor: "bench", reason: "bench", actions: actions))
        }
        await log.close()
    }

    /// Milliseconds until the newest state is there, and the memory that took.
    static func openLake(_ arguments: [String]) async throws -> [String: Any] {
        let begun = ContinuousClock.now
        let log = try await LakeLog.open(store: try LocalObjectStore(root: arguments[0]))
        let state = try await log.state()
        let milliseconds = (ContinuousClock.now - begun) / .milliseconds(1)
        let files = state.datasets.values.reduce(0) { $0 + $1.files.count }
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = peak.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
        return [
            "ms": milliseconds, "peak_mb": Double(kilobytes) / 1024, "datasets": state.datasets.count, "files": files,
            "receipts": state.receipts.count,
        ]
    }

    private static func transaction(_ action: Action) -> Transaction {
        Transaction(actor: "bench", reason: "bench", actions: [action])
    }

    private static func dataset(_ number: Int, files: [DataFile]) -> Dataset {
        Dataset(
            id: DatasetID(rawValue: "dataset-\(number)"),
            name: DatasetName(fileName: "dataset_\(number)"),
            schema: schema,
            files: files
        )
    }

    private static func file(_ dataset: Int, _ number: Int) -> DataFile {
        DataFile(
            key: "datasets/dataset-\(dataset)/data/\(UUIDv7.string()).parquet",
            rows: 1000,
            bytes: 100_000,
            sha256: digest(dataset, number, "object"),
            sourceSHA256: digest(dataset, number, "source")
        )
    }

    private static func receipt(_ dataset: Int, _ number: Int) -> IngestReceipt {
        IngestReceipt(
            sha256: digest(dataset, number, "source"),
            dataset: DatasetID(rawValue: "dataset-\(dataset)"),
            fileName: "part-\(number).csv",
            format: "csv",
            mode: "append",
            rows: 1000,
            bytes: 200_000,
            columns: schema.columns
        )
    }

    private static func digest(_ dataset: Int, _ number: Int, _ what: String) -> String {
        ContentHash.sha256("\(what) \(number) of \(dataset)".utf8)
    }
}
