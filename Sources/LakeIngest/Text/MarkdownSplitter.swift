/// Cuts lines of Markdown into the passages that become rows, each under its headings.
///
/// Knows as much of CommonMark as that takes: headings in both styles, fenced code, thematic breaks, front matter.
struct MarkdownSplitter: PassageCutter {
    private var paragraph: [UInt8] = []
    private var lineCount = 0
    private var headings: [(level: Int, title: String)] = []
    /// Whether nothing has come under the last heading.
    private var isBare = false
    private var fence: Fence?
    private var isFirstLine = true
    private var isFrontMatter = false

    /// What opened a block of code.
    private struct Fence {
        var mark: UInt8
        var count: Int
    }

    var pendingBytes: Int { paragraph.count }

    mutating func add(_ line: UnsafeBufferPointer<UInt8>) -> [Passage] {
        defer { isFirstLine = false }
        let bytes = Array(line)
        let content = Self.withoutIndent(bytes)
        if let open = fence {
            append(bytes)
            if let content, Self.closes(content, open) { fence = nil }
            return []
        }
        if bytes.allSatisfy(WhiteSpace.contains) { return finishParagraph() }
        guard let content else {
            append(bytes)
            return []
        }
        if let opened = Self.fence(content) {
            fence = opened
            append(bytes)
            return []
        }
        if let (level, title) = Self.heading(content) {
            return finishParagraph() + open(level, title)
        }
        if let level = underlines(content) {
            let title = Self.trimmed(paragraph)
            paragraph = []
            lineCount = 0
            return open(level, title)
        }
        if Self.isBreak(content) {
            isFrontMatter = isFirstLine
            return finishParagraph()
        }
        append(bytes)
        return []
    }

    mutating func finish() -> [Passage] { finishParagraph() + closeBare() }

    private var path: String { headings.map(\.title).filter { !$0.isEmpty }.joined(separator: " > ") }

    private mutating func append(_ line: [UInt8]) {
        if lineCount > 0 { paragraph.append(0x0A) }
        paragraph.append(contentsOf: line)
        lineCount += 1
    }

    private mutating func finishParagraph() -> [Passage] {
        guard lineCount > 0 else { return [] }
        defer {
            paragraph = []
            lineCount = 0
            isBare = false
        }
        return [Passage(heading: path, text: paragraph)]
    }

    /// Puts a heading in place of those it ends; a heading without anything under it becomes a row of its own.
    private mutating func open(_ level: Int, _ title: String) -> [Passage] {
        var completed: [Passage] = []
        if let last = headings.last, last.level >= level { completed = closeBare() }
        headings.removeAll { $0.level >= level }
        headings.append((level, title))
        isBare = true
        return completed
    }

    private mutating func closeBare() -> [Passage] {
        guard isBare, let last = headings.last, !last.title.isEmpty else { return [] }
        isBare = false
        return [Passage(heading: path, text: Array(last.title.utf8))]
    }

    /// The level of the heading that this line makes of the one line before it.
    private mutating func underlines(_ content: ArraySlice<UInt8>) -> Int? {
        let marks = Self.trimmedEnd(content)
        guard let first = marks.first, first == 0x3D || first == 0x2D, marks.allSatisfy({ $0 == first }) else {
            return nil
        }
        if isFrontMatter, first == 0x2D {
            isFrontMatter = false
            return nil
        }
        guard lineCount == 1, marks.count > 1 || first == 0x3D, let start = Self.withoutIndent(paragraph)?.first else {
            return nil
        }
        let startsList = [0x2D, 0x2A, 0x2B, 0x3E, 0x7C].contains(start)
        return startsList ? nil : first == 0x3D ? 1 : 2
    }
}

// MARK: Lines

extension MarkdownSplitter {
    /// The line without up to three spaces before it; nil when there are more, which makes it code.
    private static func withoutIndent(_ line: [UInt8]) -> ArraySlice<UInt8>? {
        let spaces = line.prefix { $0 == 0x20 }.count
        return spaces > 3 || line.first == 0x09 ? nil : line.dropFirst(spaces)
    }

    private static func fence(_ content: ArraySlice<UInt8>) -> Fence? {
        guard let mark = content.first, mark == 0x60 || mark == 0x7E else { return nil }
        let count = content.prefix { $0 == mark }.count
        guard count >= 3, mark == 0x7E || !content.dropFirst(count).contains(mark) else { return nil }
        return Fence(mark: mark, count: count)
    }

    private static func closes(_ content: ArraySlice<UInt8>, _ fence: Fence) -> Bool {
        let marks = trimmedEnd(content)
        return marks.count >= fence.count && marks.allSatisfy { $0 == fence.mark }
    }

    private static func heading(_ content: ArraySlice<UInt8>) -> (Int, String)? {
        let level = content.prefix { $0 == 0x23 }.count
        let rest = content.dropFirst(level)
        guard (1...6).contains(level), rest.first.map(WhiteSpace.contains) ?? true else { return nil }
        var title = trimmedEnd(rest)
        let closing = title.reversed().prefix { $0 == 0x23 }.count
        // Marks at the end belong to the heading's frame when a space sets them off.
        if closing > 0, title.dropLast(closing).last.map(WhiteSpace.contains) ?? true {
            title = title.dropLast(closing)
        }
        return (level, trimmed(Array(title)))
    }

    private static func isBreak(_ content: ArraySlice<UInt8>) -> Bool {
        guard let mark = content.first, mark == 0x2D || mark == 0x2A || mark == 0x5F else { return false }
        return content.allSatisfy { $0 == mark || WhiteSpace.contains($0) } && content.count { $0 == mark } >= 3
    }

    private static func trimmedEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.dropLast(bytes.reversed().prefix(while: WhiteSpace.contains).count)
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        String(decoding: trimmedEnd(bytes.drop(while: WhiteSpace.contains)), as: UTF8.self)
    }
}
