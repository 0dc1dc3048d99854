/// A set of chunks of one generation: one bit for each.
public struct OrdinalSet: Hashable, Sendable {
    /// Chunks of the generation; ordinals are below it.
    public let universe: Int
    /// How many are in the set.
    public private(set) var count = 0
    private var words: [UInt64]

    /// The empty set over a generation of `universe` chunks.
    public init(universe: Int) {
        precondition(universe >= 0, "a generation cannot have fewer than no chunks")
        self.universe = universe
        words = [UInt64](repeating: 0, count: (universe + 63) / 64)
    }

    /// Traps unless the ordinal is below ``universe``.
    public mutating func insert(_ ordinal: Int) {
        precondition(ordinal >= 0 && ordinal < universe, "ordinal \(ordinal) is not below \(universe)")
        let bit = UInt64(1) << (ordinal & 63)
        if words[ordinal >> 6] & bit == 0 { count += 1 }
        words[ordinal >> 6] |= bit
    }

    /// Whether the ordinal is in the set.
    public func contains(_ ordinal: Int) -> Bool {
        ordinal >= 0 && ordinal < universe && words[ordinal >> 6] >> (ordinal & 63) & 1 == 1
    }

    /// The next stretch of ordinals that are all in the set, at or after `start` and cut off at `end`; nil when there is none.
    func run(from start: Int, to end: Int) -> Range<Int>? {
        guard let first = position(of: true, from: start, to: end) else { return nil }
        return first..<(position(of: false, from: first, to: end) ?? end)
    }

    /// The first ordinal in `start..<end` that is in the set, or out of it.
    private func position(of member: Bool, from start: Int, to end: Int) -> Int? {
        var ordinal = start
        while ordinal < end {
            let word = (member ? words[ordinal >> 6] : ~words[ordinal >> 6]) >> (ordinal & 63)
            if word != 0 {
                let found = ordinal + word.trailingZeroBitCount
                return found < end ? found : nil
            }
            ordinal = (ordinal | 63) + 1
        }
        return nil
    }
}
