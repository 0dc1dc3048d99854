import LakeCore

/// The values of one column in one batch.
final class ArrowColumn {
    private let field: ArrowField
    private let count: Int
    /// Nil: no value is missing.
    private let validity: ArrowBytes?
    /// The values, or where they are.
    private let data: ArrowBytes
    /// What texts and bytes lie in.
    private let heaps: [ArrowBytes]
    private let children: [ArrowColumn]
    private let memberNames: [String]
    /// The values that the integers point at.
    private let dictionary: ArrowColumn?

    /// Takes what belongs to the column from the parts of a batch, in the format's order.
    init(_ field: ArrowField, _ batch: inout ArrowBatch, _ dictionaries: [Int64: ArrowColumn]) throws(ArrowFault) {
        self.field = field
        let (count, nulls) = try batch.nextNode()
        self.count = count
        memberNames = field.memberNames
        let kind = field.dictionary?.index ?? field.kind
        var (heaps, children) = ([ArrowBytes](), [ArrowColumn]())
        switch kind {
        case .null, .union: validity = nil
        default: validity = try batch.nextValidity(count, nulls: nulls)
        }
        switch kind {
        case .null, .record, .fixedList: data = ArrowBytes(UnsafeRawBufferPointer(start: nil, count: 0))
        case .union(_, let isDense):
            data = try batch.nextBuffer(count, of: 1)
            if isDense { heaps = [try batch.nextBuffer(count, of: 4)] }
        case .text(.views), .binary(.views):
            data = try batch.nextBuffer(count, of: 16)
            heaps = try batch.nextVariadic()
        case .text(let offsets), .binary(let offsets):
            data = try batch.nextBuffer(count == 0 ? 0 : count + 1, of: offsets == .large ? 8 : 4)
            heaps = [try batch.nextBuffer(0, of: 1)]
        case .list(let offsets): data = try batch.nextBuffer(count == 0 ? 0 : count + 1, of: offsets == .large ? 8 : 4)
        case .map: data = try batch.nextBuffer(count == 0 ? 0 : count + 1, of: 4)
        case .bool: data = try batch.nextBuffer((count + 7) / 8, of: 1)
        default: data = try batch.nextBuffer(count, of: Self.width(kind))
        }
        if let id = field.dictionary?.id {
            guard let found = dictionaries[id] else { throw ArrowFault("a dictionary comes after its use") }
            dictionary = found
        } else {
            dictionary = nil
            for child in field.children { children.append(try ArrowColumn(child, &batch, dictionaries)) }
        }
        self.heaps = heaps
        self.children = children
    }

    private static func width(_ kind: ArrowField.Kind) -> Int {
        switch kind {
        case .integer(let bytes, _), .float(let bytes), .decimal(let bytes, _, _), .time(let bytes, _): bytes
        case .fixedBinary(let bytes, _): bytes
        case .days, .months: 4
        case .monthsDaysNanoseconds: 16
        default: 8
        }
    }

    /// The longest row in JSON: few bytes of a file can stand for any number of values.
    static let longestRow = 64 << 20

    /// Appends the value of a row as JSON.
    func append(_ row: Int, to text: inout [UInt8]) throws(ArrowFault) {
        guard row >= 0, row < count else { throw .short }
        guard text.count <= Self.longestRow else {
            throw ArrowFault("a row of it takes more than \(Self.longestRow >> 20) MiB")
        }
        if let validity, try !validity.bit(row) { return text += "null".utf8 }
        if let dictionary, let kind = field.dictionary?.index, case .integer(let bytes, _) = kind {
            return try dictionary.append(Int(try integer(row, bytes)), to: &text)
        }
        switch field.kind {
        case .null: text += "null".utf8
        case .bool: text += (try data.bit(row) ? "true" : "false").utf8
        case .integer(bytes: let bytes, isSigned: true): text += "\(try integer(row, bytes))".utf8
        case .integer(bytes: let bytes, isSigned: false): text += "\(try unsigned(row, bytes))".utf8
        case .float(let bytes): try appendFloat(row, bytes, to: &text)
        case .decimal(let bytes, _, let scale):
            Self.appendQuoted(ArrowText.decimal(try wide(row, bytes), scale: scale), to: &text)
        case .text(let offsets):
            try value(row, offsets).withText { JSONString.append($0, to: &text) }
        case .binary(let offsets): Self.appendBytes(try value(row, offsets), to: &text)
        case .fixedBinary(let size, let isUUID):
            let value = try data.part(row * size, size)
            if isUUID {
                Self.appendQuoted(ArrowText.uuid(value), to: &text)
            } else {
                Self.appendBytes(value, to: &text)
            }
        case .days, .milliseconds, .time, .timestamp, .duration, .months, .daysAndMilliseconds, .monthsDaysNanoseconds:
            Self.appendQuoted(try moment(row), to: &text)
        case .list, .fixedList, .map, .record, .union: try appendNested(row, to: &text)
        }
    }

