/// How to torture a lake.
public struct TortureSettings: Sendable {
    /// The program whose `serve` is run.
    public var program: String
    /// The lake's folder, made when absent, or `s3://BUCKET/PREFIX`.
    public var lake: String
    /// The S3 service, Amazon's when nil; credentials are in the environment's `AWS_…`.
    public var endpoint: String?
    public var region: String?
    /// Rounds begin until this much time has passed.
    public var duration: Duration
    /// At most so many rounds.
    public var rounds = Int.max
    /// The number of the first one: a later one than 1 replays what a run came to.
    public var firstRound = 1
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
