import ArgumentParser
import LakeClient
import LakeCore

extension DatasetsCommand {
    /// `lakehouse datasets tag`.
    struct Tag: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Name a version of a dataset, so that it stays readable; without a name, list those that have one.",
            discussion: "A query reads it with AT (TAG => 'name')."
        )

        @Argument(help: "The dataset.")
        var name: String

        @Argument(help: "The name of the version: letters, digits, '_', '-' and '.'.")
        var tag: String?

        @Option(help: "The version of the lake; the newest otherwise.")
        var version: Int?

        @Flag(help: "Take the name away.")
        var remove = false

        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            if tag == nil, remove || version != nil { throw ValidationError("give the name of the version") }
        }

        func run() async throws {
            try await connection.withClient { client in
                let path = "/catalog/datasets/by-name/\(URLText.encode(name))/tags"
                let answer: JSONValue
                if let tag, remove {
                    answer = try await client.json(.delete, "\(path)/\(URLText.encode(tag))")
                } else if let tag {
                    let number = version.map { [JSONMember("version", .number(String($0)))] } ?? []
                    answer = try await client.json(.post, path, .object([.init("tag", .string(tag))] + number))
                } else {
                    answer = try await client.json(.get, path)
                }
                if connection.json { return Terminal.say(answer.pretty) }
                var table = TextTable(["VERSION", "NAME"], rightAligned: [0])
                for item in answer["items"]?.array ?? [] {
                    table.rows.append([item["version"]?.display ?? "", item["tag"]?.string ?? ""])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// `lakehouse datasets retention`.
    struct Retain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retention",
            abstract: "Show or say how long versions of a dataset stay readable.",
            discussion: "Versions stay that either option keeps; --reset keeps them as long as the lake's."
        )

        @Argument(help: "The dataset.")
        var name: String

        @Option(help: "Versions that were there so many days ago or later.")
        var days: Double?

        @Option(help: "The newest so many versions.")
        var versions: Int?

        @Flag(help: "As long as the lake's.")
        var reset = false

        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            if reset, days != nil || versions != nil { throw ValidationError("--reset goes with no other option") }
            if let days, !(0...36_600).contains(days) { throw ValidationError("--days must be 0 to 36600") }
        }

        func run() async throws {
            try await connection.withClient { client in
                let path = "/catalog/datasets/by-name/\(URLText.encode(name))/retention"
                var members: [JSONMember] = []
                if let days { members.append(.init("seconds", .number(String(Int(days * 86_400))))) }
                if let versions { members.append(.init("versions", .number(String(versions)))) }
                let isAsked = members.isEmpty && !reset
                let answer = try await (isAsked ? client.json(.get, path) : client.json(.put, path, .object(members)))
                if connection.json { return Terminal.say(answer.pretty) }
                let kept = [
                    answer["retention"]?["seconds"]?.int.map { "\(Double($0) / 86_400) days" },
                    answer["retention"]?["versions"]?.int.map { "\(Numbers.grouped($0)) versions" },
                ].compactMap(\.self)
                let long = kept.isEmpty ? "as long as the lake's" : kept.joined(separator: ", and ")
                Terminal.say(
                    "versions of \(name) are kept: \(long); the oldest is \(answer["oldest_version"]?.int ?? 0)"
                )
            }
        }
    }

    /// `lakehouse datasets cluster`.
    struct Cluster: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say by which columns compactions sort the rows of a dataset."
        )

        @Argument(help: "The dataset.")
        var name: String

        @Option(help: "A column; may be repeated. Without one, rows keep their order.")
        var column: [String] = []

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let path = "/catalog/datasets/by-name/\(URLText.encode(name))/clustering"
                let body = JSONValue.object([.init("columns", .array(column.map(JSONValue.string)))])
                let answer = try await client.json(.put, path, body)
                if connection.json { return Terminal.say(answer.pretty) }
                Terminal.say(
                    column.isEmpty
                        ? "rows of \(name) keep their order" : "\(name) is sorted by \(column.joined(separator: ", "))"
                )
            }
        }
    }
}
