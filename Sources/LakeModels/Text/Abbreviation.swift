/// Abbreviations whose full stop is no end of a sentence, by what their stop says about what follows.
enum Abbreviation: Equatable {
    /// Always goes on: "Dr. Smith", "e.g. this".
    case title
    /// Goes on before a number: "No. 5", "Jan. 3".
    case beforeNumber
    /// Goes on unless the next word starts a sentence: "Acme Inc. Berlin", "the U.S. Senate", "J. Smith".
    case ambiguous

    /// Longer words are none.
    static let maximumLength = 8

    /// - Parameter word: Without its last full stop.
    init?(_ word: String) {
        let lower = word.lowercased()
        if Self.titles.contains(lower) {
            self = .title
        } else if Self.beforeNumbers.contains(lower) {
            self = .beforeNumber
        } else if Self.others.contains(lower) || Self.isInitial(word) || Self.isDotted(word) {
            self = .ambiguous
        } else {
            return nil
        }
    }

    /// Whether a word so commonly starts a sentence that one ends before it.
    static func startsSentence(_ word: String) -> Bool { starters.contains(word) }

    private static func isInitial(_ word: String) -> Bool {
        word.utf8.count == 1 && word.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    }

    /// "U.S", "Ph.D", "a.m": short groups of letters with stops between.
    private static func isDotted(_ word: String) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1
            && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy { $0.isLetter && $0.isASCII } }
    }

    private static let titles: Set<String> = [
        "dr", "mr", "mrs", "ms", "mx", "prof", "rev", "hon", "gen", "col", "lt", "sgt", "capt", "cmdr", "maj", "sen",
        "rep", "gov", "pres", "messrs", "mme", "mlle", "e.g", "i.e", "eg", "ie", "vs", "cf", "viz", "approx", "incl",
        "z.b", "d.h", "u.a", "bzw", "vgl",
    ]

    private static let beforeNumbers: Set<String> = [
        "no", "nos", "nr", "fig", "figs", "eq", "eqs", "sec", "ch", "chap", "vol", "p", "pp", "pg", "art", "tab", "ref",
        "refs", "para", "ver", "v", "ext", "tel", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
        "nov", "dec",
    ]

    private static let others: Set<String> = [
        "inc", "ltd", "corp", "co", "llc", "plc", "bros", "jr", "sr", "st", "mt", "ft", "hr", "ca", "fr", "etc", "al",
        "est", "dept", "univ", "assn", "ave",
        "blvd", "rd", "min", "max", "avg", "mfg", "intl", "govt", "gmbh", "usw", "ed", "eds",
    ]

    private static let starters: Set<String> = [
        "A", "After", "All", "Also", "An", "And", "As", "At", "Because", "Before", "But", "By", "During", "Each", "For",
        "From", "He", "Her", "His", "How", "However", "I", "If", "In", "It", "Its", "Many", "Most", "My", "No", "Not",
        "On", "One", "Our", "She", "Since", "So", "Some", "Such", "That", "The", "Their", "Then", "There", "These",
        "They", "This", "Those", "To", "Under", "Until", "We", "What", "When", "Where", "Which", "While", "Who", "Why",
        "With", "You", "Your",
    ]
}
