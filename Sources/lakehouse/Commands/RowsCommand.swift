import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// `lakehouse rows`.
struct RowsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rows",
        abstract: "Delete, change, hide or bring back rows of a dataset.",
        discussion: "Each is one commit; versions before it still have the rows as they were.",
        subcommands: [Delete.self, Update.self, Hide.self, Hidden.self, Unhide.self]
    )

    /// `lakehouse rows delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete the rows for which a condition holds.")

        @Argument(help: "The dataset.")
        var name: String

        @Option(name: .customLong("where"), help: "A SQL condition over the columns; 'true' stands for every row.")
        var condition: String

        @Flag(help: "Only count the rows.")
        var dryRun = false

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let body = JSONValue.object([.init("where", .string(condition)), .init("dry_run", .boolean(dryRun))])
                let outcome = try await client.json(.post, "/catalog/datasets/by-name/\(name)/rows/delete", body)
                if connection.json { return Terminal.say(outcome.pretty) }
                let rows = Numbers.grouped(outcome["rows_deleted"]?.int ?? 0)
                Terminal.say(
                    "\(dryRun ? "would delete" : "deleted") \(rows) rows of \(name); \(RowsCommand.left(outcome))"
                )
            }
        }
    }

    /// `lakehouse rows update`.
    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the rows for which a condition holds other values."
        )

        @Argument(help: "The dataset.")
        var name: String

        @Option(
            help: ArgumentHelp("A column and a SQL expression for it; may be repeated.", valueName: "column=expression")
        )
        var set: [String]

        @Option(name: .customLong("where"), help: "A SQL condition over the columns; 'true' stands for every row.")
        var condition: String

        @Flag(help: "Only count the rows.")
        var dryRun = false

        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard let wrong = set.first(where: { !$0.contains("=") }) else { return }
            throw ValidationError("'\(wrong)' is no column=expression")
        }

        func run() async throws {
            try await connection.withClient { client in
                let values = set.map { text -> JSONMember in
                    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return .init(String(parts[0]).trimmingCharacters(in: .whitespaces), .string(String(parts[1])))
                }
                let body = JSONValue.object([
                    .init("set", .object(values)), .init("where", .string(condition)),
                    .init("dry_run", .boolean(dryRun)),
                ])
                let outcome = try await client.json(.post, "/catalog/datasets/by-name/\(name)/rows/update", body)
                if connection.json { return Terminal.say(outcome.pretty) }
                let rows = Numbers.grouped(outcome["rows_deleted"]?.int ?? 0)
                Terminal.say(
                    "\(dryRun ? "would change" : "changed") \(rows) rows of \(name); \(RowsCommand.left(outcome))"
                )
            }
        }
    }

    /// `lakehouse rows hide`.
    struct Hide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hide the rows that have certain keys from every query, search and answer.",
            discussion: "It can be undone until the files that hold the rows are rewritten."
        )

        @Argument(help: "The dataset.")
        var name: String

        @Option(help: "The columns of the key, with commas between them.")
        var key: String

        @Option(help: "A key, as text; may be repeated. Keys of several columns come as a file.")
        var value: [String] = []

        @Option(help: "A file with the keys: its columns are those of the key.")
        var file: String?

        @Option(help: "Why, for the history.")
        var reason: String

        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard value.isEmpty == (file == nil) else { return }
            throw ValidationError("give either --value or --file")
        }

        func run() async throws {
            try await connection.withClient { client in
                let path = "/catalog/datasets/by-name/\(name)/tombstone"
                let outcome: JSONValue
                if let file {
                    let source = try FilePieces(path: file)
                    let fields = [
                        ("row_key_columns", key), ("reason", reason),
                        ("name", URL(filePath: file).lastPathComponent),
                    ]
                    let query = fields.map { "\($0)=\(URLText.encode($1))" }.joined(separator: "&")
                    let pieces = source.observed { _ in }
                    let address = "\(path)/file?\(query)"
                    outcome = try await client.upload(.post, address, headers: [:], length: source.size, pieces)
                } else {
                    outcome = try await client.json(
                        .post,
                        path,
                        .object([
                            .init("row_key_column", .string(key)),
                            .init("row_key_values", .array(value.map { .string($0) })),
                            .init("reason", .string(reason)),
                        ])
                    )
                }
                if connection.json { return Terminal.say(outcome.pretty) }
                let rows = Numbers.grouped(outcome["rows_hidden"]?.int ?? 0)
                let id = outcome["id"]?.string.map { "; undo with 'lakehouse rows unhide \(name) \($0)'" } ?? ""
                Terminal.say("hid \(rows) rows of \(name); \(RowsCommand.left(outcome))\(id)")
            }
        }
    }

    /// `lakehouse rows hidden`.
    struct Hidden: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what was hidden and can be brought back.")

        @Argument(help: "The dataset.")
        var name: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let found = try await client.json(.get, "/catalog/datasets/by-name/\(name)/tombstone")
                if connection.json { return Terminal.say(found.pretty) }
                var table = TextTable(["ID", "AT", "WHO", "WHY", "KEY", "ROWS"], rightAligned: [5])
                for item in found["items"]?.array ?? [] {
                    let columns = (item["row_key_columns"]?.array ?? []).map(\.display)
                    table.rows.append([
                        item["id"]?.string ?? "", item["at"]?.string ?? "", item["actor"]?.string ?? "",
                        item["reason"]?.string ?? "", columns.joined(separator: ", "),
                        Numbers.grouped(item["rows"]?.int ?? 0),
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse rows unhide`.
    struct Unhide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Bring rows back that were hidden.")

        @Argument(help: "The dataset.")
        var name: String

        @Argument(help: "The tombstone, as 'hidden' lists it.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let outcome = try await client.json(.delete, "/catalog/datasets/by-name/\(name)/tombstone/\(id)")
                if connection.json { return Terminal.say(outcome.pretty) }
                let rows = Numbers.grouped(outcome["rows_added"]?.int ?? 0)
                Terminal.say("brought \(rows) rows of \(name) back; \(RowsCommand.left(outcome))")
            }
        }
    }

    fileprivate static func left(_ outcome: JSONValue) -> String {
        "\(Numbers.grouped(outcome["rows"]?.int ?? 0)) rows (version \(outcome["version"]?.int ?? 0))"
    }
}

/// `lakehouse compact`.
struct CompactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Merge the small files of datasets and leave deleted rows out for good."
    )

    @Argument(help: "The datasets.")
    var names: [String]

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            for name in names {
                let body = JSONValue.object([.init("dataset", .string(name))])
                let outcome = try await client.json(.post, "/query/compact", body)
                if connection.json {
                    Terminal.say(outcome.pretty)
                    continue
                }
                func count(_ field: String) -> String { Numbers.grouped(outcome[field]?.int ?? 0) }
                func bytes(_ field: String) -> String { Numbers.bytes(outcome[field]?.int ?? 0) }
                Terminal.say(
                    "\(name): \(count("files_before")) files are \(count("files_after")), \(bytes("bytes_before")) are "
                        + "\(bytes("bytes_after")); \(count("rows_erased")) deleted rows erased"
                )
            }
        }
    }
}
