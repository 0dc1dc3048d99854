/// The smallest parts of a text that chunks are made of, in order: sentences, and pieces of those that are too long.
struct ChunkUnit: Equatable {
    /// Without white space at its ends; never within a word of the tokenizer, unless `standsAlone`.
    var range: Range<Int>
    var tokens: Int
    /// A piece of a word: beside its neighbour it would not have the tokens that it has by itself.
    var standsAlone = false
}

/// Cuts a text into units while the tokenizer walks through it.
struct ChunkUnits {
    /// What a unit may hold.
    struct Limits {
        /// Of a sentence that stays whole.
        var tokens: Int
        /// Of a piece of a sentence that does not.
        var pieceTokens: Int
        /// Of either: keeps chunks small where bytes give few tokens, as in long runs of spaces or of one letter.
        var bytes: Int
    }

    private let text: UnsafeBufferPointer<UInt8>
    private let tokenizer: WordPieceTokenizer
    private let limits: Limits
    private(set) var units: [ChunkUnit] = []
    /// The pieces of the sentence that is being read, and the tokens of all of them.
    private var pieces: [ChunkUnit] = []
    private var sentenceStart = 0
    private var sentenceTokens = 0
    /// The piece that is being read.
    private var pieceStart = 0
    private var pieceTokens = 0
    /// The last place in it with white space before, and the tokens up to there.
    private var gap: (position: Int, tokens: Int)?

    init(_ text: UnsafeBufferPointer<UInt8>, tokenizer: WordPieceTokenizer, limits: Limits) {
        self.text = text
        self.tokenizer = tokenizer
        self.limits = limits
    }

    /// Reads the whole text.
    static func units(
        of text: UnsafeBufferPointer<UInt8>,
        tokenizer: WordPieceTokenizer,
        limits: Limits
    ) -> [ChunkUnit] {
        var reader = ChunkUnits(text, tokenizer: tokenizer, limits: limits)
        var ends = SentenceSplitter.sentences(of: text).lazy.map(\.upperBound).makeIterator()
        var end = ends.next()
        tokenizer.forEachWord(in: text) { word, tokens in
            while let sentenceEnd = end, sentenceEnd <= word.lowerBound {
                reader.endSentence(at: sentenceEnd)
                end = ends.next()
            }
            // A sentence that ends inside a word goes on.
            while let sentenceEnd = end, sentenceEnd < word.upperBound { end = ends.next() }
            reader.read(word, tokens: tokens.count)
            return true
        }
        reader.endSentence(at: text.count)
        return reader.units
    }

    private mutating func read(_ word: Range<Int>, tokens: Int) {
        if tokens > limits.tokens || word.count > limits.bytes {
            endPiece(at: word.lowerBound)
            splitWord(word)
            return
        }
        let isAfterSpace = isSpaceBefore(word.lowerBound)
        if !fits(word, tokens), !isAfterSpace, let gap { endPiece(at: gap.position, tokens: gap.tokens) }
        if !fits(word, tokens) { endPiece(at: word.lowerBound) }
        if isAfterSpace, pieceTokens > 0 { gap = (word.lowerBound, pieceTokens) }
        pieceTokens += tokens
        sentenceTokens += tokens
    }

    private func fits(_ word: Range<Int>, _ tokens: Int) -> Bool {
        pieceTokens == 0
            || (pieceTokens + tokens <= limits.pieceTokens && word.upperBound - pieceStart <= limits.bytes)
    }

    private func isSpaceBefore(_ position: Int) -> Bool { position > 0 && text[position - 1] <= 0x20 }

    private mutating func endPiece(at end: Int, tokens: Int? = nil) {
        let tokens = tokens ?? pieceTokens
        if let piece = unit(pieceStart..<end, tokens: tokens) { pieces.append(piece) }
        pieceStart = end
        pieceTokens -= tokens
        gap = nil
    }

    private mutating func endSentence(at end: Int) {
        endPiece(at: end)
        let range = UnicodeScalar.trim(sentenceStart..<end, of: text)
        let isWhole = sentenceTokens <= limits.tokens && range.count <= limits.bytes
        if isWhole, !pieces.contains(where: \.standsAlone) {
            if let sentence = unit(range, tokens: sentenceTokens) { units.append(sentence) }
        } else {
            units += pieces
        }
        pieces = []
        sentenceStart = end
        sentenceTokens = 0
    }

    private func unit(_ range: Range<Int>, tokens: Int) -> ChunkUnit? {
        let range = UnicodeScalar.trim(range, of: text)
        return range.isEmpty ? nil : ChunkUnit(range: range, tokens: tokens)
    }

    /// Cuts a word that is too long by itself, between any two scalars.
    private mutating func splitWord(_ word: Range<Int>) {
        var start = word.lowerBound
        while start < word.upperBound {
            var end = min(start + limits.bytes, word.upperBound)
            while true {
                while end < word.upperBound, text[end] & 0xC0 == 0x80 { end -= 1 }
                let tokens = tokenizer.count(UnsafeBufferPointer(rebasing: text[start..<end]))
                if tokens <= limits.tokens {
                    pieces.append(ChunkUnit(range: start..<end, tokens: tokens, standsAlone: true))
                    break
                }
                end = start + (end - start) / 2
            }
            start = end
        }
        pieceStart = word.upperBound
    }
}
