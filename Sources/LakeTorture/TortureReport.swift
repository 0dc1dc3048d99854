import LakeCore

/// What a run did and what held.
public struct TortureReport: Sendable {
    private let settings: TortureSettings
    public internal(set) var rounds = 0
    /// Times that servers were started to die.
    public internal(set) var lives = 0
    /// Rounds by the way their servers were treated.
    public internal(set) var treatments: [String: Int] = [:]
    /// Processes that died, by their own hand or another's.
    public internal(set) var deaths = 0
    /// How many died before each kind of step, such as `link _lake/log/*.json`.
    public private(set) var steps: [String: Int] = [:]
    public internal(set) var acknowledged = 0
    /// Writes that nobody answered, or whose answer left it open.
    public internal(set) var unknown = 0
    public internal(set) var refused = 0
    /// Queries that were answered while servers were dying, each of them checked.
    public internal(set) var reads = 0
    public internal(set) var checks = 0
    /// Objects that sweeps took away, all of them left by writes that were cut off.
    public internal(set) var swept = 0
    /// What did not hold, with the round; empty after a good run.
    public private(set) var violations: [String] = []
    private var failedRound: Int?

    init(_ settings: TortureSettings) { self.settings = settings }

    public var held: Bool { violations.isEmpty }

    mutating func violate(_ round: Round, _ violation: String) {
        failedRound = failedRound ?? round.number
        violations.append("round \(round.number) (\(round.treatment.name)): \(violation)")
    }

    /// Counts a death, of which `step` says `NUMBER: VERB PATH`.
    mutating func died(before step: String, in lake: TortureLake) {
        let parts = step.split(separator: " ", maxSplits: 2)
        guard parts.count == 3 else { return }
        // What has a digit in it is an identifier or a number.
        let kinds = lake.place(of: parts[2]).split(separator: "/").map { part in
            guard part.contains(where: \.isNumber) else { return String(part) }
            return "*" + (part.lastIndex(of: ".").map { String(part[$0...].filter { !$0.isNumber }) } ?? "")
        }
        steps["\(parts[1]) \(kinds.suffix(4).joined(separator: "/"))", default: 0] += 1
    }

    /// A few lines for a person.
    public var text: String {
        let kinds = Self.counted(treatments)
        var lines = [
            "seed \(settings.seed): \(rounds) rounds of three lives, \(deaths) deaths (\(kinds))",
            "writes: \(acknowledged) acknowledged, \(unknown) left open, \(refused) refused; \(reads) reads in the storm",
            "checked after each round: \(checks) times, \(swept) objects swept; \(held ? "everything held" : "\(violations.count) violations")",
        ]
        if !steps.isEmpty { lines.insert("died before: \(Self.counted(steps))", at: 1) }
        lines += violations.prefix(50).map { "  " + $0 }
        if let failedRound { lines.append("again, on a fresh lake: \(command(from: failedRound))") }
        return lines.joined(separator: "\n")
    }

    private static func counted(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
    }

    /// Deaths of a round do not depend on what rounds before it have left.
    private func command(from round: Int) -> String {
        var words = ["lakehouse torture --lake \(settings.lake) --seed \(settings.seed) --from-round \(round)"]
        if let endpoint = settings.endpoint { words.append("--endpoint \(endpoint)") }
        if let region = settings.region { words.append("--region \(region)") }
        if !settings.plantedFaults.isEmpty { words.append("--plant '\(settings.plantedFaults)'") }
        return words.joined(separator: " ")
    }
}
