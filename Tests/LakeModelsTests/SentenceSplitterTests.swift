import LakeCore
import Testing

@testable import LakeModels

@Suite struct SentenceSplitterTests {
    private func sentences(_ text: String) -> [String] {
        let utf8 = Array(text.utf8)
        return SentenceSplitter.sentences(of: text).map { range in
            let text = utf8.withUnsafeBufferPointer { UnicodeScalar.trim(range, of: $0) }
            return String(decoding: utf8[text], as: UTF8.self)
        }
    }

    @Test(arguments: [
        ["It rained.", "We stayed in."],
        ["Dr. Smith paid $3.50 for it.", "\"Really?\" she asked.", "\"Yes!\""],
        ["See e.g. Fig. 3 and No. 5.", "Then go on."],
        ["U.S. sales rose in the U.S. The rest fell."],
        ["Acme Inc. Berlin was sold.", "Nobody cried."],
        ["He lives in the U.S. with J. R. Smith of Acme Corp. in Berlin.", "She does not."],
        ["It opens at 9 a.m. on Jan. 3 of each year.", "Come early."],
        ["Ask Prof. Jones, Ph.D. Ms. Lee knows, too."],
        ["これは文です。", "次の文です。"],
        ["What?!", "No!", "Yes."],
        ["Version 3.5 is out.", "Use example.com for it."],
    ])
    func sentencesOfALineAreFound(expected: [String]) {
        let text = expected.joined(separator: " ")
        let found = sentences(text)
        // One text holds a boundary that is a matter of the next word alone.
        if expected.count == 1, let whole = expected.first {
            #expect(found.joined(separator: " ") == whole)
        } else {
            #expect(found == expected)
        }
    }

    @Test(arguments: [
        ("He moved to the U.S. The weather was better.", ["He moved to the U.S.", "The weather was better."]),
        (
            "They like apples, pears, etc. However, not plums.",
            ["They like apples, pears, etc.", "However, not plums."]
        ),
        ("That is plan B. It failed.", ["That is plan B.", "It failed."]),
        ("The answer is no. Nobody came.", ["The answer is no.", "Nobody came."]),
        ("He was born in Jan. Snow fell.", ["He was born in Jan.", "Snow fell."]),
    ])
    func abbreviationsMayEndASentence(text: String, expected: [String]) {
        #expect(sentences(text) == expected)
    }

    @Test(arguments: [
        ("# Heading\nText follows here.\n", ["# Heading", "Text follows here."]),
        ("Skills\n- Go\n- Rust\n\nEnd", ["Skills", "- Go", "- Rust", "End"]),
        ("1. First item\n2. Second item", ["1. First item", "2. Second item"]),
        ("a) one\nb) two", ["a) one", "b) two"]),
        ("Skills: • Go • Rust • C", ["Skills:", "• Go", "• Rust", "• C"]),
        ("one\r\n\r\ntwo\r\n", ["one", "two"]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
    ])
    func linesAndListItemsStandAlone(text: String, expected: [String]) {
        #expect(sentences(text) == expected)
    }

    @Test func wrappedLinesAreOneSentence() {
        let text = """
            The lake keeps tables, documents and their vectors in one
            bucket, and answers questions about them. It also says from
            which rows an answer was taken.

            new paragraph
            """
        #expect(
            sentences(text) == [
                "The lake keeps tables, documents and their vectors in one\nbucket, and answers questions about them.",
                "It also says from\nwhich rows an answer was taken.", "new paragraph",
            ]
        )
    }

    @Test(arguments: ["", " ", "\n\n", "x", ".", "\u{2028}\u{2028}", "a\n \n \n", "\n\na", "\u{301}"])
    func oddTextsAreCovered(text: String) {
        expectCovered(text)
    }

    @Test func sentencesCoverAnyTextInOrder() {
        var random = SplitMix64(seed: 21)
        for _ in 0..<300 { expectCovered(RandomText.text(words: 60, using: &random)) }
    }

    private func expectCovered(_ text: String) {
        let found = SentenceSplitter.sentences(of: text)
        var end = 0
        for range in found {
            #expect(range.lowerBound == end && !range.isEmpty, "\(text.debugDescription)")
            end = range.upperBound
        }
        #expect(end == text.utf8.count, "\(text.debugDescription)")
        if found.count > 1 { #expect(!sentences(text).contains(""), "\(text.debugDescription)") }
    }
}
