import LakeCore
import LakeEngine

/// Draws a lineage as SVG: a column for each kind of node, data passing from left to right.
struct LineagePicture {
    private static let (boxWidth, boxHeight) = (190.0, 44.0)
    private static let (columnStep, rowStep) = (260.0, 60.0)
    private static let (margin, headHeight) = (24.0, 40.0)
    /// Letters that fit into a box.
    private static let lettersMax = 23
    private static let colours: [Lineage.Node.Kind: String] = [
        .source: "#e8eef7", .ingest: "#f3f3f3", .dataset: "#dff0e3", .build: "#f3f3f3", .index: "#f7ebdd",
    ]

    private let lineage: Lineage
    /// The kinds that there are, in order.
    private let kinds: [Lineage.Node.Kind]
    /// The rows of each kind's column, from top to bottom, as places in the lineage's nodes.
    private var columns: [[Int]]

    init(_ lineage: Lineage) {
        self.lineage = lineage
        kinds = Lineage.Node.Kind.allCases.filter { kind in lineage.nodes.contains { $0.kind == kind } }
        columns = kinds.map { kind in lineage.nodes.indices.filter { lineage.nodes[$0].kind == kind } }
        order()
    }

    /// Puts each node near the middle of those it is joined with, going right and back twice, so that few edges cross.
    private mutating func order() {
        let places = Dictionary(uniqueKeysWithValues: lineage.nodes.enumerated().map { ($1.id, $0) })
        var neighbours = [[Int]](repeating: [], count: lineage.nodes.count)
        for edge in lineage.edges {
            guard let from = places[edge.from], let to = places[edge.to] else { continue }
            neighbours[from].append(to)
            neighbours[to].append(from)
        }
        var rows = [Double](repeating: 0, count: lineage.nodes.count)
        for column in columns { for (row, node) in column.enumerated() { rows[node] = Double(row) } }
        let way = Array(columns.indices) + columns.indices.reversed()
        for number in way + way {
            let wanted = columns[number].map { node -> (node: Int, middle: Double) in
                let others = neighbours[node]
                let middle = others.isEmpty ? rows[node] : others.reduce(0) { $0 + rows[$1] } / Double(others.count)
                return (node, middle)
            }
            columns[number] = wanted.sorted { ($0.middle, $0.node) < ($1.middle, $1.node) }.map(\.node)
            for (row, node) in columns[number].enumerated() { rows[node] = Double(row) }
        }
    }

    /// The picture.
    var svg: String {
        let tallest = columns.map(\.count).max() ?? 0
        let width = 2 * Self.margin + Double(max(0, kinds.count - 1)) * Self.columnStep + Self.boxWidth
        let height = 2 * Self.margin + Self.headHeight + Double(max(1, tallest)) * Self.rowStep
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
            viewBox="0 0 \(Int(width)) \(Int(height))" font-family="sans-serif" font-size="13">
            <title>Lineage at version \(lineage.version)</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            """
        ]
        var spots: [String: (x: Double, y: Double)] = [:]
        for (number, column) in columns.enumerated() {
            let x = Self.margin + Double(number) * Self.columnStep
            parts.append(
                #"<text x="\#(x)" y="\#(Self.margin + 16)" fill="dimgray">\#(Self.title(of: kinds[number]))</text>"#
            )
            // Shorter columns stand in the middle of the longest.
            let top = Self.margin + Self.headHeight + Double(tallest - column.count) * Self.rowStep / 2
            for (row, node) in column.enumerated() {
                spots[lineage.nodes[node].id] = (x, top + Double(row) * Self.rowStep)
            }
        }
        for edge in lineage.edges {
            guard let from = spots[edge.from], let to = spots[edge.to] else { continue }
            parts.append(Self.line(from, to, edge))
        }
        for node in lineage.nodes {
            if let spot = spots[node.id] { parts.append(Self.box(node, spot)) }
        }
        if lineage.nodes.isEmpty {
            parts.append(#"<text x="\#(Self.margin)" y="\#(Self.margin + 40)">Nothing yet</text>"#)
        }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private static func title(of kind: Lineage.Node.Kind) -> String {
        switch kind {
        case .source: "Sources"
        case .ingest: "Ingests"
        case .dataset: "Datasets"
        case .build: "Builds"
        case .index: "Indexes"
        }
    }

    private static func line(
        _ from: (x: Double, y: Double),
        _ to: (x: Double, y: Double),
        _ edge: Lineage.Edge
    ) -> String {
        let (x1, y1) = (from.x + boxWidth, from.y + boxHeight / 2)
        let (x2, y2) = (to.x, to.y + boxHeight / 2)
        let middle = (x1 + x2) / 2
        let columns = edge.columns.map { $0.from == $0.to ? $0.from : "\($0.from) → \($0.to)" }
        let title = columns.isEmpty ? "" : "<title>\(escaped(columns.joined(separator: ", ")))</title>"
        return #"<path d="M\#(x1) \#(y1) C\#(middle) \#(y1) \#(middle) \#(y2) \#(x2) \#(y2)" fill="none" "#
            + #"stroke="lightslategray" stroke-width="1.5">\#(title)</path>"#
    }

    private static func box(_ node: Lineage.Node, _ spot: (x: Double, y: Double)) -> String {
        let name = node.name.count > lettersMax ? node.name.prefix(lettersMax - 1) + "…" : node.name[...]
        var detail = node.version.map { "version \($0)" } ?? ""
        if let sources = node.sources { detail += " · \(sources) source\(sources == 1 ? "" : "s")" }
        let isBare = detail.isEmpty
        let lines = [
            #"<g><title>\#(escaped(node.name))</title>"#,
            #"<rect x="\#(spot.x)" y="\#(spot.y)" width="\#(boxWidth)" height="\#(boxHeight)" rx="6" "#
                + #"fill="\#(colours[node.kind] ?? "white")" stroke="lightslategray"/>"#,
            #"<text x="\#(spot.x + 10)" y="\#(spot.y + (isBare ? 27 : 19))" fill="black">\#(escaped(String(name)))</text>"#,
            isBare
                ? ""
                : #"<text x="\#(spot.x + 10)" y="\#(spot.y + 35)" font-size="11" fill="dimgray">\#(escaped(detail))</text>"#,
            "</g>",
        ]
        return lines.joined()
    }

    /// Text that no reader takes for markup; characters that XML does not have become `?`.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _ where scalar.value < 32 && ![9, 10, 13].contains(scalar.value),
                _ where scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                escaped += "?"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
