/// The pieces of a WordPiece vocabulary as a trie over bytes: longest match in one walk.
///
/// Edges live in one open-addressed table, so a step is one hash and, nearly always, one cache line.
struct VocabularyTrie: Sendable {
    /// Where pieces that start a word begin, and where those that go on with one (`##…`) do.
    private static let wordRoot: UInt32 = 0
    private static let continuationRoot: UInt32 = 1

    /// Edge by hash of its key: `node << 8 | byte` above, the child below; 0 when free, as no child is the root.
    private var edges: [UInt64]
    private var edgeCount = 0
    /// Token of each node; negative when no piece ends there.
    private var tokens: [Int32] = [-1, -1]

    /// - Parameter bytes: What all pieces take together; a hint.
    init(expectingBytes bytes: Int) {
        var capacity = 1024
        while capacity < bytes * 2 { capacity *= 2 }
        edges = [UInt64](repeating: 0, count: capacity)
    }

    private static func slot(_ key: UInt32, mask: Int) -> Int {
        Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }

    /// Adds a piece; one that goes on with a word is written with its `##`.
    ///
    /// A later piece of the same spelling wins.
    mutating func insert(_ piece: Slice<UnsafeBufferPointer<UInt8>>, token: Int32) {
        let isContinuation = piece.count > 2 && piece.starts(with: "##".utf8)
        var node = isContinuation ? Self.continuationRoot : Self.wordRoot
        for byte in isContinuation ? piece.dropFirst(2) : piece { node = child(of: node, byte) }
        tokens[Int(node)] = token
    }

    private mutating func child(of node: UInt32, _ byte: UInt8) -> UInt32 {
        if edgeCount * 2 >= edges.count { grow() }
        let key = node << 8 | UInt32(byte)
        var slot = Self.slot(key, mask: edges.count - 1)
        while edges[slot] != 0 {
            if UInt32(edges[slot] >> 32) == key { return UInt32(truncatingIfNeeded: edges[slot]) }
            slot = (slot + 1) & (edges.count - 1)
        }
        let child = UInt32(tokens.count)
        tokens.append(-1)
        edges[slot] = UInt64(key) << 32 | UInt64(child)
        edgeCount += 1
        return child
    }

    private mutating func grow() {
        let old = edges
        edges = [UInt64](repeating: 0, count: old.count * 2)
        for edge in old where edge != 0 {
            var slot = Self.slot(UInt32(edge >> 32), mask: edges.count - 1)
            while edges[slot] != 0 { slot = (slot + 1) & (edges.count - 1) }
            edges[slot] = edge
        }
    }

    /// Lends the matcher, which reads the tables without bounds checks.
    func withMatcher<Result>(_ body: (Matcher) throws -> Result) rethrows -> Result {
        try edges.withUnsafeBufferPointer { edges in
            try tokens.withUnsafeBufferPointer { tokens in try body(Matcher(edges: edges, tokens: tokens)) }
        }
    }

    /// The tables of a trie, valid while they are lent.
    struct Matcher {
        fileprivate let edges: UnsafeBufferPointer<UInt64>
        fileprivate let tokens: UnsafeBufferPointer<Int32>

        /// Splits a word into the longest pieces, left to right.
        ///
        /// - Parameters:
        ///   - word: Normalised.
        ///   - pieces: Room for one token per byte of the word.
        /// - Returns: The number of pieces; nil when some part of the word is in no piece.
        @inline(__always)
        func split(_ word: Slice<UnsafeMutableBufferPointer<UInt8>>, into pieces: UnsafeMutableBufferPointer<Int32>)
            -> Int?
        {
            let bytes = word.base
            let mask = edges.count - 1
            var count = 0
            var start = word.startIndex
            var root = VocabularyTrie.wordRoot
            while start < word.endIndex {
                var node = root
                var best: Int32 = -1
                var bestEnd = start
                var position = start
                walk: while position < word.endIndex {
                    let key = node << 8 | UInt32(bytes[position])
                    var slot = VocabularyTrie.slot(key, mask: mask)
                    while UInt32(truncatingIfNeeded: edges[slot] >> 32) != key || edges[slot] == 0 {
                        if edges[slot] == 0 { break walk }
                        slot = (slot + 1) & mask
                    }
                    node = UInt32(truncatingIfNeeded: edges[slot])
                    position += 1
                    if tokens[Int(node)] >= 0 {
                        best = tokens[Int(node)]
                        bestEnd = position
                    }
                }
                guard best >= 0 else { return nil }
                pieces[count] = best
                count += 1
                start = bestEnd
                root = VocabularyTrie.continuationRoot
            }
            return count
        }
    }
}
