/// Frames messages of Arrow's IPC stream: a mark, the length of the metadata, the metadata, the body.
///
/// Source: the columnar format's "Encapsulated message format" and its `Message.fbs` and `Schema.fbs`, metadata version V5.
enum ArrowMessage {
    /// The members of the format's union of headers.
    private enum Header: UInt8 {
        case schema = 1
        case dictionary = 2
        case records = 3
    }

    private static let versionFive: Int16 = 4

    /// What stands behind the last message.
    static let endOfStream: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]

    /// Appends the schema.
    ///
    /// - Returns: The labels of each dictionary, by its number.
    static func appendSchema(_ columns: [TypedColumn], to bytes: inout [UInt8]) -> [[String]] {
        var buffer = FlatBuffer()
        var fields = ArrowFields()
        let places = columns.map { fields.column($0, in: &buffer) }
        let list = buffer.vector(places)
        // The first field says that numbers are little-endian.
        let schema = buffer.table([.short(0), .place(list)])
        frame(.schema, schema, bodyLength: 0, &buffer, to: &bytes)
        return fields.dictionaries
    }

    /// Appends the labels of a dictionary.
    static func appendDictionary(_ number: Int, _ labels: ArrowColumn, to bytes: inout [UInt8]) {
        let body = ArrowBody([labels])
        var buffer = FlatBuffer()
        let records = records(labels.count, body, in: &buffer)
        let dictionary = buffer.table([.long(Int64(number)), .place(records)])
        frame(.dictionary, dictionary, bodyLength: body.length, &buffer, to: &bytes)
        body.append(to: &bytes)
    }

    /// Appends rows.
    static func appendRecords(_ count: Int, _ columns: [ArrowColumn], to bytes: inout [UInt8]) {
        let body = ArrowBody(columns)
        var buffer = FlatBuffer()
        let records = records(count, body, in: &buffer)
        frame(.records, records, bodyLength: body.length, &buffer, to: &bytes)
        body.append(to: &bytes)
    }

    private static func records(_ count: Int, _ body: ArrowBody, in buffer: inout FlatBuffer) -> FlatBuffer.Place {
        let places = buffer.vector(body.places)
        let nodes = buffer.vector(body.nodes)
        return buffer.table([.long(Int64(count)), .place(nodes), .place(places)])
    }

    private static func frame(
        _ header: Header,
        _ place: FlatBuffer.Place,
        bodyLength: Int,
        _ buffer: inout FlatBuffer,
        to bytes: inout [UInt8]
    ) {
        let message = buffer.table([
            .short(versionFive), .byte(header.rawValue), .place(place), .long(Int64(bodyLength)),
        ])
        let metadata = buffer.finish(message)
        bytes.append(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF])
        withUnsafeBytes(of: UInt32(metadata.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: metadata)
    }
}

/// What follows the metadata of a message: the buffers of its columns, one behind the other.
struct ArrowBody {
    /// For each column and each inside one: how many values, how many of them NULL.
    private(set) var nodes: [(Int64, Int64)] = []
    /// For each buffer: where it begins and how long it is.
    private(set) var places: [(Int64, Int64)] = []
    private(set) var length = 0
    private var buffers: [ArrowBuffer] = []

    init(_ columns: [ArrowColumn]) {
        for column in columns { column.add(to: &self) }
    }

    mutating func add(count: Int, nullCount: Int) { nodes.append((Int64(count), Int64(nullCount))) }

    mutating func add(_ buffer: ArrowBuffer) {
        places.append((Int64(length), Int64(buffer.byteCount)))
        length += Self.padded(buffer.byteCount)
        buffers.append(buffer)
    }

    func append(to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + length + ArrowMessage.endOfStream.count)
        for buffer in buffers {
            buffer.append(to: &bytes)
            let padding = Self.padded(buffer.byteCount) - buffer.byteCount
            for _ in 0..<padding { bytes.append(0) }
        }
    }

    private static func padded(_ count: Int) -> Int { (count + 7) & ~7 }
}

/// A run of memory that goes into a body as it is.
enum ArrowBuffer {
    case bytes([UInt8])
    case offsets([Int32])
    case none

    var byteCount: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .offsets(let offsets): offsets.count * 4
        case .none: 0
        }
    }

    fileprivate func append(to bytes: inout [UInt8]) {
        switch self {
        case .bytes(let own): bytes.append(contentsOf: own)
        case .offsets(let own): own.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .none: break
        }
    }
}
