import LakeClient

/// A table drawn with characters, made to fit the terminal.
struct TextTable {
    var headers: [String]
    /// Columns set to the right: numbers.
    var rightAligned: Set<Int> = []
    var rows: [[String]] = []

    init(_ headers: [String], rightAligned: Set<Int> = []) {
        self.headers = headers
        self.rightAligned = rightAligned
    }

    /// The lines of the table.
    ///
    /// - Parameter width: Columns to fit; nil: as wide as it is.
    /// - Returns: A header, a rule and one line a row.
    func lines(width: Int?) -> [String] {
        let cells = rows.map { $0.map(Terminal.printable) }
        let names = headers.map(Terminal.printable)
        var widths = names.map(DisplayWidth.of)
        for row in cells {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], DisplayWidth.of(cell)) }
        }
        if let width { widths = Self.shrink(widths, to: width) }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "──")
        return [line(names, widths), rule] + cells.map { line($0, widths) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let parts = zip(cells, widths).enumerated().map { column, pair in
            let text = DisplayWidth.fit(pair.0, pair.1)
            let space = String(repeating: " ", count: max(0, pair.1 - DisplayWidth.of(text)))
            return rightAligned.contains(column) ? space + text : text + space
        }
        var joined = parts.joined(separator: "  ")
        while joined.last == " " { joined.removeLast() }
        return joined
    }

    /// Takes columns from the widest until all fit, none below eight.
    private static func shrink(_ widths: [Int], to limit: Int) -> [Int] {
        var widths = widths
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - limit
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 {
            let next = widths.filter { $0 < widths[widest] }.max() ?? 8
            let step = max(1, min(excess, widths[widest] - max(8, next)))
            widths[widest] -= step
            excess -= step
        }
        return widths
    }
}
