/// Some consecutive texts of a request, as tokens: what one kernel call takes.
struct TokenGroup: Sendable {
    /// Position of the first text in the request.
    let first: Int
    /// The texts' tokens end to end, with their marks.
    private(set) var tokens: [Int32] = []
    /// Where each text starts, and where the last one ends.
    private(set) var offsets = [0]

    var count: Int { offsets.count - 1 }

    init(first: Int) { self.first = first }

    mutating func append(_ text: [Int32]) {
        tokens += text
        offsets.append(tokens.count)
    }
}

/// Cuts a request into groups, tokenizing no further than the group that is asked for.
struct TokenGroups {
    private let texts: [String]
    private let tokenizer: WordPieceTokenizer
    private let textTokens: Int
    private let groupTokens: Int
    private var position = 0
    /// A text that did not fit into the group before.
    private var pending: [Int32]?

    /// Tokens with marks, and texts that were cut, of the groups so far.
    private(set) var tokens = 0
    private(set) var truncated = 0

    /// - Parameters:
    ///   - texts: The request.
    ///   - tokenizer: The model's.
    ///   - textTokens: The most tokens of one text, without marks.
    ///   - groupTokens: The most tokens of a group of several texts.
    init(_ texts: [String], tokenizer: WordPieceTokenizer, textTokens: Int, groupTokens: Int) {
        self.texts = texts
        self.tokenizer = tokenizer
        self.textTokens = textTokens
        self.groupTokens = groupTokens
    }

    /// The next group; nil after the last.
    ///
    /// - Throws: `ModelError.emptyText` for a text without tokens.
    mutating func next() throws(ModelError) -> TokenGroup? {
        guard position < texts.count else { return nil }
        var group = TokenGroup(first: position)
        while position < texts.count {
            let text: [Int32]
            if let kept = pending.take() { text = kept } else { text = try tokenize(position) }
            if group.count > 0, group.tokens.count + text.count > groupTokens {
                pending = text
                return group
            }
            group.append(text)
            position += 1
        }
        return group
    }

    private mutating func tokenize(_ index: Int) throws(ModelError) -> [Int32] {
        var text = [tokenizer.classToken]
        if tokenizer.encode(texts[index], limit: textTokens, into: &text) { truncated += 1 }
        guard text.count > 1 else { throw .emptyText(index: index) }
        text.append(tokenizer.separatorToken)
        tokens += text.count
        return text
    }
}
