/// A column of an Arrow schema, or a part of a nested one.
struct ArrowField: Sendable {
    var name: String
    var kind: Kind
    var children: [ArrowField]
    /// The number of the dictionary that has its values, and the integers that point into it.
    var dictionary: (id: Int64, index: Kind)?

    /// How values are laid out.
    enum Kind: Sendable {
        case null, bool, text(Offsets), binary(Offsets), list(Offsets), fixedList(Int), record, map
        case integer(bytes: Int, isSigned: Bool)
        case float(bytes: Int)
        case decimal(bytes: Int, precision: Int, scale: Int)
        case fixedBinary(Int, isUUID: Bool)
        case days, milliseconds
        case time(bytes: Int, Unit)
        case timestamp(Unit, isZoned: Bool)
        case duration(Unit)
        case months, daysAndMilliseconds, monthsDaysNanoseconds
        case union(tags: [Int32], isDense: Bool)
    }

    /// How the places of values of different lengths are written.
    enum Offsets: Sendable {
        case small, large, views
    }

    /// How many there are of it in a second.
    enum Unit: Int64, Sendable {
        case second = 1
        case millisecond = 1_000
        case microsecond = 1_000_000
        case nanosecond = 1_000_000_000
    }

    private static let deepest = 32

    /// - Parameters:
    ///   - table: What the schema says of it.
    ///   - left: How many more columns and parts of columns there may be: a few bytes can describe any number of them.
    ///   - depth: How many others it is a part of.
    /// - Throws: `ArrowFault` for a type that is not read.
    init(_ table: FlatTable, left: inout Int, depth: Int = 0) throws(ArrowFault) {
        left -= 1
        guard depth < Self.deepest, left >= 0 else { throw ArrowFault("it has too many columns or parts of columns") }
        name = try table.text(0) ?? ""
        var metadata: [String: String] = [:]
        for pair in try table.tables(6) {
            let (key, value) = (try pair.text(0), try pair.text(1))
            metadata[key ?? ""] = value ?? ""
        }
        guard let type = try table.table(3) else { throw ArrowFault("a column has no type") }
        let number = try table.number(2, default: UInt8(0))
        let isUUID = metadata["ARROW:extension:name"] == "arrow.uuid"
        kind = try Self.kind(number, type, isUUID: isUUID)
        if let encoding = try table.table(4) {
            guard let index = try encoding.table(1) else { throw ArrowFault("a dictionary's index has no type") }
            dictionary = (try encoding.number(0, default: Int64(0)), try Self.integer(index))
        }
        children = []
        for child in try table.tables(5) {
            children.append(try ArrowField(child, left: &left, depth: depth + 1))
        }
        if case .union(let tags, let isDense) = kind, tags.isEmpty {
            kind = .union(tags: (0..<Int32(children.count)).map(\.self), isDense: isDense)
        }
        try checkChildren()
    }

    private func checkChildren() throws(ArrowFault) {
        let wanted: Int? =
            switch kind {
            case .list, .fixedList, .map: 1
            case .record: nil
            case .union(let tags, _): tags.count
            default: 0
            }
        guard wanted ?? children.count == children.count else {
            throw ArrowFault("the column \(name) has another number of parts than its type")
        }
        if case .map = kind {
            guard case .record = children[0].kind, children[0].children.count == 2 else {
                throw ArrowFault("the entries of the map \(name) are no pairs")
            }
        }
        if case .record = kind, children.isEmpty { throw ArrowFault("the column \(name) has no parts") }
    }

