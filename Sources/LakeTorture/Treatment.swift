import LakeCore

/// What is done to the servers of a round.
enum Treatment: Hashable, Sendable {
    /// The server kills itself before a step of its writing.
    case killAtStep
    /// As before, and what was not synced is lost.
    case powerLoss
    /// `kill -9` from outside, at any time.
    case killAtRandom
    /// The store says of puts what is not so, and does not list what is new.
    case lyingStore
    /// Stopped and continued again and again, then killed.
    case stopAndContinue
    /// An `fsync` fails.
    case failedSync
    /// The disk is full for a while.
    case fullDisk
    /// Two servers on the lake at once; one is killed, the other goes on.
    case twoServers

    /// What comes by turns: what means something to a lake, for one in S3 has no disk of its own, and the kills before numbered steps
    /// more often, since there are so many steps.
    static func all(isFolder: Bool) -> [Treatment] {
        isFolder
            ? [
                .killAtStep, .powerLoss, .killAtStep, .killAtRandom, .lyingStore, .killAtStep, .stopAndContinue,
                .failedSync, .fullDisk, .twoServers,
            ] : [.killAtStep, .twoServers, .killAtStep, .lyingStore, .killAtRandom, .killAtStep, .stopAndContinue]
    }

    var name: String {
        switch self {
        case .killAtStep: "killed at a step"
        case .powerLoss: "lost power at a step"
        case .killAtRandom: "killed at random"
        case .lyingStore: "lying store"
        case .stopAndContinue: "stopped and continued"
        case .failedSync: "fsync failed"
        case .fullDisk: "disk full"
        case .twoServers: "two servers"
        }
    }

    /// For `LAKEHOUSE_FAULTS` of the first server.
    ///
    /// - Parameters:
    ///   - step: The next of a server's first steps, which are all gone through.
    ///   - random: Decides the rest.
    /// - Returns: Rules; empty for none.
    func faults(_ step: Int, _ random: inout SplitMix64) -> String {
        // A server makes a dozen steps before the first request; a commit with its files about twenty.
        let anywhere = Int.random(in: 5...600, using: &random)
        return switch self {
        case .killAtStep: "kill@\(step)"
        case .powerLoss: "power@\(anywhere),seed@\(Int.random(in: 1...1_000_000, using: &random))"
        case .failedSync: "fail-sync@\(Int.random(in: 4...120, using: &random))"
        case .fullDisk: "no-space@\(anywhere)"
        case .lyingStore:
            ["lie-error", "twice", "stale-list"].flatMap { lie in
                (0..<4).map { _ in "\(lie)@\(Int.random(in: 1...80, using: &random))" }
            }
            .joined(separator: ",")
        case .killAtRandom, .stopAndContinue, .twoServers: ""
        }
    }
}
