/// A piece of text that has a vector, and where it was cut from.
public struct ChunkRecord: Hashable, Sendable {
    /// Names the source row for users: the value of the id column, or file and row.
    public var id: String
    /// The data file, as an index into the manifest's list.
    public var fileIndex: Int
    /// The row's position in that file.
    public var row: Int
    /// The text column, as an index into the manifest's list.
    public var column: Int
    /// UTF-8 offsets of the chunk in the column's text.
    public var start: Int
    public var end: Int
    public var text: String

    public init(id: String, fileIndex: Int, row: Int, column: Int, start: Int, end: Int, text: String) {
        self.id = id
        self.fileIndex = fileIndex
        self.row = row
        self.column = column
        self.start = start
        self.end = end
        self.text = text
    }

    /// Why the formats cannot hold this record; nil when they can.
    var flaw: String? {
        let numbers = [fileIndex, column, start, end, id.utf8.count, text.utf8.count]
        guard row >= 0, numbers.allSatisfy({ UInt32(exactly: $0) != nil }) else {
            return "a position or a length is negative or beyond 32 bits"
        }
        return start <= end ? nil : "it ends before it starts"
    }
}

/// The row and column that a chunk was cut from.
public struct ChunkSource: Hashable, Sendable {
    public var fileIndex: Int
    public var row: Int
    public var column: Int
}

/// A place in the source, opaque to this room but for its order: the file first, then the row.
public struct SourcePosition: Hashable, Sendable, Comparable {
    public var file: UInt64
    public var row: UInt64

    public init(file: UInt64, row: UInt64) {
        self.file = file
        self.row = row
    }

    /// Where every job starts.
    public static let start = SourcePosition(file: 0, row: 0)

    public static func < (a: Self, b: Self) -> Bool { (a.file, a.row) < (b.file, b.row) }
}