    // MARK: Numbers

    private func integer(_ row: Int, _ bytes: Int) throws(ArrowFault) -> Int64 {
        switch bytes {
        case 1: Int64(try data.load(row, as: Int8.self))
        case 2: Int64(try data.load(row * 2, as: Int16.self))
        case 4: Int64(try data.load(row * 4, as: Int32.self))
        default: try data.load(row * 8, as: Int64.self)
        }
    }

    private func unsigned(_ row: Int, _ bytes: Int) throws(ArrowFault) -> UInt64 {
        switch bytes {
        case 1: UInt64(try data.load(row, as: UInt8.self))
        case 2: UInt64(try data.load(row * 2, as: UInt16.self))
        case 4: UInt64(try data.load(row * 4, as: UInt32.self))
        default: try data.load(row * 8, as: UInt64.self)
        }
    }

    private func wide(_ row: Int, _ bytes: Int) throws(ArrowFault) -> Int128 {
        switch bytes {
        case 4, 8: return Int128(try integer(row, bytes))
        case 16: return try data.load(row * 16, as: Int128.self)
        case 32:
            let low = try data.load(row * 32, as: Int128.self)
            guard try data.load(row * 32 + 16, as: Int128.self) == (low < 0 ? -1 : 0) else {
                throw ArrowFault("a number of the column \(field.name) has more than 38 digits")
            }
            return low
        default: throw ArrowFault("the column \(field.name) has decimals of \(bytes) bytes")
        }
    }

