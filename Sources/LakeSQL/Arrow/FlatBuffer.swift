/// Writes the metadata of Arrow's messages in the FlatBuffers encoding, from its end to its beginning.
///
/// What refers to a thing comes before it, so a thing is written before whatever refers to it. Places are counted from the end.
struct FlatBuffer {
    /// The last byte first.
    private var reversed: [UInt8] = []

    /// Where something begins, in bytes from the end.
    struct Place {
        fileprivate var fromEnd: Int
    }

    /// One field of a table; the places of absent ones are kept by ``none``.
    enum Field {
        case none
        case byte(UInt8)
        case short(Int16)
        case int(Int32)
        case long(Int64)
        case place(Place)

        static func bool(_ value: Bool) -> Field { .byte(value ? 1 : 0) }
    }

    /// A text, with its length before and a zero behind it.
    mutating func text(_ text: String) -> Place {
        let bytes = Array(text.utf8)
        align(4, before: bytes.count + 1)
        reversed.append(0)
        reversed.append(contentsOf: bytes.reversed())
        return counted(bytes.count)
    }

    /// A vector of references.
    mutating func vector(_ places: [Place]) -> Place {
        align(4, before: places.count * 4)
        for place in places.reversed() { refer(to: place) }
        return counted(places.count)
    }

    /// A vector of numbers.
    mutating func vector(_ numbers: [Int32]) -> Place {
        align(4, before: numbers.count * 4)
        for number in numbers.reversed() { push(number) }
        return counted(numbers.count)
    }

    /// A vector of structs of two numbers each.
    mutating func vector(_ pairs: [(Int64, Int64)]) -> Place {
        align(4, before: pairs.count * 16)
        align(8, before: pairs.count * 16)
        for (first, second) in pairs.reversed() {
            push(second)
            push(first)
        }
        return counted(pairs.count)
    }

    /// A table: its fields in the order of their numbers.
    mutating func table(_ fields: [Field]) -> Place {
        let end = reversed.count
        let slots = fields.map { field in
            switch field {
            case .none: return 0
            case .byte(let value): push(value)
            case .short(let value): push(value)
            case .int(let value): push(value)
            case .long(let value): push(value)
            case .place(let place): refer(to: place)
            }
            return reversed.count
        }
        push(Int32(0))
        let table = reversed.count
        for slot in slots.reversed() { push(UInt16(slot == 0 ? 0 : table - slot)) }
        push(UInt16(table - end))
        push(UInt16(4 + 2 * fields.count))
        // What was left open: how far before the table the list of its fields is.
        let distance = UInt32(reversed.count - table)
        for byte in 0..<4 { reversed[table - 1 - byte] = UInt8(truncatingIfNeeded: distance >> UInt32(8 * byte)) }
        return Place(fromEnd: table)
    }

    /// The whole, a multiple of eight bytes long.
    mutating func finish(_ root: Place) -> [UInt8] {
        align(8, before: 4)
        refer(to: root)
        return reversed.reversed()
    }

    private mutating func counted(_ count: Int) -> Place {
        push(UInt32(count))
        return Place(fromEnd: reversed.count)
    }

    private mutating func refer(to place: Place) {
        align(4, before: 0)
        push(UInt32(reversed.count + 4 - place.fromEnd))
    }

    private mutating func push<Number: FixedWidthInteger>(_ number: Number) {
        let size = MemoryLayout<Number>.size
        align(size, before: 0)
        for byte in (0..<size).reversed() { reversed.append(UInt8(truncatingIfNeeded: number >> Number(8 * byte))) }
    }

    /// Fills up so that what begins after `bytes` more is aligned.
    private mutating func align(_ alignment: Int, before bytes: Int) {
        while (reversed.count + bytes) % alignment != 0 { reversed.append(0) }
    }
}
