/// A part of a text, small enough for the model to read whole.
public struct TextChunk: Sendable, Hashable {
    /// UTF-8 offsets in the text it was cut from.
    public var range: Range<Int>
    /// What stands there.
    public var text: String
    /// Of `text`, marks not counted.
    public var tokens: Int

    public init(range: Range<Int>, text: String, tokens: Int) {
        self.range = range
        self.text = text
        self.tokens = tokens
    }
}
