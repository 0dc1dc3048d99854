internal import Foundation

/// Statements with what is expected of them, in a text file of the folder `Cases` beside the tests that use it.
///
/// Cases are separated by blank lines. The first line is `query`, `sorted` (rows in any order), or `error CODE`, and may end in the
/// members of a JSON object that are sent with the statement; then the statement, a line of four hyphens, and the rows with `|` between
/// values, or words of the error's detail.
public enum CaseFile {
    /// One statement.
    public struct Case: Sendable, CustomStringConvertible {
        /// What it should give.
        public enum Expectation: Sendable {
            case rows([String], anyOrder: Bool)
            case error(code: String, words: [String])
        }

        public var line: Int
        public var sql: String
        /// `"params": [1]`, without braces; empty for none.
        public var more: String
        public var expectation: Expectation

        public var description: String { "line \(line): \(sql)" }
    }

    /// The lines of a file.
    public static func lines(_ name: String, beside test: String = #filePath) throws -> [String] {
        let folder = URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("Cases")
        return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The cases of a file.
    public static func cases(_ name: String, beside test: String = #filePath) throws -> [Case] {
        let lines = try lines(name, beside: test)
        var cases: [Case] = []
        var start = 0
        while start < lines.count {
            guard !lines[start].isEmpty, !lines[start].hasPrefix("#") else {
                start += 1
                continue
            }
            let end = lines[start...].firstIndex(of: "") ?? lines.count
            cases.append(self.case(lines[start..<end]))
            start = end
        }
        return cases
    }

    private static func `case`(_ block: ArraySlice<String>) -> Case {
        let bar = block.firstIndex(of: "----") ?? block.endIndex
        let head = block[block.startIndex].split(separator: " ", maxSplits: 1).map(String.init)
        let tail = Array(block[min(bar + 1, block.endIndex)...])
        let sql = block[(block.startIndex + 1)..<bar].joined(separator: "\n")
        var more = head.count > 1 ? head[1] : ""
        var expectation = Case.Expectation.rows(tail, anyOrder: head[0] == "sorted")
        if head[0] == "error" {
            let words = more.split(separator: " ", maxSplits: 1).map(String.init)
            expectation = .error(code: words.first ?? "", words: tail)
            more = words.count > 1 ? words[1] : ""
        }
        return Case(line: block.startIndex + 1, sql: sql, more: more, expectation: expectation)
    }

    /// The parts of a text of SQL that begin with lines `--- NAME`, and what stands before the first.
    public static func sections(_ text: String) -> (before: String, named: [(name: String, sql: String)]) {
        var before = ""
        var named: [(name: String, sql: String)] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("--- ") {
                named.append((String(line.dropFirst(4)), ""))
            } else if named.isEmpty {
                before += line + "\n"
            } else {
                named[named.count - 1].sql += line + "\n"
            }
        }
        return (before, named)
    }
}