    private static func kind(_ number: UInt8, _ type: FlatTable, isUUID: Bool) throws(ArrowFault) -> Kind {
        switch number {
        case 1: return .null
        case 2: return try integer(type)
        case 3: return .float(bytes: 2 << Int(try type.number(0, default: Int16(0)) & 3))
        case 4: return .binary(.small)
        case 5: return .text(.small)
        case 6: return .bool
        case 7:
            return .decimal(
                bytes: Int(try type.number(2, default: Int32(128))) / 8,
                precision: Int(try type.number(0, default: Int32(0))),
                scale: Int(try type.number(1, default: Int32(0)))
            )
        case 8: return try type.number(0, default: Int16(1)) == 0 ? .days : .milliseconds
        case 9: return .time(bytes: Int(try type.number(1, default: Int32(32))) / 8, try unit(type, default: 1))
        case 10: return .timestamp(try unit(type, default: 0), isZoned: try type.text(1)?.isEmpty == false)
        case 11:
            switch try type.number(0, default: Int16(0)) {
            case 0: return .months
            case 1: return .daysAndMilliseconds
            default: return .monthsDaysNanoseconds
            }
        case 12: return .list(.small)
        case 13: return .record
        case 14:
            var tags: [Int32] = []
            for tag in try type.vector(1, of: 4) { tags.append(try tag.load(0)) }
            return .union(tags: tags, isDense: try type.number(0, default: Int16(0)) == 1)
        case 15:
            let size = Int(try type.number(0, default: Int32(0)))
            guard size >= 0 else { throw ArrowFault("a column of bytes has a negative width") }
            return .fixedBinary(size, isUUID: isUUID && size == 16)
        case 16:
            let size = Int(try type.number(0, default: Int32(0)))
            guard size >= 0 else { throw ArrowFault("a list has a negative length") }
            return .fixedList(size)
        case 17: return .map
        case 18: return .duration(try unit(type, default: 1))
        case 19: return .binary(.large)
        case 20: return .text(.large)
        case 21: return .list(.large)
        case 23: return .binary(.views)
        case 24: return .text(.views)
        default: throw ArrowFault("it has a column of a kind that is not read (number \(number))")
        }
    }

    private static func integer(_ type: FlatTable) throws(ArrowFault) -> Kind {
        let bits = Int(try type.number(0, default: Int32(0)))
        guard [8, 16, 32, 64].contains(bits) else { throw ArrowFault("it has integers of \(bits) bits") }
        return .integer(bytes: bits / 8, isSigned: try type.number(1, default: UInt8(0)) != 0)
    }

    private static func unit(_ type: FlatTable, default fallback: Int16) throws(ArrowFault) -> Unit {
        let units: [Unit] = [.second, .millisecond, .microsecond, .nanosecond]
        let number = Int(try type.number(0, default: fallback))
        guard units.indices.contains(number) else { throw ArrowFault("it has times in an unknown unit") }
        return units[number]
    }
}

extension ArrowField {
    /// The SQL type of its values.
    var type: ColumnType {
        switch kind {
        case .null, .text: .text
        case .bool: .plain("BOOLEAN")
        case .integer(let bytes, let isSigned):
            .plain((isSigned ? "" : "U") + ([1: "TINYINT", 2: "SMALLINT", 4: "INTEGER"][bytes] ?? "BIGINT"))
        case .float(let bytes): .plain(bytes == 8 ? "DOUBLE" : "FLOAT")
        case .decimal(_, let precision, let scale):
            if (1...38).contains(precision), (0...precision).contains(scale) {
                .plain("DECIMAL(\(precision),\(scale))")
            } else {
                .text
            }
        case .binary, .fixedBinary(_, isUUID: false): .plain("BLOB")
        case .fixedBinary: .plain("UUID")
        case .days, .milliseconds: .plain("DATE")
        case .time(_, let unit): unit == .nanosecond ? .text : .plain("TIME")
        case .timestamp(_, isZoned: true): .plain("TIMESTAMP WITH TIME ZONE")
        case .timestamp(let unit, _): .plain(unit == .nanosecond ? "TIMESTAMP_NS" : "TIMESTAMP")
        case .months, .daysAndMilliseconds, .duration(.second), .duration(.millisecond): .plain("INTERVAL")
        // A file at rest counts milliseconds.
        case .duration, .monthsDaysNanoseconds: .text
        case .list, .fixedList: .list(children[0].type)
        case .record:
            .structure(zip(memberNames, children).map { ColumnType.Field(name: $0, type: $1.type) })
        case .map: .map(key: children[0].children[0].type, value: children[0].children[1].type)
        case .union: .text
        }
    }

    /// The names of the members of a record, each once.
    var memberNames: [String] { ColumnNames.unique(children.map(\.name)) }

    /// Whether its values become text because the lake has no such type.
    var becomesText: Bool {
        switch kind {
        case .null, .text: false
        case .list, .fixedList, .record, .map: children.contains(where: \.becomesText)
        default: type == .text
        }
    }
}

extension ColumnType {
    /// The same with texts for bytes, which JSON has no form of.
    var withoutBytes: ColumnType {
        switch self {
        case .plain(let name): name == "BLOB" ? .text : self
        case .structure(let fields): .structure(fields.map { Field(name: $0.name, type: $0.type.withoutBytes) })
        case .list(let element): .list(element.withoutBytes)
        case .map(let key, let value): .map(key: key.withoutBytes, value: value.withoutBytes)
        }
    }
}
