/// The names in `candidates` that a person who typed `name` most likely meant: at most three, nearest first.
///
/// Nearness is the Levenshtein distance over lowercase characters, at most a third of the name's length, or one name beginning the other.
public func nearestNames(to name: String, in candidates: some Sequence<String>) -> [String] {
    let typed = Array(name.lowercased().prefix(64))
    guard !typed.isEmpty else { return [] }
    let limit = max(1, typed.count / 3)
    let scored = candidates.compactMap { candidate -> (distance: Int, name: String)? in
        let letters = Array(candidate.lowercased().prefix(64))
        let distance = levenshtein(typed, letters)
        if distance <= limit { return (distance, candidate) }
        let extends =
            typed.count >= 3 && (letters.starts(with: typed) || typed.starts(with: letters) && letters.count >= 3)
        return extends ? (limit + 1, candidate) : nil
    }
    return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
}

/// Insertions, deletions and substitutions that make `b` of `a`.
public func levenshtein(_ a: [Character], _ b: [Character]) -> Int {
    var previous = Array(0...b.count)
    for (row, letter) in a.enumerated() {
        var current = [row + 1]
        for (column, other) in b.enumerated() {
            current.append(
                min(previous[column + 1] + 1, current[column] + 1, previous[column] + (letter == other ? 0 : 1))
            )
        }
        previous = current
    }
    return previous[b.count]
}
