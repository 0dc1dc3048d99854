/// Cuts texts into overlapping chunks that the model can read whole.
///
/// A chunk is as many whole sentences as fit; a sentence that is too long by itself is cut between words. What is not
/// white space is in at least one chunk. The same text gives the same chunks; time is linear.
public struct Chunker: Sendable {
    /// The smallest chunk size: one character never has more tokens.
    public static let minimumSizeTokens = 16
    /// Of a chunk, per token of its size: text has about 5, and only what is hardly text reaches this.
    static let bytesPerToken = 64

    /// The most tokens of a chunk.
    public let sizeTokens: Int
    /// The most tokens that a chunk repeats of the one before.
    public let overlapTokens: Int
    private let tokenizer: WordPieceTokenizer

    /// A chunker for the tokens of a local model.
    ///
    /// - Throws: `ModelError.invalidChunkSize` unless the size is 16 to what the model reads,
    ///   `.invalidChunkOverlap` unless the overlap is less than half of it.
    public init(model: LocalEmbeddingModel, sizeTokens: Int = 200, overlapTokens: Int = 40) throws(ModelError) {
        try self.init(
            tokenizer: model.tokenizer,
            maxTokens: model.maxTokens,
            sizeTokens: sizeTokens,
            overlapTokens: overlapTokens
        )
    }

    /// A chunker for the tokens of a tokenizer.
    ///
    /// - Throws: As the other one, for a model that reads `maxTokens`.
    public init(
        tokenizer: WordPieceTokenizer,
        maxTokens: Int,
        sizeTokens: Int = 200,
        overlapTokens: Int = 40
    ) throws(ModelError) {
        guard Self.minimumSizeTokens <= sizeTokens, sizeTokens <= maxTokens else {
            let allowed = Self.minimumSizeTokens...max(Self.minimumSizeTokens, maxTokens)
            throw .invalidChunkSize(sizeTokens, allowed: allowed)
        }
        guard overlapTokens >= 0, overlapTokens * 2 < sizeTokens else {
            throw .invalidChunkOverlap(overlapTokens, sizeTokens: sizeTokens)
        }
        self.tokenizer = tokenizer
        self.sizeTokens = sizeTokens
        self.overlapTokens = overlapTokens
    }

    /// The chunks of a text in order; none when nothing in it has a token.
    public func chunks(of text: String) -> [TextChunk] {
        var text = text
        return text.withUTF8 { utf8 in
            let units = ChunkUnits.units(
                of: utf8,
                tokenizer: tokenizer,
                limits: .init(
                    tokens: sizeTokens,
                    pieceTokens: overlapTokens > 0 ? overlapTokens : sizeTokens,
                    bytes: sizeTokens * Self.bytesPerToken
                )
            )
            var chunks: [TextChunk] = []
            for (range, tokens) in pack(units) {
                let span = units[range.lowerBound].range.lowerBound..<units[range.upperBound - 1].range.upperBound
                chunks.append(TextChunk(range: span, text: String(decoding: utf8[span], as: UTF8.self), tokens: tokens))
            }
            return chunks
        }
    }

    /// The runs of units that chunks are made of.
    private func pack(_ units: [ChunkUnit]) -> [(units: Range<Int>, tokens: Int)] {
        var chunks: [(units: Range<Int>, tokens: Int)] = []
        var start = 0
        var tokens = 0
        func end(at next: Int) {
            if tokens > 0 { chunks.append((start..<next, tokens)) }
        }
        for (index, unit) in units.enumerated() {
            if index > start {
                if unit.standsAlone || units[index - 1].standsAlone {
                    end(at: index)
                    (start, tokens) = (index, 0)
                } else if !fits(unit, after: units[start], tokens) {
                    end(at: index)
                    (start, tokens) = overlap(before: index, of: start..<index, units)
                }
            }
            tokens += unit.tokens
        }
        if start < units.count { end(at: units.count) }
        return chunks
    }

    private func fits(_ unit: ChunkUnit, after first: ChunkUnit, _ tokens: Int) -> Bool {
        tokens + unit.tokens <= sizeTokens
            && unit.range.upperBound - first.range.lowerBound <= sizeTokens * Self.bytesPerToken
    }

    /// Where the chunk that goes on with unit `next` starts: with what fits of the last one's end.
    private func overlap(before next: Int, of last: Range<Int>, _ units: [ChunkUnit]) -> (start: Int, tokens: Int) {
        var start = next
        var tokens = 0
        // The first unit of the last chunk is never repeated: a chunk would repeat all of another.
        while start > last.lowerBound + 1, tokens + units[start - 1].tokens <= overlapTokens,
            fits(units[next], after: units[start - 1], tokens + units[start - 1].tokens)
        {
            start -= 1
            tokens += units[start].tokens
        }
        return (start, tokens)
    }
}
