/// One column of a record batch, or one inside another, while its rows are gathered from the engine's chunks.
///
/// What lies behind a NULL in the engine's memory never gets in: a policy may have hidden it there.
struct ArrowColumn: Sendable {
    let type: SQLType
    private(set) var count = 0
    private var nullCount = 0
    /// A bit per value; none until the first NULL.
    private var validity: BitRun?
    /// Where each value of a text, list or map ends.
    private var offsets: [Int32] = []
    private var data: [UInt8] = []
    private var bits = BitRun()
    private var children: [ArrowColumn]
    private let layout: Layout

    /// How the values of a type lie in the column.
    private enum Layout: Sendable {
        case null
        case bits
        /// As in the engine's chunks: so many bytes each.
        case copied(Int)
        /// Whole numbers as 128 bits.
        case decimal(Int)
        case wholeNumber
        case uuid
        case interval
        /// The engine's bytes.
        case bytes
        /// Text that is made of the value.
        case formatted
        case list
        case array(Int)
        case record
        case union
    }

    /// A value that the column's type in Arrow cannot hold.
    struct Misfit: Error {
        var reason: String
    }

    init(_ type: SQLType) {
        self.type = type
        layout = Self.layout(of: type)
        children =
            switch type {
            case .list(let element), .array(let element, _): [ArrowColumn(element)]
            case .record(let fields), .union(let fields): fields.map { ArrowColumn($0.type) }
            case .map(let key, let value): [ArrowColumn(key), ArrowColumn(value)]
            default: []
            }
        removeAll()
    }

    private static func layout(of type: SQLType) -> Layout {
        switch type {
        case .null, .unsupported: .null
        case .boolean: .bits
        case .tinyint, .utinyint: .copied(1)
        case .smallint, .usmallint: .copied(2)
        case .integer, .uinteger, .float, .date: .copied(4)
        case .bigint, .ubigint, .double, .time, .timeNS, .timestamp, .timestampS, .timestampMS, .timestampNS,
            .timestampTZ:
            .copied(8)
        case .enumeration(let labels): .copied(SQLType.indexWidth(labels.count))
        case .decimal(let width, _): width > 18 ? .copied(16) : .decimal(width)
        case .hugeint, .uhugeint: .wholeNumber
        case .uuid: .uuid
        case .interval: .interval
        case .varchar, .alias, .blob: .bytes
        case .bignum, .bit, .timeTZ: .formatted
        case .list, .map: .list
        case .array(_, let count): .array(count)
        case .record: .record
        case .union: .union
        }
    }

    private var hasOffsets: Bool {
        switch layout {
        case .bytes, .formatted, .list: true
        default: false
        }
    }

    /// Forgets the rows and keeps their room.
    mutating func removeAll() {
        count = 0
        nullCount = 0
        validity = nil
        offsets.removeAll(keepingCapacity: true)
        if hasOffsets { offsets.append(0) }
        data.removeAll(keepingCapacity: true)
        bits.removeAll()
        for index in children.indices { children[index].removeAll() }
    }

    // MARK: Rows

    /// Appends a text; for dictionaries, whose labels do not come in chunks.
    mutating func append(_ text: String) throws(Misfit) {
        data.append(contentsOf: text.utf8)
        try end(at: data.count)
        count += 1
    }

