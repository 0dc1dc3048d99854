import ArgumentParser
import LakeClient
import LakeCore

/// `lakehouse keys`.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Manage API keys. The first key turns authentication on.",
        subcommands: [Create.self, List.self, Revoke.self],
        defaultSubcommand: List.self
    )

    /// `lakehouse keys create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key; its secret is shown this once.")

        @Argument(help: "Whose key it is.")
        var name: String

        @Option(help: "reader, writer or admin.")
        var role = "admin"

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let body = JSONValue.object([.init("name", .string(name)), .init("role", .string(role))])
            try await connection.withClient { client in
                let created = try await client.json(.post, "/access/keys", body)
                if connection.json { return Terminal.say(created.compact) }
                Terminal.say(created["secret"]?.string ?? "")
                Terminal.note("Keep it: it is not shown again. Send it as X-API-Key, or set LAKEHOUSE_API_KEY.")
            }
        }
    }

    /// `lakehouse keys list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let answer = try await client.json(.get, "/access/keys")
                if connection.json { return Terminal.say(answer.pretty) }
                var table = TextTable(["ID", "NAME", "ROLE", "CREATED", "REVOKED"])
                for key in answer["items"]?.array ?? [] {
                    table.rows.append(
                        ["id", "name", "role", "created_at", "revoked_at"].map { key[$0]?.display ?? "" }
                    )
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse keys revoke`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a key.")

        @Argument(help: "The key's id.")
        var id: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let key = try await client.json(.delete, "/access/keys/\(id)")
                Terminal.say(connection.json ? key.compact : "revoked \(key["name"]?.string ?? id)")
            }
        }
    }
}
