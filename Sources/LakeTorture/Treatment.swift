/// What is done to the servers of a round.
enum Treatment: Hashable, Sendable, CaseIterable {
    /// The server kills itself before a step of its writing.
    case killAtStep
    /// As before, and what was not synced is lost.
    case powerLoss
    /// `kill -9` from outside, at any time.
    case killAtRandom
    /// Stopped and continued again and again, then killed.
    case stopAndContinue
    /// An `fsync` fails.
    case failedSync
    /// The disk is full for a while.
    case fullDisk
    /// Two servers on the lake at once; one is killed, the other goes on.
    case twoServers

    var name: String {
        switch self {
        case .killAtStep: "killed at a step"
        case .powerLoss: "lost power at a step"
        case .killAtRandom: "killed at random"
        case .stopAndContinue: "stopped and continued"
        case .failedSync: "fsync failed"
        case .fullDisk: "disk full"
        case .twoServers: "two servers"
        }
    }

    /// For `LAKEHOUSE_FAULTS` of the first server.
    func faults(_ random: inout SeededRandom) -> String {
        // A server makes a dozen steps before the first request; a commit with its files about twenty.
        let step = Int.random(in: 5...600, using: &random)
        return switch self {
        case .killAtStep: "kill@\(step)"
        case .powerLoss: "power@\(step),seed@\(Int.random(in: 1...1_000_000, using: &random))"
        case .failedSync: "fail-sync@\(Int.random(in: 4...120, using: &random))"
        case .fullDisk: "no-space@\(step)"
        case .killAtRandom, .stopAndContinue, .twoServers: ""
        }
    }
}
