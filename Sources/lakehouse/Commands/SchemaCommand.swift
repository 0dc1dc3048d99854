import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// `lakehouse schema`.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Show, compare or change the columns of a dataset.",
        subcommands: [Show.self, Diff.self, Migrate.self]
    )

    /// `lakehouse schema show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the columns of a dataset.")

        @Argument(help: "The dataset.")
        var name: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let item = try await client.json(.get, "/catalog/datasets/by-name/\(URLText.encode(name))")
                if connection.json { return Terminal.say((item["columns"] ?? .array([])).pretty) }
                SchemaCommand.show(item["columns"])
            }
        }
    }

    /// `lakehouse schema diff`.
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare the columns of a file with those of a dataset, as if it were appended."
        )

        @Argument(help: "The dataset.")
        var name: String

        @Argument(help: "A CSV, TSV, JSON, NDJSON, Parquet, text or Markdown file.")
        var file: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let source = try FilePieces(path: file)
                let fileName = URLText.encode(URL(filePath: file).lastPathComponent)
                let path = "/catalog/datasets/by-name/\(URLText.encode(name))/schema/diff/file?name=\(fileName)"
                let pieces = source.observed { _ in }
                let found = try await client.upload(.post, path, headers: [:], length: source.size, pieces)
                if connection.json { return Terminal.say(found.pretty) }
                Self.show(found["diff"] ?? .null)
                if let refusal = found["refusal"]?.string { Terminal.say(Terminal.printable(refusal)) }
            }
        }

        private static func show(_ diff: JSONValue) {
            func name(_ item: JSONValue, _ field: String) -> String { Terminal.printable(item[field]?.string ?? "") }
            let (added, removed) = (diff["added"]?.array ?? [], diff["removed"]?.array ?? [])
            let (changed, renamed) = (diff["changed"]?.array ?? [], diff["renamed"]?.array ?? [])
            for item in added { Terminal.say("+ \(name(item, "name")) \(name(item, "type"))") }
            for item in removed { Terminal.say("- \(name(item, "name")) \(name(item, "type"))") }
            for item in changed { Terminal.say("~ \(name(item, "name")) \(name(item, "from")) → \(name(item, "to"))") }
            for item in renamed {
                let percent = Int(((item["confidence"]?.double ?? 0) * 100).rounded())
                Terminal.say("? \(name(item, "from")) → \(name(item, "to")) (\(percent) % likely)")
            }
            if (added + removed + changed).isEmpty { Terminal.say("no difference") }
        }
    }

    /// `lakehouse schema migrate`.
    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change the columns of a dataset, in one commit.",
            discussion: """
                Rules are applied in the order add, drop, rename, widen, require, allow-null, default. Files stay as they are and are \
                read through the change; a query with AT (VERSION => n) reads the columns of that version.
                """
        )

        @Argument(help: "The dataset.")
        var name: String

        @Option(help: ArgumentHelp("A column and its type; may be repeated.", valueName: "column:type[=default]"))
        var add: [String] = []

        @Option(help: "A column; may be repeated.")
        var drop: [String] = []

        @Option(help: ArgumentHelp("A column and its new name; may be repeated.", valueName: "column=name"))
        var rename: [String] = []

        @Option(help: ArgumentHelp("A column and its new type; may be repeated.", valueName: "column=type"))
        var widen: [String] = []

        @Option(help: "A column that every row must have a value in; may be repeated.")
        var require: [String] = []

        @Option(help: "A column that rows need not have a value in; may be repeated.")
        var allowNull: [String] = []

        @Option(
            name: .customLong("default"),
            help: ArgumentHelp(
                "What rows get that come without the column; may be repeated.",
                valueName: "column=value"
            )
        )
        var defaults: [String] = []

        @Option(help: "Only if the dataset is at this version.")
        var ifVersion: Int?

        @Flag(help: "Only say what would become of the columns, and what needs those that are to go.")
        var dryRun = false

        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard let wrong = (rename + widen + defaults).first(where: { !$0.contains("=") }) else { return }
            throw ValidationError("'\(wrong)' has no =")
        }

        func run() async throws {
            try await connection.withClient { client in
                let body = JSONValue.object([.init("rules", .array(rules)), .init("dry_run", .boolean(dryRun))])
                let outcome = try await client.json(
                    .post,
                    "/catalog/datasets/by-name/\(URLText.encode(name))/schema/migrate",
                    body,
                    headers: ifVersion.map { ["If-Match": "\"\($0)\""] } ?? [:]
                )
                if connection.json { return Terminal.say(outcome.pretty) }
                SchemaCommand.show(outcome["columns"])
                for use in outcome["needed"]?.array ?? [] {
                    let fields = ["column", "kind", "name"].map { use[$0]?.string ?? "" }
                    Terminal.say("\(fields[0]) is needed by \(fields[1]) \(fields[2])")
                }
                Terminal.note(dryRun ? "nothing was changed" : "version \(outcome["version"]?.int ?? 0)")
            }
        }

        private var rules: [JSONValue] {
            func rule(_ name: String, _ column: String, _ members: (String, JSONValue)...) -> JSONValue {
                .object(
                    [.init("rule", .string(name)), .init("column", .string(column))]
                        + members.map { .init($0.0, $0.1) }
                )
            }
            func parts(_ text: String, _ mark: Character) -> (String, String?) {
                let parts = text.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
            }
            var rules = add.map { text -> JSONValue in
                let (column, rest) = parts(text, ":")
                let (type, fallback) = parts(rest ?? "VARCHAR", "=")
                guard let fallback else { return rule("add", column, ("type", .string(type))) }
                return rule("add", column, ("type", .string(type)), ("default", .string(fallback)))
            }
            rules += drop.map { rule("drop", $0) }
            rules += rename.map { rule("rename", parts($0, "=").0, ("to", .string(parts($0, "=").1 ?? ""))) }
            rules += widen.map { rule("widen", parts($0, "=").0, ("type", .string(parts($0, "=").1 ?? ""))) }
            rules += require.map { rule("set_nullable", $0, ("nullable", .boolean(false))) }
            rules += allowNull.map { rule("set_nullable", $0, ("nullable", .boolean(true))) }
            rules += defaults.map {
                rule("set_default", parts($0, "=").0, ("default", .string(parts($0, "=").1 ?? "")))
            }
            return rules
        }
    }

    /// Lists columns.
    private static func show(_ columns: JSONValue?) {
        var table = TextTable(["COLUMN", "TYPE", "NULL", "DEFAULT"])
        for column in columns?.array ?? [] {
            table.rows.append([
                column["name"]?.string ?? "", column["type"]?.string ?? "",
                column["nullable"]?.boolean == false ? "no" : "", column["default"]?.string ?? "",
            ])
        }
        for line in table.lines(width: Terminal.width) { Terminal.say(line) }
    }
}
