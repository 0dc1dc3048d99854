/// How to torture a lake.
public struct TortureSettings: Sendable {
    /// The program whose `serve` is run.
    public var program: String
    /// The lake's folder; made when absent.
    public var lake: String
    /// Rounds begin until this much time has passed.
    public var duration: Duration
    /// At most so many rounds.
    public var rounds = Int.max
    /// Decides what is done in each round, and at which step the servers die.
    public var seed: UInt64
    /// More faults for every server, as `LAKEHOUSE_FAULTS` takes them: to see that a planted bug is found.
    public var plantedFaults = ""
    /// Writers at once.
    public var writers = 4

    public init(program: String, lake: String, duration: Duration, seed: UInt64) {
        self.program = program
        self.lake = lake
        self.duration = duration
        self.seed = seed
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
