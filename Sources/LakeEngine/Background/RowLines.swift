/// Takes rows, one a line, out of pieces of a file, up to so many or so much.
struct RowLines {
    /// The rows with commas between them.
    private(set) var rows: [UInt8] = []
    private(set) var count = 0
    /// The bytes of those rows in the file.
    private(set) var consumed = 0
    private let limit: Int
    private var line: [UInt8] = []
    /// Whether the first byte has to be the end of the row before.
    private var isInside: Bool
    /// About how much a page holds.
    private static let bytesMax = 4 << 20

    init(isInside: Bool, limit: Int) {
        self.isInside = isInside
        self.limit = limit
    }

    var isFull: Bool { count >= limit || rows.count >= Self.bytesMax }

    /// Takes what it can of a piece.
    ///
    /// - Returns: Whether the first piece began where a row does.
    mutating func take(_ piece: [UInt8]) -> Bool {
        var rest = piece[...]
        if isInside {
            guard rest.popFirst() == UInt8(ascii: "\n") else { return false }
            isInside = false
        }
        while !isFull, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[..<end]
            if count > 0 { rows.append(UInt8(ascii: ",")) }
            rows += line
            consumed += line.count + 1
            count += 1
            line.removeAll(keepingCapacity: true)
            rest = rest[(end + 1)...]
        }
        if !isFull { line += rest }
        return true
    }
}
