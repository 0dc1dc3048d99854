/// What breaks the rules of Arrow's format, in words.
struct ArrowFault: Error {
    var problem: String

    init(_ problem: String) { self.problem = problem }

    static let short = ArrowFault("a part of it lies outside of what holds it")
}

/// A piece of a mapped file, in which every access is checked.
struct ArrowBytes {
    private let bytes: UnsafeRawBufferPointer

    /// - Parameter bytes: Stay as long as this is used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var count: Int { bytes.count }

    /// The number at a place, little end first.
    @inline(__always)
    func load<Number: FixedWidthInteger>(_ place: Int, as type: Number.Type = Number.self) throws(ArrowFault) -> Number
    {
        guard place >= 0, place <= bytes.count - MemoryLayout<Number>.size else { throw .short }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
    }

    /// Part of it.
    func part(_ start: Int, _ count: Int) throws(ArrowFault) -> ArrowBytes {
        guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else { throw .short }
        return ArrowBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
    }

    /// The bit at a place.
    func bit(_ place: Int) throws(ArrowFault) -> Bool {
        try load(place >> 3, as: UInt8.self) >> UInt8(place & 7) & 1 == 1
    }

    /// Its bytes as UTF-8.
    func withText<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) throws(ArrowFault) -> Value {
        let text = bytes.bindMemory(to: UInt8.self)
        if let start = text.baseAddress, !UTF8Check.isValid(start, text.count) {
            throw ArrowFault("a text is not UTF-8")
        }
        return body(text)
    }

    func forEach(_ body: (UInt8) -> Void) { for byte in bytes { body(byte) } }
}

/// Reads a table of the FlatBuffers encoding, in which Arrow describes its messages.
struct FlatTable {
    private let bytes: ArrowBytes
    private let place: Int
    private let fields: Int
    private let fieldsSize: Int

    /// The table that the whole of `bytes` is about.
    init(root bytes: ArrowBytes) throws(ArrowFault) {
        try self.init(bytes, Int(try bytes.load(0, as: UInt32.self)))
    }

    private init(_ bytes: ArrowBytes, _ place: Int) throws(ArrowFault) {
        self.bytes = bytes
        self.place = place
        fields = place - Int(try bytes.load(place, as: Int32.self))
        fieldsSize = Int(try bytes.load(fields, as: UInt16.self))
    }

    /// Where a field is; nil when it has its default.
    private func field(_ number: Int) throws(ArrowFault) -> Int? {
        guard 4 + 2 * number + 2 <= fieldsSize else { return nil }
        let offset = Int(try bytes.load(fields + 4 + 2 * number, as: UInt16.self))
        return offset == 0 ? nil : place + offset
    }

    func number<Number: FixedWidthInteger>(_ number: Int, default fallback: Number) throws(ArrowFault) -> Number {
        guard let place = try field(number) else { return fallback }
        return try bytes.load(place)
    }

    func table(_ number: Int) throws(ArrowFault) -> FlatTable? {
        guard let place = try field(number) else { return nil }
        return try FlatTable(bytes, try target(place))
    }

    func text(_ number: Int) throws(ArrowFault) -> String? {
        guard let place = try field(number) else { return nil }
        let start = try target(place)
        let text = try bytes.part(start + 4, Int(try bytes.load(start, as: UInt32.self)))
        return try text.withText { String(decoding: $0, as: UTF8.self) }
    }

    /// The elements of a vector, each of so many bytes.
    func vector(_ number: Int, of size: Int) throws(ArrowFault) -> [ArrowBytes] {
        guard let (start, count) = try vector(number) else { return [] }
        guard count <= bytes.count / size else { throw .short }
        var elements: [ArrowBytes] = []
        for element in 0..<count { elements.append(try bytes.part(start + element * size, size)) }
        return elements
    }

    func tables(_ number: Int) throws(ArrowFault) -> [FlatTable] {
        guard let (start, count) = try vector(number) else { return [] }
        guard count <= bytes.count / 4 else { throw .short }
        var tables: [FlatTable] = []
        for element in 0..<count { tables.append(try FlatTable(bytes, try target(start + element * 4))) }
        return tables
    }

    private func vector(_ number: Int) throws(ArrowFault) -> (start: Int, count: Int)? {
        guard let place = try field(number) else { return nil }
        let start = try target(place)
        return (start + 4, Int(try bytes.load(start, as: UInt32.self)))
    }

    private func target(_ place: Int) throws(ArrowFault) -> Int { place + Int(try bytes.load(place, as: UInt32.self)) }
}
