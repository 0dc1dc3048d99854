/// The words of a text that carry its meaning, in a form in which their inflections are the same.
enum ContentWords {
    /// Words in lower case, without those that any text has, cut to a rough stem.
    static func stems(of text: String) -> [String] {
        text.lowercased()
            .split { !($0.isLetter || $0.isNumber || $0 == "+" || $0 == "#") }
            .filter { !functionWords.contains($0) }
            .map { stem($0) }
    }

    /// Cuts the commonest English endings: "clusters", "clustered" and "clustering" meet in "clust".
    private static func stem(_ word: Substring) -> String {
        var stem = word
        @discardableResult
        func cut(_ ending: String, leaving rest: Int = 3) -> Bool {
            guard stem.hasSuffix(ending), stem.count - ending.count >= rest else { return false }
            stem = stem.dropLast(ending.count)
            return true
        }
        if !cut("ies"), !stem.hasSuffix("ss") { cut("s") }
        if cut("ing") || cut("ed"), let last = stem.last, stem.dropLast().last == last, stem.count > 3 {
            stem = stem.dropLast()
        }
        _ = cut("er") || cut("ly") || cut("e") || cut("y")
        return String(stem)
    }

    private static let functionWords: Set<Substring> = [
        "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been",
        "before", "being", "between", "both", "but", "by", "can", "could", "did", "do", "does", "doing", "each", "few",
        "for", "from", "get", "give", "had", "has", "have", "having", "he", "her", "hers", "him", "his", "how", "i",
        "if",
        "in", "into", "is", "it", "its", "just", "list", "many", "may", "me", "might", "more", "most", "much", "must",
        "my",
        "no", "not", "of", "off", "on", "one", "only", "or", "other", "our", "out", "over", "please", "s", "same",
        "shall",
        "she", "should", "show", "so", "some", "such", "t", "tell", "than", "that", "the", "their", "them", "then",
        "there", "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "us", "very", "was",
        "we", "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "would",
        "you", "your",
    ]
}
