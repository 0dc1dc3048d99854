/// Reads the messages of an Arrow stream, or of a file, which is a stream between a signature and an index.
struct ArrowMessages {
    /// What a message says.
    enum Message {
        case schema(FlatTable)
        case dictionary(FlatTable, ArrowBytes)
        case batch(FlatTable, ArrowBytes)
    }

    private let bytes: ArrowBytes
    private var place: Int
    private let end: Int

    static let signature = Array("ARROW1".utf8)

    /// - Parameter bytes: The whole.
    /// - Throws: `ArrowFault` for a file without its end.
    init(_ bytes: ArrowBytes) throws(ArrowFault) {
        self.bytes = bytes
        var isFile = bytes.count >= Self.signature.count
        for (offset, byte) in Self.signature.enumerated() where isFile {
            isFile = try bytes.load(offset, as: UInt8.self) == byte
        }
        guard isFile else {
            place = 0
            end = bytes.count
            return
        }
        let tail = bytes.count - Self.signature.count - 4
        let index = Int(try bytes.load(tail, as: Int32.self))
        guard index >= 0, index <= tail - 8 else { throw ArrowFault("its end is missing or damaged") }
        place = 8
        end = tail - index
    }

    /// How much of it was read, from 0 to 1.
    var fraction: Double { end == 0 ? 1 : Double(place) / Double(end) }

    /// The next one; nil at the end.
    mutating func next() throws(ArrowFault) -> Message? {
        while place <= end - 8 {
            guard try bytes.load(place, as: UInt32.self) == .max else { throw ArrowFault("a message has no beginning") }
            let size = Int(try bytes.load(place + 4, as: Int32.self))
            if size == 0 { return nil }
            let message = try FlatTable(root: bytes.part(place + 8, size))
            let body = try bytes.part(place + 8 + size, try Self.length(message))
            place += 8 + size + body.count
            guard let header = try message.table(2) else { continue }
            switch try message.number(1, default: UInt8(0)) {
            case 1: return .schema(header)
            case 2: return .dictionary(header, body)
            case 3: return .batch(header, body)
            default: continue
            }
        }
        guard place == end else { throw ArrowFault("its last message is cut off") }
        return nil
    }

    private static func length(_ message: FlatTable) throws(ArrowFault) -> Int {
        let length = try message.number(3, default: Int64(0))
        guard length >= 0, length <= Int64(Int.max >> 1) else { throw .short }
        return Int(length)
    }
}

/// One batch: how long its columns are and where their parts lie.
struct ArrowBatch {
    let rows: Int
    private var nodes: ArraySlice<ArrowBytes>
    private var buffers: ArraySlice<ArrowBytes>
    private var variadics: ArraySlice<Int64>
    private let body: ArrowBytes

    init(_ table: FlatTable, _ body: ArrowBytes) throws(ArrowFault) {
        guard try table.table(3) == nil else {
            throw ArrowFault("it is compressed; write it without compression")
        }
        rows = try Self.count(try table.number(0, default: Int64(0)))
        nodes = try table.vector(1, of: 16)[...]
        buffers = try table.vector(2, of: 16)[...]
        var counts: [Int64] = []
        for count in try table.vector(4, of: 8) { counts.append(try count.load(0)) }
        variadics = counts[...]
        self.body = body
    }

    private static func count(_ number: Int64) throws(ArrowFault) -> Int {
        guard (0...Int64(Int32.max)).contains(number) else { throw ArrowFault("a batch has too many rows") }
        return Int(number)
    }

    /// The length of the next column or part of one, and how many of its values are missing.
    mutating func nextNode() throws(ArrowFault) -> (count: Int, nulls: Int64) {
        guard let node = nodes.popFirst() else { throw .short }
        return (try Self.count(try node.load(0)), try node.load(8))
    }

    /// The next part, in which so many values of so many bytes must have room.
    mutating func nextBuffer(_ count: Int, of size: Int) throws(ArrowFault) -> ArrowBytes {
        guard let buffer = buffers.popFirst() else { throw .short }
        let (start, length) = (try buffer.load(0, as: Int64.self), try buffer.load(8, as: Int64.self))
        let part = try body.part(Int(start), Int(length))
        guard part.count >= count * size else { throw .short }
        return part
    }

    /// The next part, as the bits that say which values there are; nil when all are.
    mutating func nextValidity(_ count: Int, nulls: Int64) throws(ArrowFault) -> ArrowBytes? {
        let bits = try nextBuffer(nulls == 0 ? 0 : (count + 7) / 8, of: 1)
        return nulls == 0 ? nil : bits
    }

    /// The next parts that views point into.
    mutating func nextVariadic() throws(ArrowFault) -> [ArrowBytes] {
        guard let count = variadics.popFirst(), (0...Int64(buffers.count)).contains(count) else { throw .short }
        var parts: [ArrowBytes] = []
        for _ in 0..<count { parts.append(try nextBuffer(0, of: 1)) }
        return parts
    }
}
