/// Which rows of one data file are deleted: a bit for each row.
public struct DeletedRows: Hashable, Sendable {
    private var words: [UInt64]
    /// How many there are.
    public private(set) var count = 0

    /// None of about `rows` rows.
    public init(of rows: Int) { words = [UInt64](repeating: 0, count: (rows + 63) / 64) }

    /// Deletes the row at a position, counted from 0.
    ///
    /// - Returns: False when it is deleted already or no row can stand there.
    @discardableResult
    public mutating func insert(_ row: Int) -> Bool {
        guard row >= 0, !contains(row) else { return false }
        if row / 64 >= words.count { words += [UInt64](repeating: 0, count: row / 64 + 1 - words.count) }
        words[row / 64] |= 1 << UInt64(row % 64)
        count += 1
        return true
    }

    /// Whether the row at a position is deleted; false beyond the last.
    public func contains(_ row: Int) -> Bool {
        guard row >= 0, row / 64 < words.count else { return false }
        return words[row / 64] >> UInt64(row % 64) & 1 == 1
    }

    /// How many rows before a position are deleted.
    public func count(before row: Int) -> Int {
        let whole = min(max(row, 0) / 64, words.count)
        let full = words[..<whole].reduce(0) { $0 + $1.nonzeroBitCount }
        guard whole < words.count, row > 0 else { return full }
        return full + (words[whole] & ((1 << UInt64(row % 64)) - 1)).nonzeroBitCount
    }

    /// The bytes that the bits take.
    public var bytes: Int { words.count * 8 }

    /// Writes for each of `rows` whether it is kept.
    func mark(kept: UnsafeMutableBufferPointer<Bool>, rows: UnsafeBufferPointer<Int64>) {
        words.withUnsafeBufferPointer { words in
            for place in rows.indices {
                let row = Int(rows[place])
                kept[place] = row / 64 >= words.count || words[row / 64] >> UInt64(row % 64) & 1 == 0
            }
        }
    }
}

/// The deleted rows of the files of one relation.
///
/// Held by the relation; a statement names it by its number.
public final class DeletionSet: Sendable {
    /// By the place of the file in the relation's list.
    public let files: [Int: DeletedRows]
    let number: Int64

    /// - Parameter files: The deleted rows of each file that has any, by its place in the relation's list.
    public init(_ files: [Int: DeletedRows]) {
        self.files = files
        number = DeletionRegistry.shared.next()
        DeletionRegistry.shared.add(self)
    }

    deinit { DeletionRegistry.shared.remove(number) }
}

extension DeletionSet: Hashable {
    public static func == (a: DeletionSet, b: DeletionSet) -> Bool { a === b }

    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