    /// Appends `rows` of a chunk.
    mutating func append(_ reader: VectorReader, _ rows: Range<Int>) throws(Misfit) {
        let hasNulls = noteValidity(of: reader, rows)
        switch layout {
        case .null: nullCount = count
        case .bits: for row in rows { bits.append(!reader.isNull(row) && reader.load(row, as: UInt8.self) != 0) }
        case .copied(let width): copy(reader, rows, width, hasNulls)
        case .decimal(let width): fixed(reader, rows) { reader.unscaled($0, width: width) }
        case .wholeNumber: try appendWholeNumbers(reader, rows)
        case .uuid: fixed(reader, rows) { (UInt128(bitPattern: reader.hugeint($0)) ^ 1 << 127).byteSwapped }
        case .interval: try appendIntervals(reader, rows)
        case .bytes:
            for row in rows {
                if !reader.isNull(row) { data.append(contentsOf: reader.bytes(row)) }
                try end(at: data.count)
            }
        case .formatted:
            for row in rows {
                if !reader.isNull(row) { reader.appendPlain(row, to: &data) }
                try end(at: data.count)
            }
        case .list: try appendLists(reader, rows)
        case .array(let size):
            try appendRuns(reader, rows, hasNulls) { column, run throws(Misfit) in
                try column.children[0].append(reader.children[0], run.lowerBound * size..<run.upperBound * size)
            }
        case .record:
            try appendRuns(reader, rows, hasNulls) { column, run throws(Misfit) in
                for index in column.children.indices { try column.children[index].append(reader.children[index], run) }
            }
        case .union:
            for row in rows { data.append(reader.isNull(row) ? 0 : UInt8(reader.tag(row))) }
            try appendRuns(reader, rows, hasNulls) { column, run throws(Misfit) in
                for index in column.children.indices {
                    try column.children[index].append(reader.children[index + 1], run)
                }
            }
        }
    }

    private mutating func appendNulls(_ number: Int) throws(Misfit) {
        if validity == nil { validity = BitRun(repeating: true, count: count) }
        validity?.append(false, count: number)
        count += number
        nullCount += number
        switch layout {
        case .null: break
        case .bits: bits.append(false, count: number)
        case .copied(let width): data.append(contentsOf: repeatElement(0, count: number * width))
        case .decimal, .wholeNumber, .uuid, .interval: data.append(contentsOf: repeatElement(0, count: number * 16))
        case .bytes, .formatted, .list: for _ in 0..<number { offsets.append(offsets.last ?? 0) }
        case .array(let size): try children[0].appendNulls(number * size)
        case .record: for index in children.indices { try children[index].appendNulls(number) }
        case .union:
            data.append(contentsOf: repeatElement(0, count: number))
            for index in children.indices { try children[index].appendNulls(number) }
        }
    }

    /// Counts `rows` and notes which of them are NULL.
    private mutating func noteValidity(of reader: VectorReader, _ rows: Range<Int>) -> Bool {
        defer { count += rows.count }
        let nulls = reader.validity == nil ? 0 : rows.reduce(0) { reader.isNull($1) ? $0 + 1 : $0 }
        if nulls == 0 {
            validity?.append(true, count: rows.count)
            return false
        }
        if validity == nil { validity = BitRun(repeating: true, count: count) }
        for row in rows { validity?.append(!reader.isNull(row)) }
        nullCount += nulls
        return true
    }

    private mutating func copy(_ reader: VectorReader, _ rows: Range<Int>, _ width: Int, _ hasNulls: Bool) {
        let start = data.count
        data.append(contentsOf: reader.raw(rows, width: width))
        guard hasNulls else { return }
        for (place, row) in rows.enumerated() where reader.isNull(row) {
            for byte in 0..<width { data[start + place * width + byte] = 0 }
        }
    }

    private mutating func fixed<Value: FixedWidthInteger & BitwiseCopyable>(
        _ reader: VectorReader,
        _ rows: Range<Int>,
        _ value: (Int) -> Value
    ) {
        for row in rows { append(bytesOf: reader.isNull(row) ? 0 : value(row)) }
    }

    private mutating func append(bytesOf value: some BitwiseCopyable) {
        withUnsafeBytes(of: value) { data.append(contentsOf: $0) }
    }

    private mutating func end(at offset: Int) throws(Misfit) {
        guard let offset = Int32(exactly: offset) else { throw Misfit(reason: "more than 2 GiB in one batch") }
        offsets.append(offset)
    }

    // MARK: Values that are made over

    private static let tenToThe38 = UInt128("100000000000000000000000000000000000000") ?? .max

    private mutating func appendWholeNumbers(_ reader: VectorReader, _ rows: Range<Int>) throws(Misfit) {
        let isSigned = type == .hugeint
        for row in rows {
            if reader.isNull(row) {
                append(bytesOf: Int128(0))
                continue
            }
            let magnitude = isSigned ? reader.hugeint(row).magnitude : reader.uhugeint(row)
            guard magnitude < Self.tenToThe38 else { throw Misfit(reason: "a whole number of 39 digits") }
            append(bytesOf: reader.uhugeint(row))
        }
    }

