import ArgumentParser
import Foundation
import LakeClient
import LakeCore

/// `lakehouse lineage`.
struct LineageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage",
        abstract: "Show where datasets come from and which indexes are made of them."
    )

    @Argument(help: "Only what has to do with this dataset.")
    var dataset: String?

    @Option(help: "The newest so many sources of each dataset.")
    var limit = 50

    @Option(help: ArgumentHelp("Write it as a picture to this file.", valueName: "file"))
    var svg: String?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let query = "?limit=\(limit)" + (dataset.map { "&dataset=\(URLText.encode($0))" } ?? "")
            if let svg {
                var picture: [UInt8] = []
                try await client.stream(.get, "/catalog/lineage.svg\(query)", accept: "image/svg+xml") { picture += $0 }
                try Data(picture).write(to: URL(filePath: svg))
                return Terminal.note("wrote \(svg)")
            }
            let graph = try await client.json(.get, "/catalog/lineage\(query)")
            if connection.json { return Terminal.say(graph.pretty) }
            Self.show(graph)
        }
    }

    private static func show(_ graph: JSONValue) {
        let nodes = Dictionary(
            (graph["nodes"]?.array ?? []).map { ($0["id"]?.string ?? "", $0) },
            uniquingKeysWith: { first, _ in first }
        )
        func name(_ id: String?) -> String {
            guard let node = id.flatMap({ nodes[$0] }) else { return "" }
            return "\(node["kind"]?.string ?? "") \(node["name"]?.string ?? "")"
        }
        var table = TextTable(["FROM", "TO", "VERSION", "COLUMNS"], rightAligned: [2])
        for edge in graph["edges"]?.array ?? [] {
            let columns = (edge["columns"]?.array ?? []).map { pair in
                let (from, to) = (pair["from"]?.string ?? "", pair["to"]?.string ?? "")
                return from == to ? from : "\(from) → \(to)"
            }
            table.rows.append([
                name(edge["from"]?.string), name(edge["to"]?.string),
                edge["to"]?.string.flatMap { nodes[$0]?["version"]?.display } ?? "", columns.joined(separator: ", "),
            ])
        }
        for line in table.lines(width: Terminal.width) { Terminal.say(line) }
    }
}
