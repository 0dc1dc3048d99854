import Foundation

/// The tensors of a `safetensors` file, checked before any is read.
///
/// Format: 8 bytes header length (little-endian), a JSON header that gives each tensor's type, shape and place, then
/// the tensors end to end without gaps (https://github.com/huggingface/safetensors, "Format").
struct SafeTensors: Sendable {
    /// Where a tensor is and what it is made of.
    struct Entry: Sendable, Equatable {
        var type: String
        var shape: [Int]
        /// In bytes from the start of the file.
        var range: Range<Int>
    }

    /// Longer headers are refused before they are parsed; models have some kilobytes.
    static let maximumHeaderBytes = 16 << 20

    let file: MappedFile
    let entries: [String: Entry]

    /// Reads and checks the header.
    init(_ file: MappedFile) throws(ModelError) {
        self.file = file
        let bytes = file.bytes
        guard bytes.count >= 8 else { throw .damagedFile(file.name, problem: "is too short to have a header") }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length >= 2, length <= UInt64(Self.maximumHeaderBytes), length <= UInt64(bytes.count - 8) else {
            throw .damagedFile(file.name, problem: "has a header length that cannot be")
        }
        let header = bytes[8..<8 + Int(length)]
        guard let decoded = try? JSONDecoder().decode(Header.self, from: Data(header)) else {
            throw .damagedFile(file.name, problem: "has a header that is not readable")
        }
        entries = try Self.check(decoded, dataStart: 8 + Int(length), file: file)
    }

    /// The tensors lie end to end from the start of the data to the end of the file, each of the size its shape says.
    private static func check(_ header: Header, dataStart: Int, file: MappedFile) throws(ModelError) -> [String: Entry]
    {
        let size = file.bytes.count
        var entries: [String: Entry] = [:]
        for (name, tensor) in header.tensors {
            func damaged(_ problem: String) -> ModelError { .damagedTensor(name, file: file.name, problem: problem) }
            guard tensor.offsets.count == 2, 0 <= tensor.offsets[0], tensor.offsets[0] <= tensor.offsets[1] else {
                throw damaged("has offsets that cannot be")
            }
            guard tensor.offsets[1] <= size - dataStart else { throw damaged("ends after the end of the file") }
            if let width = Self.width(of: tensor.type) {
                guard Self.byteCount(of: tensor.shape, width: width) == tensor.offsets[1] - tensor.offsets[0] else {
                    throw damaged("has a size that is not that of its shape")
                }
            }
            let range = dataStart + tensor.offsets[0]..<dataStart + tensor.offsets[1]
            entries[name] = Entry(type: tensor.type, shape: tensor.shape, range: range)
        }
        var end = dataStart
        let placed = entries.sorted { a, b in
            (a.value.range.lowerBound, a.value.range.upperBound) < (b.value.range.lowerBound, b.value.range.upperBound)
        }
        for (name, entry) in placed {
            guard entry.range.lowerBound >= end else {
                throw .damagedTensor(name, file: file.name, problem: "overlaps another one")
            }
            guard entry.range.lowerBound == end else {
                throw .damagedTensor(name, file: file.name, problem: "comes after bytes that belong to none")
            }
            end = entry.range.upperBound
        }
        guard end == size else { throw .damagedFile(file.name, problem: "does not end where its last tensor does") }
        return entries
    }

    /// Bytes of one number; nil for types that no encoder weight has.
    private static func width(of type: String) -> Int? {
        switch type {
        case "F64", "I64", "U64": 8
        case "F32", "I32", "U32": 4
        case "F16", "BF16", "I16", "U16": 2
        case "I8", "U8", "BOOL": 1
        default: nil
        }
    }

    private static func byteCount(of shape: [Int], width: Int) -> Int? {
        var product = width
        for dimension in shape {
            guard dimension >= 0 else { return nil }
            let (next, isOverflow) = product.multipliedReportingOverflow(by: dimension)
            guard !isOverflow else { return nil }
            product = next
        }
        return product
    }

    /// The numbers of a tensor in f32: in place when they are that already, else converted.
    ///
    /// - Throws: `ModelError.damagedTensor` when it is missing or of another shape, `.unsupportedModel` for types other
    ///   than F32, F16 and BF16.
    func floats(_ name: String, shape: [Int]) throws(ModelError) -> FloatTensor {
        guard let entry = entries[name] else {
            throw .damagedTensor(name, file: file.name, problem: "is missing")
        }
        guard entry.shape == shape else {
            throw .damagedTensor(name, file: file.name, problem: "has shape \(entry.shape), not \(shape)")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
        switch entry.type {
        case "F32": return FloatTensor(f32: bytes, of: file)
        case "F16": return FloatTensor(converting: bytes) { Float(Float16(bitPattern: $0)) }
        case "BF16": return FloatTensor(converting: bytes) { Float(bitPattern: UInt32($0) << 16) }
        default:
            throw .unsupportedModel(file.name, reason: "its tensor \(name) is of type \(entry.type)")
        }
    }
}

/// The numbers of one tensor in f32, row-major, in memory that the object keeps.
final class FloatTensor: @unchecked Sendable {
    // Sendable: nothing is written after init.
    let start: UnsafePointer<Float>
    private let mapping: MappedFile?

    /// Uses the bytes where they are, or copies them when a float may not lie there.
    init(f32 bytes: UnsafeRawBufferPointer, of file: MappedFile) {
        if let address = bytes.baseAddress, Int(bitPattern: address) % MemoryLayout<Float>.alignment == 0 {
            start = address.assumingMemoryBound(to: Float.self)
            mapping = file
        } else {
            let copy = UnsafeMutablePointer<Float>.allocate(capacity: max(bytes.count / 4, 1))
            UnsafeMutableRawBufferPointer(start: copy, count: bytes.count).copyMemory(from: bytes)
            start = UnsafePointer(copy)
            mapping = nil
        }
    }

    init(converting bytes: UnsafeRawBufferPointer, _ convert: (UInt16) -> Float) {
        let count = bytes.count / 2
        let numbers = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
        for index in 0..<count {
            let bits = bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
            (numbers + index).initialize(to: convert(UInt16(littleEndian: bits)))
        }
        start = UnsafePointer(numbers)
        mapping = nil
    }

    deinit {
        if mapping == nil { start.deallocate() }
    }
}

/// The JSON header of a `safetensors` file.
private struct Header: Decodable {
    struct Tensor: Decodable {
        var type: String
        var shape: [Int]
        var offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case type = "dtype"
            case shape
            case offsets = "data_offsets"
        }
    }

    struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    var tensors: [String: Tensor] = [:]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for name in container.allKeys where name.stringValue != "__metadata__" {
            tensors[name.stringValue] = try container.decode(Tensor.self, forKey: name)
        }
    }
}
