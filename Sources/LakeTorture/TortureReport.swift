/// What a run did and what held.
public struct TortureReport: Sendable {
    public var seed: UInt64
    public var rounds = 0
    /// Times that servers were started to die.
    public var lives = 0
    /// Rounds by the way their servers were treated.
    public var treatments: [String: Int] = [:]
    /// Processes that died, by their own hand or another's.
    public var deaths = 0
    public var acknowledged = 0
    /// Writes that nobody answered, or whose answer left it open.
    public var unknown = 0
    public var refused = 0
    /// Queries that were answered while servers were dying, each of them checked.
    public var reads = 0
    public var checks = 0
    /// Objects that sweeps took away, all of them left by writes that were cut off.
    public var swept = 0
    /// What did not hold, with the round; empty after a good run.
    public var violations: [String] = []

    public var held: Bool { violations.isEmpty }

    /// A few lines for a person.
    public var text: String {
        let kinds = treatments.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
        var lines = [
            "seed \(seed): \(rounds) rounds of three lives, \(deaths) deaths (\(kinds))",
            "writes: \(acknowledged) acknowledged, \(unknown) left open, \(refused) refused; \(reads) reads in the storm",
            "checked after each round: \(checks) times, \(swept) objects swept; \(violations.isEmpty ? "everything held" : "\(violations.count) violations")",
        ]
        lines += violations.map { "  " + $0 }
        if !held { lines.append("again with: lakehouse torture --seed \(seed)") }
        return lines.joined(separator: "\n")
    }
}
