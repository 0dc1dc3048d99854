import LakeCore

extension VectorReader {
    /// The value of `row`, taken out of the library's memory.
    func value(_ row: Int) -> SQLValue {
        if isNull(row) { return .null }
        return switch type {
        case .null, .unsupported: .null
        case .boolean: .boolean(load(row, as: UInt8.self) != 0)
        case .tinyint: .integer(Int64(load(row, as: Int8.self)))
        case .smallint: .integer(Int64(load(row, as: Int16.self)))
        case .integer: .integer(Int64(load(row, as: Int32.self)))
        case .bigint: .integer(load(row, as: Int64.self))
        case .utinyint: .integer(Int64(load(row, as: UInt8.self)))
        case .usmallint: .integer(Int64(load(row, as: UInt16.self)))
        case .uinteger: .integer(Int64(load(row, as: UInt32.self)))
        case .ubigint: unsigned(load(row, as: UInt64.self))
        case .hugeint: .bigInteger(hugeint(row).description)
        case .uhugeint: .bigInteger(uhugeint(row).description)
        case .bignum: .bigInteger(text { TextForm.appendBignum(bytes(row), to: &$0) })
        case .float: .double(widened(load(row, as: Float.self)))
        case .double: .double(load(row, as: Double.self))
        case .decimal(let width, let scale):
            .decimal(text { TextForm.appendDecimal(unscaled(row, width: width), scale: scale, to: &$0) })
        case .varchar, .alias: .text(String(decoding: bytes(row), as: UTF8.self))
        case .enumeration(let labels): .text(label(row, labels))
        case .blob: .blob(Array(bytes(row)))
        case .list, .array: .list(elements(row).map { children[0].value($0) })
        case .record(let fields) where SQLType.isTuple(fields): .list(children.map { $0.value(row) })
        case .record(let fields): .record(zip(fields, children).map { ($0.name, $1.value(row)) })
        case .map: .map(elements(row).map { (children[0].value($0), children[1].value($0)) })
        case .union: children[1 + tag(row)].value(row)
        case .bit, .uuid, .date, .time, .timeNS, .timeTZ, .timestamp, .timestampS, .timestampMS, .timestampNS,
            .timestampTZ, .interval:
            .formatted(text { appendFormatted(row, to: &$0) })
        }
    }

    /// The text of a value of a type that is written rather than counted.
    @inline(__always)
    func appendFormatted(_ row: Int, to bytes: inout [UInt8]) {
        switch type {
        case .bit: TextForm.appendBits(self.bytes(row), to: &bytes)
        case .uuid: TextForm.appendUUID(hugeint(row), to: &bytes)
        case .date: TextForm.appendDate(days: load(row, as: Int32.self), to: &bytes)
        case .time: TextForm.appendTime(load(row, as: Int64.self), unit: 1_000_000, to: &bytes)
        case .timeNS: TextForm.appendTime(load(row, as: Int64.self), unit: 1_000_000_000, to: &bytes)
        case .timeTZ: TextForm.appendTimeTZ(load(row, as: UInt64.self), to: &bytes)
        case .timestamp: TextForm.appendTimestamp(load(row, as: Int64.self), unit: 1_000_000, to: &bytes)
        case .timestampS: TextForm.appendTimestamp(load(row, as: Int64.self), unit: 1, to: &bytes)
        case .timestampMS: TextForm.appendTimestamp(load(row, as: Int64.self), unit: 1000, to: &bytes)
        case .timestampNS: TextForm.appendTimestamp(load(row, as: Int64.self), unit: 1_000_000_000, to: &bytes)
        case .timestampTZ:
            TextForm.appendTimestamp(load(row, as: Int64.self), unit: 1_000_000, zoned: true, to: &bytes)
        case .interval: TextForm.append(interval(row), to: &bytes)
        default: break
        }
    }

    private func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func unsigned(_ value: UInt64) -> SQLValue {
        Int64(exactly: value).map(SQLValue.integer) ?? .bigInteger(value.description)
    }

    /// The DOUBLE written as the FLOAT is: 0.1, not 0.10000000149011612.
    ///
    /// It reads back as the same FLOAT.
    private func widened(_ value: Float) -> Double {
        value.isFinite ? Double(value.description) ?? Double(value) : Double(value)
    }
}

extension VectorReader {
    /// About how many bytes the values of `rows` take.
    func byteEstimate(_ rows: Range<Int>) -> Int {
        switch type {
        case .varchar, .alias, .blob, .bit, .bignum:
            rows.reduce(0) { isNull($1) ? $0 + 1 : $0 + bytes($1).count + 2 }
        case .list, .array, .map:
            rows.reduce(0) { sum, row in
                isNull(row) ? sum + 1 : children.reduce(sum + 2) { $0 + $1.byteEstimate(elements(row)) }
            }
        case .record, .union: children.reduce(0) { $0 + $1.byteEstimate(rows) }
        default: rows.count * 8
        }
    }
}
