/// A chunk and its score.
public struct SearchHit: Hashable, Sendable {
    /// The chunk's position in its generation.
    public let ordinal: Int
    /// Cosine similarity; may leave -1…1 by rounding.
    public let score: Float

    public init(ordinal: Int, score: Float) {
        self.ordinal = ordinal
        self.score = score
    }

    /// Whether this hit comes before the other: by score, then by ordinal.
    func isBetter(than other: SearchHit) -> Bool {
        score != other.score ? score > other.score : ordinal < other.ordinal
    }
}

/// The best hits seen so far, at most a fixed number: a heap with the worst of them on top.
struct TopHits: Sendable {
    private let limit: Int
    private var heap: [SearchHit] = []

    init(limit: Int) { self.limit = limit }

    /// A score has to be above this, or equal with a lower ordinal, to get in.
    var threshold: Float { heap.count < limit ? -.infinity : heap[0].score }

    /// Takes the hit in if it is among the best.
    mutating func insert(_ hit: SearchHit) {
        if heap.count < limit {
            heap.append(hit)
            siftUp()
        } else if hit.isBetter(than: heap[0]) {
            heap[0] = hit
            siftDown()
        }
    }

    mutating func insert(_ other: TopHits) {
        for hit in other.heap { insert(hit) }
    }

    /// Best first.
    consuming func sorted() -> [SearchHit] { heap.sorted { $0.isBetter(than: $1) } }

    private mutating func siftUp() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].isBetter(than: heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[worst].isBetter(than: heap[child]) { worst = child }
            }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
