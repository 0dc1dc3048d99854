import LakeCore

extension VectorReader {
    /// Appends the value of `row` as JSON, as ``RowEncoding`` would.
    func appendJSON(_ row: Int, to bytes: inout [UInt8]) {
        if isNull(row) { return RowEncoding.append("null", to: &bytes) }
        switch type {
        case .null, .unsupported: RowEncoding.append("null", to: &bytes)
        case .boolean: RowEncoding.append(load(row, as: UInt8.self) != 0 ? "true" : "false", to: &bytes)
        case .tinyint: TextForm.append(Int64(load(row, as: Int8.self)), to: &bytes)
        case .smallint: TextForm.append(Int64(load(row, as: Int16.self)), to: &bytes)
        case .integer: TextForm.append(Int64(load(row, as: Int32.self)), to: &bytes)
        case .bigint: RowEncoding.appendInteger(load(row, as: Int64.self), to: &bytes)
        case .utinyint: TextForm.append(UInt64(load(row, as: UInt8.self)), to: &bytes)
        case .usmallint: TextForm.append(UInt64(load(row, as: UInt16.self)), to: &bytes)
        case .uinteger: TextForm.append(UInt64(load(row, as: UInt32.self)), to: &bytes)
        case .ubigint:
            let value = load(row, as: UInt64.self)
            if value <= UInt64(RowEncoding.exactLimit) {
                TextForm.append(value, to: &bytes)
            } else {
                appendQuoted(to: &bytes) { TextForm.append(value, to: &$0) }
            }
        case .float: RowEncoding.appendFloat(load(row, as: Float.self), to: &bytes)
        case .double: RowEncoding.appendDouble(load(row, as: Double.self), to: &bytes)
        case .varchar, .alias: JSONString.append(self.bytes(row), to: &bytes)
        case .enumeration(let labels): JSONString.append(label(row, labels), to: &bytes)
        case .list, .array: RowEncoding.appendArray(elements(row), to: &bytes) { children[0].appendJSON($0, to: &$1) }
        case .record(let fields) where SQLType.isTuple(fields):
            RowEncoding.appendArray(children, to: &bytes) { $0.appendJSON(row, to: &$1) }
        case .record(let fields): appendObject(row, fields, to: &bytes)
        case .map(let key, _): appendMap(row, keyIsText: key.isText, to: &bytes)
        case .union: children[1 + tag(row)].appendJSON(row, to: &bytes)
        default: appendQuoted(to: &bytes) { appendPlain(row, to: &$0) }
        }
    }

    /// Appends the value of `row` as a CSV field, as ``RowEncoding`` would.
    func appendCSV(_ row: Int, to bytes: inout [UInt8]) {
        if isNull(row) { return }
        switch type {
        case .varchar, .alias: RowEncoding.appendCSVText(self.bytes(row), to: &bytes)
        case .enumeration(let labels):
            var label = label(row, labels)
            label.withUTF8 { RowEncoding.appendCSVText($0, to: &bytes) }
        case .bigint: TextForm.append(load(row, as: Int64.self), to: &bytes)
        case .ubigint: TextForm.append(load(row, as: UInt64.self), to: &bytes)
        case .double: RowEncoding.appendCSVDouble(load(row, as: Double.self), to: &bytes)
        case .float:
            let value = load(row, as: Float.self)
            if value.isFinite {
                TextForm.append(value, to: &bytes)
            } else {
                RowEncoding.appendCSVDouble(Double(value), to: &bytes)
            }
        case .list, .array, .record, .map:
            var json: [UInt8] = []
            appendJSON(row, to: &json)
            json.withUnsafeBufferPointer { RowEncoding.appendCSVText($0, to: &bytes) }
        case .union: children[1 + tag(row)].appendCSV(row, to: &bytes)
        case .boolean, .tinyint, .smallint, .integer, .utinyint, .usmallint, .uinteger: appendJSON(row, to: &bytes)
        default: appendPlain(row, to: &bytes)
        }
    }

    /// The text of a value whose JSON is that text in quotes and needs no escapes.
    func appendPlain(_ row: Int, to bytes: inout [UInt8]) {
        switch type {
        case .hugeint: TextForm.append(hugeint(row), to: &bytes)
        case .uhugeint: bytes.append(contentsOf: uhugeint(row).description.utf8)
        case .bignum: TextForm.appendBignum(self.bytes(row), to: &bytes)
        case .decimal(let width, let scale):
            TextForm.appendDecimal(unscaled(row, width: width), scale: scale, to: &bytes)
        case .blob: RowEncoding.appendBase64(self.bytes(row), to: &bytes)
        default: appendFormatted(row, to: &bytes)
        }
    }

    private func appendQuoted(to bytes: inout [UInt8], _ body: (inout [UInt8]) -> Void) {
        bytes.append(UInt8(ascii: "\""))
        body(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    private func appendObject(_ row: Int, _ fields: [SQLType.Field], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONString.append(field.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            children[index].appendJSON(row, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private func appendMap(_ row: Int, keyIsText: Bool, to bytes: inout [UInt8]) {
        let keyIsText = keyIsText || elements(row).isEmpty
        bytes.append(UInt8(ascii: keyIsText ? "{" : "["))
        for (index, entry) in elements(row).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if !keyIsText { RowEncoding.append("{\"key\":", to: &bytes) }
            children[0].appendJSON(entry, to: &bytes)
            RowEncoding.append(keyIsText ? ":" : ",\"value\":", to: &bytes)
            children[1].appendJSON(entry, to: &bytes)
            if !keyIsText { bytes.append(UInt8(ascii: "}")) }
        }
        bytes.append(UInt8(ascii: keyIsText ? "}" : "]"))
    }
}

extension SQLType {
    /// Whether values are written as texts of the user's, which can be names in an object.
    var isText: Bool {
        switch self {
        case .varchar, .alias, .enumeration: true
        default: false
        }
    }
}
