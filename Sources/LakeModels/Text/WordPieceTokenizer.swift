/// BERT's uncased WordPiece tokenizer.
///
/// Its ids are those of the Hugging Face tokenizer of the same vocabulary, with one intended difference: a text is
/// never read as special tokens, so `[MASK]` in a document is a bracket, a word and a bracket. Time is linear in the
/// text.
public struct WordPieceTokenizer: Sendable {
    private let trie: VocabularyTrie
    /// Tokens of the vocabulary.
    public let vocabularySize: Int
    /// Stands before each text.
    let classToken: Int32
    /// Stands after each text.
    let separatorToken: Int32
    private let unknownToken: Int32

    /// Reads a vocabulary: one piece a line, its line number being its token.
    ///
    /// - Parameters:
    ///   - vocabulary: The bytes of a `vocab.txt`.
    ///   - file: Its name, for errors.
    /// - Throws: `ModelError.damagedFile` when `[CLS]`, `[SEP]` or `[UNK]` is missing.
    public init(vocabulary: UnsafeBufferPointer<UInt8>, file: String = "vocab.txt") throws(ModelError) {
        var trie = VocabularyTrie(expectingBytes: vocabulary.count)
        var special: [String: Int32] = ["[CLS]": -1, "[SEP]": -1, "[UNK]": -1]
        var token: Int32 = 0
        var start = 0
        while start < vocabulary.count {
            var end = start
            while end < vocabulary.count, vocabulary[end] != UInt8(ascii: "\n") { end += 1 }
            let next = end + 1
            if end > start, vocabulary[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            let piece = vocabulary[start..<end]
            trie.insert(piece, token: token)
            if piece.first == UInt8(ascii: "["), piece.count == 5 {
                let name = String(decoding: piece, as: UTF8.self)
                if special[name] != nil { special[name] = token }
            }
            token += 1
            start = next
        }
        func required(_ name: String) throws(ModelError) -> Int32 {
            guard let token = special[name], token >= 0 else {
                throw .damagedFile(file, problem: "has no \(name) token")
            }
            return token
        }
        classToken = try required("[CLS]")
        separatorToken = try required("[SEP]")
        unknownToken = try required("[UNK]")
        vocabularySize = Int(token)
        self.trie = trie
    }

    /// Tokens of the whole text, its start and end marks not counted.
    public func count(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { count($0) }
    }

    /// Appends the tokens of a text, without marks, up to a limit.
    ///
    /// - Returns: True when the text has more tokens than the limit and was cut.
    func encode(_ text: String, limit: Int, into ids: inout [Int32]) -> Bool {
        var text = text
        let end = ids.count + limit
        return text.withUTF8 { utf8 in
            var isCut = false
            forEachWord(in: utf8) { _, pieces in
                let room = end - ids.count
                ids.append(contentsOf: pieces.prefix(room))
                isCut = pieces.count > room
                return !isCut
            }
            return isCut
        }
    }

    func count(_ utf8: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        forEachWord(in: utf8) { _, pieces in
            count += pieces.count
            return true
        }
        return count
    }

    /// Calls `body` with each word's place in the text and its tokens, until it returns false.
    @inline(__always)
    func forEachWord(
        in utf8: UnsafeBufferPointer<UInt8>,
        _ body: (Range<Int>, Slice<UnsafeMutableBufferPointer<Int32>>) -> Bool
    ) {
        trie.withMatcher { matcher in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: WordScanner.wordCapacity) { word in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: WordScanner.wordCapacity) { pieces in
                    var scanner = WordScanner(utf8, word: word)
                    while scanner.next() {
                        var count: Int?
                        if scanner.characterCount <= WordScanner.maximumCharacters {
                            count = matcher.split(word[..<scanner.byteCount], into: pieces)
                        }
                        if count == nil { pieces[0] = unknownToken }
                        guard body(scanner.start..<scanner.end, pieces[..<(count ?? 1)]) else { return }
                    }
                }
            }
        }
    }
}
