/// A row of a text.
struct Passage: Hashable, Sendable {
    /// The headings above it, such as `Intro > Set-up`; empty when there are none.
    var heading = ""
    var text: [UInt8] = []
}

/// Cuts the lines of a text into the passages that become rows.
protocol PassageCutter {
    /// The length of the passage that is being gathered.
    var pendingBytes: Int { get }
    /// Takes a line without its end; what it completes, in order.
    mutating func add(_ line: UnsafeBufferPointer<UInt8>) -> [Passage]
    /// What is left at the end, in order.
    mutating func finish() -> [Passage]
}

/// Cuts at empty lines, or nowhere.
struct TextSplitter: PassageCutter {
    private let split: TextSplit
    private var passage = Passage()
    private var isOpen = false

    init(_ split: TextSplit) { self.split = split }

    var pendingBytes: Int { passage.text.count }

    mutating func add(_ line: UnsafeBufferPointer<UInt8>) -> [Passage] {
        if split == .paragraph, line.allSatisfy(WhiteSpace.contains) { return finish() }
        if isOpen { passage.text.append(0x0A) }
        isOpen = true
        passage.text.append(contentsOf: line)
        return []
    }

    mutating func finish() -> [Passage] {
        guard isOpen else { return [] }
        defer { passage.text = [] }
        isOpen = false
        return [passage]
    }
}
