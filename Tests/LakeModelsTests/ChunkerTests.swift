import LakeCore
import Testing

@testable import LakeModels

@Suite struct ChunkerTests {
    private func chunker(_ size: Int = 16, _ overlap: Int = 5) throws -> Chunker {
        try Chunker(tokenizer: Samples.tokenizer, maxTokens: 254, sizeTokens: size, overlapTokens: overlap)
    }

    @Test func aShortTextIsOneChunk() throws {
        let chunks = try chunker().chunks(of: "  One lake.\n")
        #expect(chunks == [TextChunk(range: 2..<11, text: "One lake.", tokens: 3)])
    }

    @Test(arguments: ["", "   \n\t", "\u{200B}\u{200B}"])
    func aTextWithoutTokensHasNoChunks(text: String) throws {
        #expect(try chunker().chunks(of: text).isEmpty)
    }

    @Test func chunksAreWholeSentencesThatOverlapByWholeSentences() throws {
        // Five tokens each.
        let sentences = ["One two three four.", "Five six seven eight.", "Nine ten one two.", "Three four five six."]
        let text = sentences.joined(separator: " ")
        #expect(
            try chunker(16, 5).chunks(of: text).map(\.text) == [
                sentences[0...2].joined(separator: " "), sentences[2...3].joined(separator: " "),
            ]
        )
        #expect(
            try chunker(16, 4).chunks(of: text).map(\.text) == [sentences[0...2].joined(separator: " "), sentences[3]]
        )
        #expect(
            try chunker(16, 0).chunks(of: text).map(\.text) == [sentences[0...2].joined(separator: " "), sentences[3]]
        )
    }

    @Test func aLongSentenceIsCutBetweenWordsAndOverlaps() throws {
        let words = (0..<100).map { ["lake", "house", "river", "stone"][$0 % 4] }
        let chunks = try chunker(16, 4).chunks(of: words.joined(separator: " "))
        #expect(chunks.dropLast().allSatisfy { $0.tokens == 16 })
        for (a, b) in zip(chunks, chunks.dropFirst()) {
            #expect(b.range.lowerBound < a.range.upperBound)
            #expect(b.range.upperBound > a.range.upperBound)
        }
        #expect(chunks.allSatisfy { $0.text.split(separator: " ").allSatisfy { words.contains(String($0)) } })
    }

    @Test func cutsPreferWhiteSpace() throws {
        let text = Array(repeating: "well-known", count: 30).joined(separator: " ")
        for chunk in try chunker(16, 6).chunks(of: text) {
            #expect(chunk.text.hasPrefix("well") && chunk.text.hasSuffix("known"))
        }
    }

    @Test func wordsThatAreTooLongAreCutInside() throws {
        let vocabularyOfLetters = String(repeating: "qzxj", count: 20)
        let endless = String(repeating: "z", count: 10_000)
        for text in [vocabularyOfLetters, endless, "lake " + vocabularyOfLetters + " house " + endless + "."] {
            let chunks = try chunker().chunks(of: text)
            expectSound(chunks, of: text, size: 16)
            #expect(chunks.count > 1)
            #expect(chunks.allSatisfy { $0.range.count <= 16 * Chunker.bytesPerToken })
        }
    }

    @Test func runsOfSpaceDoNotMakeChunksLong() throws {
        let text = "lake" + String(repeating: " ", count: 5000) + "house"
        #expect(try chunker().chunks(of: text).map(\.text) == ["lake", "house"])
    }

    @Test(arguments: [(16, 0), (16, 7), (20, 1), (40, 12), (200, 40)])
    func anyTextIsCutSoundly(size: Int, overlap: Int) throws {
        let chunker = try chunker(size, overlap)
        var random = SplitMix64(seed: UInt64(size * 100 + overlap))
        for words in [1, 5, 60, 400] {
            for _ in 0..<25 {
                let text = RandomText.text(words: words, using: &random)
                let chunks = chunker.chunks(of: text)
                expectSound(chunks, of: text, size: size)
                #expect(chunks == chunker.chunks(of: text))
                for (a, b) in zip(chunks, chunks.dropFirst()) where b.range.lowerBound < a.range.upperBound {
                    let shared = String(
                        decoding: Array(text.utf8)[b.range.lowerBound..<a.range.upperBound],
                        as: UTF8.self
                    )
                    #expect(Samples.tokenizer.count(shared) <= overlap, "\(text.debugDescription)")
                }
            }
        }
    }

    /// What holds for all chunks of all texts.
    private func expectSound(_ chunks: [TextChunk], of text: String, size: Int) {
        let utf8 = Array(text.utf8)
        var covered = 0
        for chunk in chunks {
            #expect(String(decoding: utf8[chunk.range], as: UTF8.self) == chunk.text)
            #expect((1...size).contains(chunk.tokens))
            #expect(Samples.tokenizer.count(chunk.text) == chunk.tokens, "\(chunk.text.debugDescription)")
            let scalars = chunk.text.unicodeScalars
            #expect(scalars.first?.properties.isWhitespace == false && scalars.last?.properties.isWhitespace == false)
            if chunk.range.lowerBound > covered { expectBlank(utf8[covered..<chunk.range.lowerBound], text) }
            #expect(chunk.range.upperBound > covered)
            covered = max(covered, chunk.range.upperBound)
        }
        if !chunks.isEmpty { expectBlank(utf8[covered...], text) }
    }

    private func expectBlank(_ bytes: ArraySlice<UInt8>, _ text: String) {
        let gap = String(decoding: bytes, as: UTF8.self)
        #expect(
            gap.unicodeScalars.allSatisfy { $0.properties.isWhitespace },
            "\(gap.debugDescription) of \(text.debugDescription) is in no chunk"
        )
    }

    @Test(arguments: [-1, 0, 15, 255, Int.max])
    func sizesTheModelCannotReadAreRefused(size: Int) {
        #expect(throws: ModelError.invalidChunkSize(size, allowed: 16...254)) { try chunker(size, 0) }
    }

    @Test(arguments: [(16, -1), (16, 8), (17, 9), (200, 100)])
    func overlapsOfHalfAChunkAreRefused(size: Int, overlap: Int) {
        #expect(throws: ModelError.invalidChunkOverlap(overlap, sizeTokens: size)) { try chunker(size, overlap) }
    }

    @Test func theLimitsAreAllowed() throws {
        _ = try chunker(16, 7)
        _ = try chunker(254, 126)
    }
}
