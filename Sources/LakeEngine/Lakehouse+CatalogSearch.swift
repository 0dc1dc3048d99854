import LakeCatalog
public import LakeCore

/// A dataset that a search of the catalog found.
public struct CatalogHit: Sendable, Codable, Equatable {
    /// Where a word of the search was found.
    public struct Match: Sendable, Codable, Equatable, Hashable {
        /// `name`, `column`, `tag`, `owner`, `description`, `column_description`.
        public var field: String
        /// What stands there; the column for what is said of one.
        public var value: String
    }

    public var name: String
    public var description: String?
    public var owner: String?
    public var tags: [String]
    /// Larger for what fits better.
    public var score: Int
    public var matches: [Match]
}

extension Lakehouse {
    /// The datasets that all words of a text are found in, best first: in names, columns, tags, owners and descriptions.
    ///
    /// - Parameters:
    ///   - text: The words; letters and digits count, upper and lower case are the same.
    ///   - limit: 1 to 1,000.
    ///   - cursor: The `nextCursor` of the page before.
    ///   - principal: Who asks.
    /// - Returns: The page and the lake version it was read at.
    /// - Throws: `EngineError.invalid` naming the parameter.
    public func searchCatalog(
        _ text: String,
        limit: Int = 100,
        cursor: String? = nil,
        for principal: Principal
    ) async throws -> Versioned<Page<CatalogHit>> {
        try await observed(.searchCatalog) {
            try await authorise(principal, .reader, "search the catalog")
            let words = CatalogText.words(text)
            guard (1...16).contains(words.count) else {
                throw EngineError.invalid(field: "q", reason: "must have 1 to 16 words of letters or digits")
            }
            let state = try await log.state()
            let found = state.liveDatasets.compactMap { CatalogText($0).hit(words) }
                .sorted { ($1.score, $0.name) < ($0.score, $1.name) }
            let page = try Self.page(found, limit: limit, cursor: cursor) { hit in
                // Sorts as the hits do: the score counts down.
                String(String(1_000_000 - hit.score).suffix(6)) + hit.name
            }
            return Versioned(version: state.version, value: Page(items: page.items, nextCursor: page.nextCursor))
        }
    }
}

/// What is written of a dataset, as a search reads it.
private struct CatalogText {
    private struct Entry {
        var match: CatalogHit.Match
        /// For a word that is all of it, one of its words, and a part of one.
        var weights: (whole: Int, word: Int, part: Int)
        var text: String
    }

    private let dataset: Dataset
    private let entries: [Entry]

    init(_ dataset: Dataset) {
        self.dataset = dataset
        let card = dataset.card
        func entry(_ field: String, _ value: String, _ text: String, _ weights: (Int, Int, Int)) -> Entry {
            Entry(match: CatalogHit.Match(field: field, value: value), weights: weights, text: text.lowercased())
        }
        let name = dataset.name.rawValue
        var entries = [entry("name", name, name, (100, 60, 30))]
        entries += card.tags.map { entry("tag", $0, $0, (50, 40, 15)) }
        entries += dataset.schema.columns.map { entry("column", $0.name, $0.name, (40, 25, 10)) }
        if let owner = card.owner { entries.append(entry("owner", owner, owner, (30, 20, 5))) }
        if let text = card.description { entries.append(entry("description", text, text, (20, 20, 5))) }
        entries += dataset.schema.columns.compactMap { column in
            card.columns[column.fieldID]?.description.map { entry("column_description", column.name, $0, (15, 15, 4)) }
        }
        self.entries = entries
    }

    /// Nil unless every word is found somewhere.
    func hit(_ words: [String]) -> CatalogHit? {
        var score = 0
        var matches: [CatalogHit.Match] = []
        for word in words {
            let found = entries.compactMap { entry -> (Int, CatalogHit.Match)? in
                Self.weight(of: word, in: entry).map { ($0, entry.match) }
            }
            guard let best = found.map(\.0).max() else { return nil }
            score += best
            for (_, match) in found where !matches.contains(match) { matches.append(match) }
        }
        return CatalogHit(
            name: dataset.name.rawValue,
            description: dataset.card.description,
            owner: dataset.card.owner,
            tags: dataset.card.tags,
            score: score,
            matches: Array(matches.prefix(Self.mostMatches))
        )
    }

    private static let mostMatches = 20

    private static func weight(of word: String, in entry: Entry) -> Int? {
        guard entry.text.contains(word) else { return nil }
        if entry.text == word { return entry.weights.whole }
        return words(entry.text).contains(word) ? entry.weights.word : entry.weights.part
    }

    static func words(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }
}
