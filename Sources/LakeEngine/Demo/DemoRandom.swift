import LakeCore

/// Random numbers, one stream for each row of each kind of thing.
///
/// Row n is the same however much of a table is made and in whatever order, so tables agree without being kept.
struct DemoRandom {
    /// What a stream is drawn for; two kinds never share a stream.
    enum Kind: UInt64 {
        case profile = 1
        case contact, registration, resume, client, jobOrder, assignment, placement, timesheet, call, email, permutation
    }

    private var bits: SplitMix64

    init(seed: UInt64, _ kind: Kind, _ index: Int) {
        var streams = SplitMix64(seed: seed &+ kind.rawValue &* 0xD1B5_4A32_D192_ED03)
        bits = SplitMix64(seed: streams.next() &+ UInt64(truncatingIfNeeded: index) &* 0xAEF1_7502_108E_F2D9)
    }

    mutating func next() -> UInt64 { bits.next() }

    /// 0 up to, not including, `limit`, which is at least 1.
    mutating func below(_ limit: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: limit)).high)
    }

    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True in `percent` of 100 draws.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
