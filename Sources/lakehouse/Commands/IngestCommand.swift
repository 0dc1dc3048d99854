import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// `lakehouse ingest`.
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Turn files into rows of datasets.",
        discussion: "Several files without --dataset become one dataset each; with it they are appended to that one."
    )

    @Argument(help: "CSV, TSV, JSON, NDJSON, Parquet, text or Markdown files.")
    var files: [String]

    @Option(help: "The dataset; named after the file otherwise.")
    var dataset: String?

    @Option(help: "create, append, replace or upsert.")
    var mode: String?

    @Option(help: "The columns by which rows are the same, with commas between them; for an upsert.")
    var rowKey: String?

    @Option(help: "The bucket the rows go to; where the dataset's other files are otherwise.")
    var bucket: String?

    @Option(help: "csv, json, ndjson, parquet, arrow, text or markdown; found from the content otherwise.")
    var format: String?

    @Option(help: "true or false: whether the first record of a CSV file names its columns.")
    var header: String?

    @Option(help: "The character between the fields of a CSV file.")
    var delimiter: String?

    @Option(help: "document or paragraph: what becomes a row of a text.")
    var split: String?

    @Option(help: "auto, no_renames or refuse: what becomes of a file with other columns than the dataset's.")
    var schemaChanges: String?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            for (number, file) in files.enumerated() {
                let result = try await send(file, isFirst: number == 0, to: client)
                if connection.json { Terminal.say(result.compact) } else { Self.show(result, file) }
            }
        }
    }

    private func send(_ file: String, isFirst: Bool, to client: LakeClient) async throws -> JSONValue {
        let name = URL(filePath: file).lastPathComponent
        let source = try FilePieces(path: file)
        // The first file makes the dataset, the others join it.
        let mode = mode ?? (dataset != nil && !isFirst ? "append" : nil)
        let fields = [
            ("name", name), ("dataset", dataset), ("mode", mode), ("row_key", rowKey), ("format", format),
            ("header", header),
            ("delimiter", delimiter), ("split", split), ("schema_changes", schemaChanges),
        ]
        let query = fields.compactMap { key, value in value.map { "\(key)=\(URLText.encode($0))" } }.joined(
            separator: "&"
        )
        let line = ProgressLine("Sending \(name)")
        defer { line.finish() }
        let total = source.size
        let pieces = source.observed { sent in
            line.update(share: total == 0 ? nil : Double(sent) / Double(total), Numbers.bytes(sent))
        }
        let headers = bucket.map { ["X-Lakehouse-Bucket": $0] } ?? [:]
        return try await client.upload(.post, "/ingest/file?\(query)", headers: headers, length: total, pieces)
    }

    private static func show(_ result: JSONValue, _ file: String) {
        let dataset = result["dataset"]?.string ?? ""
        if result["deduplicated"]?.boolean == true {
            Terminal.say("\(file): already in \(dataset) (version \(result["version"]?.int ?? 0)); nothing changed")
            return
        }
        let rows = Numbers.grouped(result["rows"]?.int ?? 0)
        let columns = result["columns"]?.array?.count ?? 0
        Terminal.say(
            "\(file) → \(dataset): \(rows) rows, \(columns) columns, \(Numbers.bytes(result["bytes"]?.int ?? 0)) "
                + "(version \(result["version"]?.int ?? 0))"
        )
        let rejected = result["rejected_rows"]?.int ?? 0
        if rejected > 0 {
            Terminal.note("  \(Numbers.grouped(rejected)) rows rejected:")
            for row in (result["rejected"]?.array ?? []).prefix(10) {
                let place = row["line"]?.int.map { "line \(Numbers.grouped($0)): " } ?? ""
                Terminal.note("    \(place)\(Terminal.printable(row["reason"]?.string ?? ""))")
            }
        }
        for change in result["schema_changes"]?.array ?? [] {
            let name = Terminal.printable(change["column"]?.string ?? "")
            switch change["change"]?.string {
            case "added": Terminal.note("  new column \(name) (\(change["to"]?.string ?? ""))")
            case "widened":
                Terminal.note(
                    "  column \(name) is \(change["to"]?.string ?? "") now, not \(change["from"]?.string ?? "")"
                )
            default: Terminal.note("  no column \(name) in the file")
            }
        }
        for note in result["notes"]?.array ?? [] { Terminal.note("  \(Terminal.printable(note.display))") }
        for found in result["pii"]?.array ?? [] where found["confidence"]?.double ?? 0 >= 0.5 {
            let kind = (found["kind"]?.string ?? "").replacing("_", with: " ")
            Terminal.note("  the column \(Terminal.printable(found["column"]?.string ?? "")) seems to hold: \(kind)")
        }
    }
}
