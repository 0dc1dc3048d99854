import ArgumentParser
import LakeClient
import LakeCore

extension DatasetsCommand {
    /// `lakehouse datasets describe`.
    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say something of a dataset, or of one of its columns.",
            discussion: "An empty text takes back what was said. What is not given stays."
        )

        @Argument(help: "The dataset.")
        var name: String

        @Option(help: "What it holds; of the column, with --column.")
        var description: String?

        @Option(help: "Who answers for it.")
        var owner: String?

        @Option(help: "Under which terms it may be used.")
        var licence: String?

        @Option(help: "A tag, in place of those there are; may be repeated.")
        var tag: [String] = []

        @Option(help: "A page about it, in place of those there are; may be repeated.")
        var link: [String] = []

        @Option(help: ArgumentHelp("Whether it is protected from being dropped.", valueName: "true|false"))
        var deleteProtection: Bool?

        @Option(help: "After how many seconds without news it is stale; 0 takes it back.")
        var freshWithin: Int?

        @Option(help: "The column that says when a row happened.")
        var eventTimeColumn: String?

        @Option(help: "The column that --description and --sensitivity are about.")
        var column: String?

        @Option(help: "public, internal, confidential or personal; empty for what is proposed.")
        var sensitivity: String?

        @Option(help: "Only if the dataset still has this etag, as 'show' says it.")
        var ifMatch: String?

        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            if sensitivity != nil, column == nil { throw ValidationError("--sensitivity needs --column") }
        }

        func run() async throws {
            try await connection.withClient { client in
                let path = "/catalog/datasets/by-name/\(URLText.encode(name))/metadata"
                let headers = ifMatch.map { ["If-Match": "\"\($0)\""] } ?? [:]
                let item = try await client.json(.patch, path, .object(members), headers: headers)
                if connection.json { return Terminal.say(item.pretty) }
                Terminal.say("described \(name) (etag \(item["etag"]?.display ?? ""))")
            }
        }

        /// The body of the request.
        private var members: [JSONMember] {
            var members: [JSONMember] = []
            func add(_ name: String, _ text: String?) {
                if let text { members.append(JSONMember(name, text.isEmpty ? .null : .string(text))) }
            }
            if let column {
                let said = [("description", description), ("sensitivity", sensitivity)].compactMap { name, text in
                    text.map { JSONMember(name, $0.isEmpty ? .null : .string($0)) }
                }
                members.append(JSONMember("columns", .object([JSONMember(column, .object(said))])))
            } else {
                add("description", description)
            }
            add("owner", owner)
            add("licence", licence)
            add("event_time_column", eventTimeColumn)
            if !tag.isEmpty { members.append(JSONMember("tags", .strings(tag.filter { !$0.isEmpty }))) }
            if !link.isEmpty {
                let links = link.filter { !$0.isEmpty }.map { JSONValue.object(("url", .string($0))) }
                members.append(JSONMember("links", .array(links)))
            }
            if let deleteProtection { members.append(JSONMember("delete_protection", .boolean(deleteProtection))) }
            if let freshWithin {
                members.append(JSONMember("fresh_within_s", freshWithin == 0 ? .null : .integer(freshWithin)))
            }
            return members
        }
    }

    /// `lakehouse datasets search`.
    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find datasets by words in their names, columns, tags, owners and descriptions."
        )

        @Argument(help: "The words; all of them must be found.")
        var words: [String]

        @Option(help: "How many to list.")
        var limit = 20

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await connection.withClient { client in
                let text = URLText.encode(words.joined(separator: " "))
                let page = try await client.json(.get, "/catalog/search?q=\(text)&limit=\(limit)")
                if connection.json { return Terminal.say(page.pretty) }
                var table = TextTable(["NAME", "FOUND IN", "OWNER", "TAGS", "DESCRIPTION"])
                for item in page["items"]?.array ?? [] {
                    let places = (item["matches"]?.array ?? []).map { match in
                        let field = match["field"]?.display ?? ""
                        return ["name", "owner", "description"].contains(field)
                            ? field : "\(field) \(match["value"]?.display ?? "")"
                    }
                    table.rows.append([
                        item["name"]?.string ?? "", places.joined(separator: ", "), item["owner"]?.string ?? "",
                        (item["tags"]?.array ?? []).map(\.display).joined(separator: ", "),
                        item["description"]?.string ?? "",
                    ])
                }
                for line in table.lines(width: Terminal.width) { Terminal.say(line) }
            }
        }
    }

    /// What `show` says of a dataset beside its size.
    static func lines(about item: JSONValue) -> [String] {
        var lines: [String] = []
        if let text = item["description"]?.string { lines.append(text) }
        let said = [("owner", item["owner"]?.string), ("licence", item["licence"]?.string)].compactMap { name, text in
            text.map { "\(name) \($0)" }
        }
        let tags = (item["tags"]?.array ?? []).map(\.display)
        let parts = said + (tags.isEmpty ? [] : ["tags " + tags.joined(separator: ", ")])
        if !parts.isEmpty { lines.append(parts.joined(separator: "; ")) }
        lines += (item["links"]?.array ?? []).map { $0["url"]?.display ?? "" }
        if item["delete_protection"]?.boolean == true { lines.append("protected from being dropped") }
        if let freshness = item["freshness"] {
            let stale = freshness["is_stale"]?.boolean.map { $0 ? ", stale" : ", fresh" } ?? ""
            let column = freshness["event_time_column"]?.string.map { " (\($0))" } ?? ""
            lines.append(
                "as of \(freshness["as_of"]?.display ?? "")\(column)\(stale); etag \(item["etag"]?.display ?? "")"
            )
        }
        return lines
    }

    /// A column as `show` lists it: its name, type, sensitivity, what its values seem to hold, and what is said of it.
    static func row(of column: JSONValue) -> [String] {
        let level = column["sensitivity"]?.string ?? ""
        let isProposed = column["sensitivity_proposed"]?.boolean == true
        let pii = (column["pii"]?.array ?? []).map { found in
            let kind = (found["kind"]?.string ?? "").replacing("_", with: " ")
            return "\(kind) \(Int(((found["confidence"]?.double ?? 0) * 100).rounded())) %"
        }
        return [
            column["name"]?.string ?? "", column["type"]?.string ?? "", isProposed ? level + "?" : level,
            pii.joined(separator: ", "), column["description"]?.string ?? "",
        ]
    }
}
