import LakeCore
import Testing

@testable import LakeModels

@Suite struct WordPieceTokenizerTests {
    private struct Example: Decodable {
        var text: String
        var ids: [Int32]
    }

    private func tokenizer(_ pieces: [String], separator: String = "\n") throws -> WordPieceTokenizer {
        let bytes = Array(pieces.joined(separator: separator).utf8)
        return try bytes.withUnsafeBufferPointer { bytes in try WordPieceTokenizer(vocabulary: bytes) }
    }

    private func ids(_ text: String, by tokenizer: WordPieceTokenizer = Samples.tokenizer) -> [Int32] {
        var ids: [Int32] = []
        _ = tokenizer.encode(text, limit: .max / 2, into: &ids)
        return ids
    }

    @Test func tokensAreThoseOfTheReferenceTokenizer() throws {
        let examples = try Samples.golden("wordpiece.json", as: [Example].self)
        #expect(examples.count > 20)
        for example in examples { #expect(ids(example.text) == example.ids, "\(example.text.debugDescription)") }
    }

    @Test func namesOfSpecialTokensAreText() {
        #expect(ids("[MASK]") == ids("[") + ids("mask") + ids("]"))
        #expect(!ids("[CLS] [SEP] [PAD] [UNK]").contains { (100...103).contains($0) || $0 == 0 })
    }

    @Test func piecesMatchGreedily() throws {
        let tokenizer = try tokenizer(["[UNK]", "[CLS]", "[SEP]", "a", "ab", "##b", "##c", "##bc", "abx"])
        #expect(ids("abc", by: tokenizer) == [4, 6])
        #expect(ids("a bc", by: tokenizer) == [3, 0])
        #expect(ids("abbc", by: tokenizer) == [4, 7])
        #expect(ids("abd", by: tokenizer) == [0])
    }

    @Test(arguments: ["\n", "\r\n"])
    func lineEndsOfTheVocabularyDoNotMatter(separator: String) throws {
        let tokenizer = try tokenizer(["[UNK]", "[CLS]", "[SEP]", "a", ""], separator: separator)
        #expect(tokenizer.vocabularySize == 4)
        #expect(ids("a", by: tokenizer) == [3])
    }

    @Test(arguments: ["[UNK]", "[CLS]", "[SEP]"])
    func vocabularyWithoutASpecialTokenIsRefused(missing: String) throws {
        let pieces = ["[UNK]", "[CLS]", "[SEP]", "a"].filter { $0 != missing }
        #expect(throws: ModelError.damagedFile("vocab.txt", problem: "has no \(missing) token")) {
            try tokenizer(pieces)
        }
    }

    @Test func wordsOfMoreThanAHundredCharactersAreUnknown() {
        #expect(ids(String(repeating: "a", count: 101)) == ids("\u{378}"))
        #expect(ids(String(repeating: "a", count: 100)).count > 1)
        #expect(ids(String(repeating: "é", count: 100)) == ids(String(repeating: "e", count: 100)))
    }

    @Test(arguments: 0..<12)
    func encodingStopsAtTheLimitAndSaysSo(limit: Int) {
        let text = "unaffordable embeddings, twice"
        let all = ids(text)
        var cut: [Int32] = [7]
        let isCut = Samples.tokenizer.encode(text, limit: limit, into: &cut)
        #expect(cut == [7] + all.prefix(limit))
        #expect(isCut == (all.count > limit))
    }

    @Test func countIsTheNumberOfTokens() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<200 {
            let text = RandomText.text(words: 40, using: &random)
            #expect(Samples.tokenizer.count(text) == ids(text).count, "\(text.debugDescription)")
        }
    }

    @Test func wordsKnowTheirPlaceInTheText() {
        let text = "  Café\u{301},日本 x\u{200B}y "
        var words: [String] = []
        var copy = text
        copy.withUTF8 { utf8 in
            Samples.tokenizer.forEachWord(in: utf8) { range, _ in
                words.append(String(decoding: utf8[range], as: UTF8.self))
                return true
            }
        }
        #expect(words == ["Café", ",", "日", "本", "x\u{200B}y"])
    }
}

/// Texts of all sorts of characters.
enum RandomText {
    private static let pieces = [
        "lake", "House", "unaffordable", "e\u{301}", "日本語", "Ω", "😀", "[MASK]", "\u{200B}", "\u{A0}", "\t", "\n",
        "\n\n",
        ". ", ".", "! ", "? ", ", ", "; ", "Dr. ", "e.g. ", "U.S. ", "3.14", "1. ", "- ", "• ", "# ", "\r\n",
        "\u{2028}",
        "\u{85}", "(", ")", "\"", "ß", "İ", "한국어", "\u{301}", "don't", "https://example.com/a?b=c", "x-y_z",
    ]

    static func text(words: Int, using random: inout SplitMix64) -> String {
        (0..<words).map { _ in
            let piece = pieces.randomElement(using: &random) ?? ""
            return Bool.random(using: &random) ? piece + " " : piece
        }.joined()
    }
}
