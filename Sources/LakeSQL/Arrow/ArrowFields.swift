/// Describes the columns of a result in Arrow's schema.
///
/// What Arrow has no type for is text as in JSON; the SQL type of a column is in its field's metadata under `sql_type`.
struct ArrowFields {
    /// The labels of the dictionaries that the fields name, by number.
    private(set) var dictionaries: [[String]] = []

    /// The members of the format's union of types that are used.
    private enum Kind: UInt8 {
        case null = 1
        case integer = 2
        case floatingPoint = 3
        case binary = 4
        case utf8 = 5
        case bool = 6
        case decimal = 7
        case date = 8
        case time = 9
        case timestamp = 10
        case interval = 11
        case list = 12
        case record = 13
        case union = 14
        case fixedSizeBinary = 15
        case fixedSizeList = 16
        case map = 17
    }

    private enum Unit {
        static let second: Int16 = 0
        static let millisecond: Int16 = 1
        static let microsecond: Int16 = 2
        static let nanosecond: Int16 = 3
    }

    /// The field of a column.
    mutating func column(_ column: TypedColumn, in buffer: inout FlatBuffer) -> FlatBuffer.Place {
        field(column.name, column.type, metadata: [("sql_type", column.type.name)], in: &buffer)
    }

    private mutating func field(
        _ name: String,
        _ type: SQLType,
        isNullable: Bool = true,
        metadata: [(String, String)] = [],
        in buffer: inout FlatBuffer
    ) -> FlatBuffer.Place {
        let children = children(of: type, in: &buffer)
        let dictionary = dictionary(of: type, in: &buffer)
        let (kind, description) = Self.description(of: type, in: &buffer)
        return Self.field(
            name,
            isNullable: isNullable,
            kind,
            description,
            dictionary: dictionary,
            children: children,
            metadata: metadata + Self.extensionMetadata(of: type),
            in: &buffer
        )
    }

    private static func field(
        _ name: String,
        isNullable: Bool,
        _ kind: Kind,
        _ description: FlatBuffer.Place,
        dictionary: FlatBuffer.Place? = nil,
        children: [FlatBuffer.Place],
        metadata: [(String, String)] = [],
        in buffer: inout FlatBuffer
    ) -> FlatBuffer.Place {
        let name = buffer.text(name)
        // Written when empty as well: readers refuse a field without it.
        let children = buffer.vector(children)
        let pairs = metadata.map { key, value in
            let (key, value) = (buffer.text(key), buffer.text(value))
            return buffer.table([.place(key), .place(value)])
        }
        let metadata: FlatBuffer.Field = pairs.isEmpty ? .none : .place(buffer.vector(pairs))
        return buffer.table([
            .place(name), .bool(isNullable), .byte(kind.rawValue), .place(description),
            dictionary.map(FlatBuffer.Field.place) ?? .none, .place(children), metadata,
        ])
    }

    private mutating func children(of type: SQLType, in buffer: inout FlatBuffer) -> [FlatBuffer.Place] {
        switch type {
        case .list(let element), .array(let element, _): [field("item", element, in: &buffer)]
        // Readers make dictionaries of records: the members of a tuple are named by their places.
        case .record(let fields) where SQLType.isTuple(fields):
            fields.enumerated().map { field("\($0 + 1)", $1.type, in: &buffer) }
        case .record(let fields), .union(let fields): fields.map { field($0.name, $0.type, in: &buffer) }
        case .map(let key, let value): [entries(key, value, in: &buffer)]
        default: []
        }
    }

    private mutating func entries(_ key: SQLType, _ value: SQLType, in buffer: inout FlatBuffer) -> FlatBuffer.Place {
        let members = [
            field("key", key, isNullable: false, in: &buffer),
            field("value", value, in: &buffer),
        ]
        let record = buffer.table([])
        return Self.field("entries", isNullable: false, .record, record, children: members, in: &buffer)
    }

    private mutating func dictionary(of type: SQLType, in buffer: inout FlatBuffer) -> FlatBuffer.Place? {
        guard case .enumeration(let labels) = type else { return nil }
        let index = buffer.table([.int(Int32(8 * SQLType.indexWidth(labels.count))), .bool(false)])
        dictionaries.append(labels)
        return buffer.table([.long(Int64(dictionaries.count - 1)), .place(index)])
    }

