#if _endian(big)
#error("The formats are little-endian and are used in place; this program runs on little-endian machines only.")
#endif

/// Builds a file's bytes: little-endian numbers, one after the other.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: Float) { append(value.bitPattern) }

    mutating func append(_ values: [Float]) {
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ values: some Sequence<UInt8>) { bytes.append(contentsOf: values) }

    /// Appends zeros up to a multiple of `unit`.
    mutating func pad(to unit: Int) {
        bytes.append(contentsOf: repeatElement(0, count: (unit - bytes.count % unit) % unit))
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

/// Reads a file's bytes without ever leaving them, whatever they say.
struct ByteReader {
    let file: String
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int
    private let end: Int

    /// Reads `range`, which must lie inside `bytes`; they must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, file: String) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the part lies outside the bytes")
        self.file = file
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
    }

    mutating func number<Value: FixedWidthInteger>(_: Value.Type) throws(VectorError) -> Value {
        let start = try take(MemoryLayout<Value>.size)
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Value.self))
    }

    /// A number that must be a sensible count, size or offset.
    mutating func int<Value: FixedWidthInteger>(_: Value.Type) throws(VectorError) -> Int {
        guard let value = Int(exactly: try number(Value.self)) else {
            throw .corrupt(file: file, reason: "a number is out of range")
        }
        return value
    }

    mutating func text(count: Int) throws(VectorError) -> String {
        let start = try take(count)
        guard let text = String(validating: bytes[start..<(start + count)], as: UTF8.self) else {
            throw .corrupt(file: file, reason: "a text is not UTF-8")
        }
        return text
    }

    mutating func floats(count: Int) throws(VectorError) -> [Float] {
        let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.size)
        guard !overflow else { throw .corrupt(file: file, reason: "a number is out of range") }
        let start = try take(size)
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: .init(rebasing: bytes[start..<(start + size)]))
            filled = count
        }
    }

    /// Skips to a multiple of `unit`.
    mutating func align(to unit: Int) throws(VectorError) { _ = try take((unit - offset % unit) % unit) }

    private mutating func take(_ count: Int) throws(VectorError) -> Int {
        guard count >= 0, count <= end - offset else {
            throw .corrupt(file: file, reason: "it ends in the middle of a value")
        }
        defer { offset += count }
        return offset
    }
}
