import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse datasets`.
struct DatasetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets",
        abstract: "List the datasets, or describe one.",
        subcommands: [
            List.self, Show.self, Describe.self, Search.self, History.self, Register.self, Drop.self, Undrop.self,
            Tag.self, Retain.self, Cluster.self,
        ],
        defaultSubcommand: List.self
    )

    /// `lakehouse datasets list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the datasets.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                var items: [JSONValue] = []
                var cursor: String?
                repeat {
                    let page = try await client.json(
                        .get,
                        "/catalog/datasets?limit=1000\(cursor.map { "&cursor=\($0)" } ?? "")"
                    )
                    items += page["items"]?.array ?? []
                    cursor = page["next_cursor"]?.string
                } while cursor != nil
                if connection.json { return Terminal.say(JSONValue.array(items).pretty) }
                var table = TextTable(
                    ["NAME", "ROWS", "COLUMNS", "SIZE", "VERSION", "UPDATED"],
                    rightAligned: [1, 2, 3, 4]
                )
                for item in items {
                    table.rows.append([
                        item["name"]?.string ?? "", Numbers.grouped(item["rows"]?.int ?? 0),
                        String(item["columns"]?.array?.count ?? 0), Numbers.bytes(item["bytes"]?.int ?? 0),
                        item["version"]?.display ?? "", item["updated_at"]?.string ?? "",
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse datasets show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Describe a dataset.")

        @Argument(help: "The dataset.")
        var name: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let item = try await client.json(.get, "/catalog/datasets/by-name/\(name)")
                if connection.json { return Terminal.say(item.pretty) }
                Terminal.say(
                    "\(name): \(Numbers.grouped(item["rows"]?.int ?? 0)) rows in \(item["files"]?.int ?? 0) files, "
                        + "\(Numbers.bytes(item["bytes"]?.int ?? 0)), version \(item["version"]?.int ?? 0)"
                )
                for line in DatasetsCommand.lines(about: item) { Terminal.say(Terminal.printable(line)) }
                var table = TextTable(["COLUMN", "TYPE", "SENSITIVITY", "SEEMS TO HOLD", "DESCRIPTION"])
                table.rows = (item["columns"]?.array ?? []).map(DatasetsCommand.row)
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse datasets history`.
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the versions of a dataset, newest first, or go back to one.",
            discussion: "A query reads an earlier version with AT (VERSION => n)."
        )

        @Argument(help: "The dataset.")
        var name: String

        @Option(help: ArgumentHelp("Give the dataset the rows of this version of the lake.", valueName: "version"))
        var restore: Int?

        @Option(help: "How many versions to list.")
        var limit = 20

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let path = "/catalog/datasets/by-name/\(name)"
                if let restore {
                    let body = JSONValue.object([.init("version", .number(String(restore)))])
                    let answer = try await client.json(.post, "\(path)/restore", body)
                    let version = answer["version"]?.int ?? 0
                    let said = "\(name) has the rows of version \(restore) again (version \(version))"
                    return Terminal.say(connection.json ? answer.compact : said)
                }
                let page = try await client.json(.get, "\(path)/history?limit=\(limit)")
                if connection.json { return Terminal.say(page.pretty) }
                var table = TextTable(
                    ["VERSION", "AT", "WHO", "WHY", "ADDED", "REMOVED", "ROWS", "FILES"],
                    rightAligned: [0, 4, 5, 6, 7]
                )
                for item in page["items"]?.array ?? [] {
                    table.rows.append([
                        item["version"]?.display ?? "", item["at"]?.string ?? "", item["actor"]?.string ?? "",
                        item["reason"]?.string ?? "", Numbers.grouped(item["rows_added"]?.int ?? 0),
                        Numbers.grouped(item["rows_removed"]?.int ?? 0), Numbers.grouped(item["rows"]?.int ?? 0),
                        item["files"]?.display ?? "",
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse datasets undrop`.
    struct Undrop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take the drop of a dataset back.")

        @Argument(help: "The name that the dataset had.")
        var name: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let path = "/catalog/datasets/by-name/\(name)/restore"
                let answer = try await client.json(.post, path, .object([]))
                Terminal.say(connection.json ? answer.compact : "\(name) is back")
            }
        }
    }

    /// `lakehouse datasets drop`.
    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Drop a dataset.")

        @Argument(help: "The dataset.")
        var name: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.delete, "/catalog/datasets/by-name/\(name)")
                Terminal.say(connection.json ? answer.compact : "dropped \(name)")
            }
        }
    }
}
