import LakeCore

/// What is going to be done in a round; it follows from the seed and the round's number alone.
struct Round: Sendable {
    /// From a server's start to its death.
    struct Life: Sendable {
        /// For `LAKEHOUSE_FAULTS` of the first server.
        let faults: String
        /// How long it may last.
        let length: Duration
        /// For the clients.
        let seed: UInt64
    }

    let number: Int
    let treatment: Treatment
    /// Several before a check: what one death left must be borne by the next.
    let lives: [Life]

    init(_ number: Int, seed: UInt64, of treatments: [Treatment]) {
        var random = SplitMix64(seed: seed &+ UInt64(number) &* 1_000_003)
        let place = (number - 1) % treatments.count
        let treatment = treatments[place]
        // How many rounds before it had the same treatment.
        let turn =
            (number - 1) / treatments.count * treatments.count { $0 == treatment }
            + treatments[..<place].count { $0 == treatment }
        self.number = number
        self.treatment = treatment
        lives = (0..<3).map { life in
            Life(
                faults: treatment.faults(1 + (3 * turn + life) % Self.stepsWalked, &random),
                length: .milliseconds(Int.random(in: 200...1500, using: &random)),
                seed: random.next()
            )
        }
    }

    /// A server's start and its first commits, with their data, audit and events.
    private static let stepsWalked = 160

    /// Whether an index is built in this round; it costs a model.
    var isIndexing: Bool { number % 7 == 3 }

    /// Whether the lake is swept, while servers die and after.
    var isSweeping: Bool { number.isMultiple(of: 4) }

    /// One line for a person.
    var text: String {
        let lives = lives.map { ($0.faults.isEmpty ? "" : $0.faults + " ") + "for \($0.length)" }
        return "round \(number), \(treatment.name): " + lives.joined(separator: "; ")
    }
}