    private func appendFloat(_ row: Int, _ bytes: Int, to text: inout [UInt8]) throws(ArrowFault) {
        let value: Double =
            switch bytes {
            case 2: ArrowText.half(try data.load(row * 2, as: UInt16.self))
            case 4: Double(Float(bitPattern: try data.load(row * 4, as: UInt32.self)))
            default: Double(bitPattern: try data.load(row * 8, as: UInt64.self))
            }
        if value.isNaN { return text += #""NaN""#.utf8 }
        text += (value.isInfinite ? (value < 0 ? #""-Infinity""# : #""Infinity""#) : "\(value)").utf8
    }

    // MARK: Texts and bytes

    private func range(_ row: Int, _ offsets: ArrowField.Offsets) throws(ArrowFault) -> Range<Int> {
        let (start, end) =
            offsets == .large
            ? (Int(try integer(row, 8)), Int(try integer(row + 1, 8)))
            : (Int(try integer(row, 4)), Int(try integer(row + 1, 4)))
        guard start >= 0, start <= end else { throw .short }
        return start..<end
    }

    private func value(_ row: Int, _ offsets: ArrowField.Offsets) throws(ArrowFault) -> ArrowBytes {
        guard case .views = offsets else {
            let range = try range(row, offsets)
            return try heaps[0].part(range.lowerBound, range.count)
        }
        let length = Int(try data.load(row * 16, as: Int32.self))
        if length <= 12 { return try data.part(row * 16 + 4, length) }
        let heap = Int(try data.load(row * 16 + 8, as: Int32.self))
        guard heaps.indices.contains(heap) else { throw .short }
        return try heaps[heap].part(Int(try data.load(row * 16 + 12, as: Int32.self)), length)
    }

    private static func appendQuoted(_ plain: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        text += plain.utf8
        text.append(UInt8(ascii: "\""))
    }

    /// As the SQL engine writes bytes in texts: each as `\xHH`, the backslash escaped for JSON.
    private static func appendBytes(_ bytes: ArrowBytes, to text: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        text.append(UInt8(ascii: "\""))
        bytes.forEach { byte in
            text += #"\\x"#.utf8
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        text.append(UInt8(ascii: "\""))
    }

    // MARK: Times

    private func moment(_ row: Int) throws(ArrowFault) -> String {
        switch field.kind {
        case .days: return ArrowText.date(days: try integer(row, 4))
        case .milliseconds: return ArrowText.date(days: ArrowText.floor(try integer(row, 8), 86_400_000))
        case .time(let bytes, let unit): return ArrowText.time(try integer(row, bytes), unit)
        case .timestamp(let unit, let isZoned):
            let value = try integer(row, 8)
            guard !isZoned || unit != .nanosecond || value % 1_000 == 0 else {
                throw ArrowFault(
                    "the column \(field.name) has nanoseconds, which a time with a zone has not; round them"
                )
            }
            return ArrowText.timestamp(value, unit, zone: isZoned ? "Z" : "")
        case .duration(let unit):
            let (value, perSecond) = (Int128(try integer(row, 8)), Int128(unit.rawValue))
            return "\(ArrowText.floor(value * 1_000_000, perSecond)) microseconds"
        case .months: return "\(try integer(row, 4)) months"
        case .daysAndMilliseconds:
            return "\(try integer(row * 2, 4)) days \(try integer(row * 2 + 1, 4)) milliseconds"
        default:
            let nanoseconds = try data.load(row * 16 + 8, as: Int64.self)
            return "\(try integer(row * 4, 4)) months \(try integer(row * 4 + 1, 4)) days "
                + "\(ArrowText.floor(nanoseconds, 1_000)) microseconds"
        }
    }

    // MARK: Nested

    private func appendNested(_ row: Int, to text: inout [UInt8]) throws(ArrowFault) {
        switch field.kind {
        case .list(let offsets): try appendList(try range(row, offsets), to: &text)
        case .fixedList(let size): try appendList(row * size..<(row + 1) * size, to: &text)
        case .map: try appendMap(try range(row, .small), to: &text)
        case .union(let tags, let isDense):
            let tag = Int32(try data.load(row, as: Int8.self))
            guard let member = tags.firstIndex(of: tag) else { throw ArrowFault("a union has an unknown member") }
            var inner: [UInt8] = []
            let place = isDense ? Int(try heaps[0].load(row * 4, as: Int32.self)) : row
            try children[member].append(place, to: &inner)
            // A column of text: the value as JSON, in quotes unless it is a text itself or missing.
            guard inner.first != UInt8(ascii: "\""), inner != Array("null".utf8) else { return text += inner }
            inner.withUnsafeBufferPointer { JSONString.append($0, to: &text) }
        default:
            text.append(UInt8(ascii: "{"))
            for (place, child) in children.enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                JSONString.append(memberNames[place], to: &text)
                text.append(UInt8(ascii: ":"))
                try child.append(row, to: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    private func appendList(_ rows: Range<Int>, to text: inout [UInt8]) throws(ArrowFault) {
        text.append(UInt8(ascii: "["))
        for row in rows {
            if row > rows.lowerBound { text.append(UInt8(ascii: ",")) }
            try children[0].append(row, to: &text)
        }
        text.append(UInt8(ascii: "]"))
    }

    private func appendMap(_ rows: Range<Int>, to text: inout [UInt8]) throws(ArrowFault) {
        let entries = children[0].children
        text.append(UInt8(ascii: "{"))
        for row in rows {
            if row > rows.lowerBound { text.append(UInt8(ascii: ",")) }
            var key: [UInt8] = []
            try entries[0].append(row, to: &key)
            if key.first == UInt8(ascii: "\"") {
                text += key
            } else {
                key.withUnsafeBufferPointer { JSONString.append($0, to: &text) }
            }
            text.append(UInt8(ascii: ":"))
            try entries[1].append(row, to: &text)
        }
        text.append(UInt8(ascii: "}"))
    }
}
