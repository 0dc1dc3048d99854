public import LakeCore

/// Writes single values as JSON and CSV.
///
/// JSON: numbers when exact in a DOUBLE, other whole numbers and decimals as text, NaN and infinities as text, BLOB in
/// base64, lists as arrays, STRUCT as an object, MAP as an object when its keys are texts and else as an array of
/// `{"key": …, "value": …}`.
public enum RowEncoding {
    /// The largest whole number up to which every one is exact in a DOUBLE.
    static let exactLimit: Int64 = 1 << 53

    /// Appends `value` as JSON.
    public static func appendJSON(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: append("null", to: &bytes)
        case .boolean(let value): append(value ? "true" : "false", to: &bytes)
        case .integer(let value): appendInteger(value, to: &bytes)
        case .bigInteger(let text), .decimal(let text): JSONString.append(text, to: &bytes)
        case .double(let value): appendDouble(value, to: &bytes)
        case .text(let text), .formatted(let text): JSONString.append(text, to: &bytes)
        case .blob(let blob):
            bytes.append(UInt8(ascii: "\""))
            blob.withUnsafeBufferPointer { appendBase64($0, to: &bytes) }
            bytes.append(UInt8(ascii: "\""))
        case .list(let values): appendArray(values, to: &bytes) { appendJSON($0, to: &$1) }
        case .record(let fields): appendObject(fields, to: &bytes)
        case .map(let entries): appendMap(entries, to: &bytes)
        }
    }

    /// Appends `value` as one CSV field by RFC 4180: NULL is empty, an empty text is `""`, what is nested is JSON.
    public static func appendCSV(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: return
        case .text(let text), .formatted(let text), .bigInteger(let text), .decimal(let text):
            var text = text
            text.withUTF8 { appendCSVText($0, to: &bytes) }
        case .integer(let value): TextForm.append(value, to: &bytes)
        case .blob(let blob): blob.withUnsafeBufferPointer { appendBase64($0, to: &bytes) }
        case .double(let value): appendCSVDouble(value, to: &bytes)
        case .boolean, .list, .record, .map:
            var json: [UInt8] = []
            appendJSON(value, to: &json)
            json.withUnsafeBufferPointer { appendCSVText($0, to: &bytes) }
        }
    }

    // MARK: Parts, shared with the encoder that reads chunks in place

    static func append(_ text: StaticString, to bytes: inout [UInt8]) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    @inline(__always)
    static func appendInteger(_ value: Int64, to bytes: inout [UInt8]) {
        guard value > exactLimit || value < -exactLimit else { return TextForm.append(value, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
        TextForm.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    static func appendDouble(_ value: Double, to bytes: inout [UInt8]) {
        guard !value.isFinite else { return TextForm.append(value, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
        append(notFinite(value.isNaN, value < 0), to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    static func appendFloat(_ value: Float, to bytes: inout [UInt8]) {
        if value.isFinite { TextForm.append(value, to: &bytes) } else { appendDouble(Double(value), to: &bytes) }
    }

    static func appendCSVDouble(_ value: Double, to bytes: inout [UInt8]) {
        if value.isFinite {
            TextForm.append(value, to: &bytes)
        } else {
            append(notFinite(value.isNaN, value < 0), to: &bytes)
        }
    }

    private static func notFinite(_ isNaN: Bool, _ isNegative: Bool) -> StaticString {
        isNaN ? "NaN" : isNegative ? "-Infinity" : "Infinity"
    }

    static func appendCSVText(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        let isPlain = text.allSatisfy { $0 != 44 && $0 != 34 && $0 != 10 && $0 != 13 }
        if isPlain, !text.isEmpty { return bytes.append(contentsOf: text) }
        bytes.append(34)
        for byte in text {
            if byte == 34 { bytes.append(34) }
            bytes.append(byte)
        }
        bytes.append(34)
    }

    /// RFC 4648, with padding.
    static func appendBase64(_ blob: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        for start in stride(from: 0, to: blob.count, by: 3) {
            let group = (0..<3).reduce(UInt32(0)) { $0 << 8 | (start + $1 < blob.count ? UInt32(blob[start + $1]) : 0) }
            for place in 0..<4 {
                let isPadding = start + place > blob.count
                bytes.append(isPadding ? 61 : base64Letters[Int(group >> UInt32(18 - 6 * place)) & 63])
            }
        }
    }

    private static let base64Letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func appendArray<Elements: Collection>(
        _ elements: Elements,
        to bytes: inout [UInt8],
        _ append: (Elements.Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            append(element, &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func appendObject(_ fields: [(String, SQLValue)], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONString.append(field.0, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            appendJSON(field.1, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendMap(_ entries: [(SQLValue, SQLValue)], to bytes: inout [UInt8]) {
        var fields: [(String, SQLValue)] = []
        for (key, value) in entries {
            guard case .text(let key) = key else { break }
            fields.append((key, value))
        }
        if fields.count == entries.count { return appendObject(fields, to: &bytes) }
        appendArray(entries, to: &bytes) { entry, bytes in
            appendObject([("key", entry.0), ("value", entry.1)], to: &bytes)
        }
    }
}