    private mutating func appendIntervals(_ reader: VectorReader, _ rows: Range<Int>) throws(Misfit) {
        for row in rows {
            let value = reader.isNull(row) ? Interval(months: 0, days: 0, microseconds: 0) : reader.interval(row)
            let (nanoseconds, isTooLong) = value.microseconds.multipliedReportingOverflow(by: 1000)
            if isTooLong { throw Misfit(reason: "an interval of more than 292 years of hours") }
            append(bytesOf: value.months)
            append(bytesOf: value.days)
            append(bytesOf: nanoseconds)
        }
    }

    // MARK: Nested values

    private mutating func appendLists(_ reader: VectorReader, _ rows: Range<Int>) throws(Misfit) {
        // Neighbours' elements lie one behind the other as a rule, and go over at once.
        var run = 0..<0
        for row in rows {
            if !reader.isNull(row) {
                let elements = reader.elements(row)
                if elements.lowerBound == run.upperBound {
                    run = run.lowerBound..<elements.upperBound
                } else if !elements.isEmpty {
                    try appendElements(reader, run)
                    run = elements
                }
            }
            try end(at: children[0].count + run.count)
        }
        try appendElements(reader, run)
    }

    private mutating func appendElements(_ reader: VectorReader, _ run: Range<Int>) throws(Misfit) {
        guard !run.isEmpty else { return }
        for index in children.indices { try children[index].append(reader.children[index], run) }
    }

    /// Has `body` append the runs of rows that are not NULL, and NULLs inside those that are.
    private mutating func appendRuns(
        _ reader: VectorReader,
        _ rows: Range<Int>,
        _ hasNulls: Bool,
        _ body: (inout ArrowColumn, Range<Int>) throws(Misfit) -> Void
    ) throws(Misfit) {
        guard hasNulls else { return try body(&self, rows) }
        var start = rows.lowerBound
        for row in rows where reader.isNull(row) {
            if start < row { try body(&self, start..<row) }
            try appendInnerNull()
            start = row + 1
        }
        if start < rows.upperBound { try body(&self, start..<rows.upperBound) }
    }

    private mutating func appendInnerNull() throws(Misfit) {
        let inner = if case .array(let size) = layout { size } else { 1 }
        for index in children.indices { try children[index].appendNulls(inner) }
    }

    // MARK: Body

    /// Adds the column's node and buffers, then those inside it, in the order of the schema.
    func add(to body: inout ArrowBody) {
        if case .null = layout { return body.add(count: count, nullCount: count) }
        if case .union = layout {
            // A union has no bits of its own: a NULL one is one whose member is NULL.
            body.add(count: count, nullCount: 0)
            body.add(.bytes(data))
        } else {
            body.add(count: count, nullCount: nullCount)
            body.add(nullCount == 0 ? .none : validity.map { .bytes($0.bytes) } ?? .none)
            switch layout {
            case .bits: body.add(.bytes(bits.bytes))
            case .copied, .decimal, .wholeNumber, .uuid, .interval: body.add(.bytes(data))
            case .bytes, .formatted:
                body.add(.offsets(offsets))
                body.add(.bytes(data))
            case .list: body.add(.offsets(offsets))
            default: break
            }
        }
        if case .map = type {
            // The entries of a map are a record that is never NULL.
            body.add(count: children[0].count, nullCount: 0)
            body.add(.none)
        }
        for child in children { child.add(to: &body) }
    }
}

/// Bits in a row, the first of each byte the lowest.
struct BitRun: Sendable {
    private(set) var bytes: [UInt8] = []
    private var count = 0

    init() {}

    init(repeating bit: Bool, count: Int) { append(bit, count: count) }

    mutating func append(_ bit: Bool) {
        if count & 7 == 0 { bytes.append(0) }
        if bit { bytes[count >> 3] |= 1 << UInt8(count & 7) }
        count += 1
    }

    mutating func append(_ bit: Bool, count number: Int) {
        var left = number
        while left > 0, count & 7 != 0 {
            append(bit)
            left -= 1
        }
        bytes.append(contentsOf: repeatElement(bit ? 0xFF : 0, count: left >> 3))
        count += left & ~7
        for _ in 0..<left & 7 { append(bit) }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }
}
