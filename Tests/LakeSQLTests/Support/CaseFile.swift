import Foundation

/// Statements with what is expected of them, in a text file.
///
/// Cases are separated by blank lines. The first line is `query`, `sorted` (rows in any order), or `error CODE`; then
/// the statement, a line of four hyphens, and the rows with `|` between values, or words of the error's detail.
struct CaseFile {
    /// One statement.
    struct Case: Sendable, CustomStringConvertible {
        enum Expectation: Sendable {
            case rows([String], anyOrder: Bool)
            case error(code: String, words: [String])
        }

        var line: Int
        var sql: String
        var expectation: Expectation

        var description: String { "line \(line): \(sql)" }
    }

    /// Where the files lie: beside the tests.
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Cases")

    /// The lines of a file.
    static func lines(_ name: String) throws -> [String] {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The cases of a file.
    static func cases(_ name: String) throws -> [Case] {
        let lines = try lines(name)
        var cases: [Case] = []
        var start = 0
        while start < lines.count {
            guard !lines[start].isEmpty, !lines[start].hasPrefix("#") else {
                start += 1
                continue
            }
            let end = lines[start...].firstIndex(of: "") ?? lines.count
            let block = lines[start..<end]
            let bar = block.firstIndex(of: "----") ?? end
            let head = lines[start].split(separator: " ").map(String.init)
            let tail = Array(block[min(bar + 1, end)..<end])
            let sql = block[(start + 1)..<bar].joined(separator: "\n")
            let expectation: Case.Expectation =
                head[0] == "error"
                ? .error(code: head[1], words: tail) : .rows(tail, anyOrder: head[0] == "sorted")
            cases.append(Case(line: start + 1, sql: sql, expectation: expectation))
            start = end
        }
        return cases
    }
}
