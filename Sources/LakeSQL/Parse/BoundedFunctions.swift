/// Functions whose time grows with the product of two lengths, behind macros of the same name that fail above a bound.
///
/// An interrupt takes effect between chunks of 2,048 rows, so a chunk of the largest texts must be done within seconds.
enum BoundedFunctions {
    /// The largest product of the lengths, in bytes, of the two texts.
    static let largestProducts = [
        "damerau_levenshtein": 250_000, "editdist3": 250_000, "levenshtein": 250_000,
        "jaro_similarity": 100_000_000, "jaro_winkler_similarity": 100_000_000,
    ]

    private static let withCutoff: Set<String> = ["jaro_similarity", "jaro_winkler_similarity"]

    /// What defines the macros; the engine's own functions stay in reach as ``engineSchema``, which users may not write.
    static let definitions = largestProducts.sorted { $0.key < $1.key }.map { name, largest in
        var forms = [["a", "b"]]
        if withCutoff.contains(name) { forms.append(["a", "b", "cutoff"]) }
        return "CREATE MACRO \(name)"
            + forms.map { names in
                let list = names.joined(separator: ", ")
                return "(\(list)) AS CASE WHEN strlen(a) * strlen(b) > \(largest)"
                    + " THEN error('\(name) of texts this long; compare their beginnings')"
                    + " ELSE \(engineSchema).main.\(name)(\(list)) END"
            }.joined(separator: ", ")
    }

    /// Where the engine keeps its own functions.
    static let engineSchema = "system"

    /// Whether a call, by the tree of its expression, goes round the macro.
    static func isGoneRound(_ tree: JSONTree, name: String) -> Bool {
        largestProducts[name] != nil
            && ["schema", "catalog"].contains { tree[$0]?.string?.lowercased() == engineSchema }
    }
}
