/// A buffer that rows of CSV (RFC 4180) are appended to, field by field.
struct DemoRow {
    var bytes: [UInt8] = []
    private let delimiter: UInt8
    private let lineEnd: StaticString

    init(_ table: DemoTable) {
        delimiter = table.delimiter
        lineEnd = table.lineEnd
    }

    /// A field that cannot hold a delimiter or quote.
    @inline(__always)
    mutating func plain(_ write: (inout [UInt8]) -> Void) {
        write(&bytes)
        bytes.append(delimiter)
    }

    /// A field that is put in quotes when it needs them.
    @inline(__always)
    mutating func text(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        bytes.quoteCSV(from: start, delimiter: delimiter)
        bytes.append(delimiter)
    }

    mutating func id(_ prefix: StaticString, _ index: Int) { plain { $0.append(id: prefix, index) } }

    mutating func number(_ number: Int) { plain { $0.append(number: number) } }

    /// A decimal with two places.
    mutating func amount(hundredths: Int) { plain { $0.append(hundredths: hundredths) } }

    mutating func date(_ date: DemoDate?) { plain { if let date { $0.append(date: date) } } }

    mutating func flag(_ flag: Bool) { plain { $0.append(flag ? "true" : "false") } }

    /// NULL: nothing between two delimiters.
    mutating func null() { bytes.append(delimiter) }

    /// The empty string: a pair of quotes.
    mutating func empty() { plain { $0.append("\"\"") } }

    mutating func end() {
        bytes.removeLast()
        bytes.append(lineEnd)
    }
}
