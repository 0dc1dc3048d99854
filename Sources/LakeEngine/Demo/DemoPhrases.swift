/// A place in a phrase that is filled from the row it is written for.
enum DemoSlot: String, CaseIterable {
    case none = ""
    // The person.
    case name, first, title, aTitle, city, field, years, skill1, skill2, skill3
    // A job the person had, or the school.
    case employer, place, from, to, year, school, study, certificate, language
    // What is written about the person's work for the agency.
    case recruiter, client, job, weekday, hour
    // Numbers.
    case few, team, months, percent, tens, hundreds, thousands, money
}

/// Sentences with slots, taken apart once so that writing one is a run of copies.
struct DemoPhrases: Sendable {
    /// Text, then what comes after it.
    struct Step {
        var text: Range<Int>
        var slot: DemoSlot
    }

    private let bytes: [UInt8]
    private let steps: [Step]
    private let starts: [Int]

    /// One phrase a line; a slot is its name in braces.
    init(_ text: String) { self.init(lines: text.split(separator: "\n").map(String.init)) }

    init(lines: [String]) {
        var bytes: [UInt8] = []
        var steps: [Step] = []
        var starts: [Int] = []
        for line in lines {
            starts.append(steps.count)
            for piece in line.split(separator: "}", omittingEmptySubsequences: false) {
                let halves = piece.split(separator: "{", maxSplits: 1, omittingEmptySubsequences: false)
                let start = bytes.count
                bytes.append(contentsOf: halves[0].utf8)
                let name = halves.count == 2 ? String(halves[1]) : ""
                let slot = DemoSlot(rawValue: name)
                // A misspelt slot stays to be seen.
                if slot == nil { bytes.append(contentsOf: "{\(name)}".utf8) }
                steps.append(Step(text: start..<bytes.count, slot: slot ?? .none))
            }
        }
        starts.append(steps.count)
        self.bytes = bytes
        self.steps = steps
        self.starts = starts
    }

    var count: Int { starts.count - 1 }

    /// Appends phrase `index` to `out`; `fill` appends what a slot stands for.
    @inline(__always)
    func write(_ index: Int, to out: inout [UInt8], fill: (DemoSlot, inout [UInt8]) -> Void) {
        for step in steps[starts[index]..<starts[index + 1]] {
            out.append(contentsOf: bytes[step.text])
            if step.slot != .none { fill(step.slot, &out) }
        }
    }
}
