import LakeCore

/// Reads one column of a chunk where it lies.
///
/// Memory safety: the pointers belong to the ``Chunk`` that made the reader, and callers keep rows below its row count;
/// offsets into children come from the library, which wrote them for exactly these children.
///
/// Unchecked: the memory is not written after the chunk was fetched.
struct VectorReader: @unchecked Sendable {
    /// How a VARCHAR, BLOB, BIT or BIGNUM lies in a vector: length, then up to twelve bytes, or four and a pointer.
    private static let stringStride = 16
    private static let inlineLength = 12

    let type: SQLType
    let data: UnsafeRawPointer?
    /// One bit per row, set when there is a value; absent when every row has one.
    let validity: UnsafePointer<UInt64>?
    let children: [VectorReader]

    @inline(__always)
    func isNull(_ row: Int) -> Bool {
        guard let validity else { return false }
        return validity[row >> 6] & (1 << UInt64(row & 63)) == 0
    }

    /// The fixed-width value of `row`.
    @inline(__always)
    func load<Value: BitwiseCopyable>(_ row: Int, as type: Value.Type) -> Value {
        data.unsafelyUnwrapped.load(fromByteOffset: row * MemoryLayout<Value>.stride, as: type)
    }

    /// The bytes of a text or blob; valid as long as the chunk.
    @inline(__always)
    func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        let cell = data.unsafelyUnwrapped + row * Self.stringStride
        let length = Int(cell.load(as: UInt32.self))
        let start = length <= Self.inlineLength ? cell + 4 : cell.load(fromByteOffset: 8, as: UnsafeRawPointer.self)
        return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: length)
    }

    /// The fixed-width values of `rows` as they lie; valid as long as the chunk.
    func raw(_ rows: Range<Int>, width: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: data.unsafelyUnwrapped + rows.lowerBound * width, count: rows.count * width)
    }

    /// The rows of the child that make up the list or array in `row`.
    @inline(__always)
    func elements(_ row: Int) -> Range<Int> {
        if case .array(_, let count) = type { return row * count..<(row + 1) * count }
        let entry = load(row, as: ListEntry.self)
        return Int(entry.offset)..<Int(entry.offset + entry.length)
    }

    /// The label of an ENUM, by the width that its dictionary needs.
    func label(_ row: Int, _ labels: [String]) -> String {
        let index =
            switch SQLType.indexWidth(labels.count) {
            case 1: Int(load(row, as: UInt8.self))
            case 2: Int(load(row, as: UInt16.self))
            default: Int(load(row, as: UInt32.self))
            }
        return labels[index]
    }

    /// The unscaled value of a DECIMAL, by the width that its precision needs.
    @inline(__always)
    func unscaled(_ row: Int, width: Int) -> Int128 {
        switch width {
        case ...4: Int128(load(row, as: Int16.self))
        case ...9: Int128(load(row, as: Int32.self))
        case ...18: Int128(load(row, as: Int64.self))
        default: hugeint(row)
        }
    }

    @inline(__always)
    func hugeint(_ row: Int) -> Int128 {
        let halves = load(row, as: Halves.self)
        return Int128(Int64(bitPattern: halves.upper)) << 64 | Int128(halves.lower)
    }

    @inline(__always)
    func uhugeint(_ row: Int) -> UInt128 {
        let halves = load(row, as: Halves.self)
        return UInt128(halves.upper) << 64 | UInt128(halves.lower)
    }

    @inline(__always)
    func interval(_ row: Int) -> Interval { load(row, as: Interval.self) }

    /// The member of a UNION that holds in `row`, counted from 0.
    func tag(_ row: Int) -> Int { Int(children[0].load(row, as: UInt8.self)) }

    private struct ListEntry: BitwiseCopyable {
        var offset: UInt64
        var length: UInt64
    }

    private struct Halves: BitwiseCopyable {
        var lower: UInt64
        var upper: UInt64
    }
}

/// A span of calendar time as the library holds it.
struct Interval: BitwiseCopyable {
    var months: Int32
    var days: Int32
    var microseconds: Int64
}