    private static func extensionMetadata(of type: SQLType) -> [(String, String)] {
        let name =
            switch type {
            case .uuid: "arrow.uuid"
            case .alias("JSON"): "arrow.json"
            default: ""
            }
        return name.isEmpty ? [] : [("ARROW:extension:name", name), ("ARROW:extension:metadata", "")]
    }

    private static func description(of type: SQLType, in buffer: inout FlatBuffer) -> (Kind, FlatBuffer.Place) {
        switch type {
        case .null: (.null, buffer.table([]))
        case .boolean: (.bool, buffer.table([]))
        case .tinyint: integer(8, isSigned: true, in: &buffer)
        case .smallint: integer(16, isSigned: true, in: &buffer)
        case .integer: integer(32, isSigned: true, in: &buffer)
        case .bigint: integer(64, isSigned: true, in: &buffer)
        case .utinyint: integer(8, isSigned: false, in: &buffer)
        case .usmallint: integer(16, isSigned: false, in: &buffer)
        case .uinteger: integer(32, isSigned: false, in: &buffer)
        case .ubigint: integer(64, isSigned: false, in: &buffer)
        case .float: (.floatingPoint, buffer.table([.short(1)]))
        case .double: (.floatingPoint, buffer.table([.short(2)]))
        case .hugeint, .uhugeint: decimal(width: 38, scale: 0, in: &buffer)
        case .decimal(let width, let scale): decimal(width: width, scale: scale, in: &buffer)
        case .blob: (.binary, buffer.table([]))
        case .uuid: (.fixedSizeBinary, buffer.table([.int(16)]))
        case .varchar, .alias, .enumeration, .bignum, .bit, .timeTZ, .unsupported: (.utf8, buffer.table([]))
        case .date: (.date, buffer.table([.short(0)]))
        case .time: (.time, buffer.table([.short(Unit.microsecond), .int(64)]))
        case .timeNS: (.time, buffer.table([.short(Unit.nanosecond), .int(64)]))
        case .timestamp: timestamp(Unit.microsecond, in: &buffer)
        case .timestampS: timestamp(Unit.second, in: &buffer)
        case .timestampMS: timestamp(Unit.millisecond, in: &buffer)
        case .timestampNS: timestamp(Unit.nanosecond, in: &buffer)
        case .timestampTZ: timestamp(Unit.microsecond, zone: "UTC", in: &buffer)
        // Months, days and nanoseconds.
        case .interval: (.interval, buffer.table([.short(2)]))
        case .list: (.list, buffer.table([]))
        case .array(_, let count): (.fixedSizeList, buffer.table([.int(Int32(count))]))
        case .record: (.record, buffer.table([]))
        case .map: (.map, buffer.table([.bool(false)]))
        case .union(let members): union(members.count, in: &buffer)
        }
    }

    private static func integer(
        _ bits: Int32,
        isSigned: Bool,
        in buffer: inout FlatBuffer
    ) -> (Kind, FlatBuffer.Place) {
        (.integer, buffer.table([.int(bits), .bool(isSigned)]))
    }

    private static func decimal(width: Int, scale: Int, in buffer: inout FlatBuffer) -> (Kind, FlatBuffer.Place) {
        (.decimal, buffer.table([.int(Int32(width)), .int(Int32(scale)), .int(128)]))
    }

    private static func timestamp(
        _ unit: Int16,
        zone: String? = nil,
        in buffer: inout FlatBuffer
    ) -> (Kind, FlatBuffer.Place) {
        let zone = zone.map { FlatBuffer.Field.place(buffer.text($0)) } ?? .none
        return (.timestamp, buffer.table([.short(unit), zone]))
    }

    /// A sparse one: each member has a place for every row.
    private static func union(_ count: Int, in buffer: inout FlatBuffer) -> (Kind, FlatBuffer.Place) {
        let tags = buffer.vector((0..<Int32(count)).map(\.self))
        return (.union, buffer.table([.short(0), .place(tags)]))
    }
}
