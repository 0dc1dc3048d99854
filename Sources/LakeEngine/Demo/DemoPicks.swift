/// Up to eight small numbers without an array.
struct DemoPicks: RandomAccessCollection {
    private var packed: UInt64 = 0
    private(set) var count = 0

    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(position: Int) -> Int { Int(truncatingIfNeeded: packed >> UInt64(position * 8) & 0xFF) }

    mutating func append(_ number: Int) {
        packed |= UInt64(truncatingIfNeeded: number) << UInt64(count * 8)
        count += 1
    }

    /// Different numbers below `limit`.
    static func draw(_ count: Int, below limit: Int, _ random: inout DemoRandom) -> DemoPicks {
        var picks = DemoPicks()
        while picks.count < Swift.min(count, limit) {
            let number = random.below(limit)
            if !picks.contains(number) { picks.append(number) }
        }
        return picks
    }
}
