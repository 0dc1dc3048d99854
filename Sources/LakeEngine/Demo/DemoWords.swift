/// A list of words or names, held as one run of UTF-8 so that appending one is a copy and nothing else.
struct DemoWords: Sendable {
    private let bytes: [UInt8]
    private let starts: [Int]

    /// Words separated by `|`, which may run over several lines.
    init(_ text: String) {
        self.init(words: text.split(whereSeparator: { $0 == "|" || $0 == "\n" }).map(String.init))
    }

    init(words: [String]) {
        var bytes: [UInt8] = []
        var starts: [Int] = []
        for word in words {
            starts.append(bytes.count)
            bytes.append(contentsOf: word.utf8)
        }
        starts.append(bytes.count)
        self.bytes = bytes
        self.starts = starts
    }

    var count: Int { starts.count - 1 }

    subscript(index: Int) -> ArraySlice<UInt8> { bytes[starts[index]..<starts[index + 1]] }

    func string(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}
