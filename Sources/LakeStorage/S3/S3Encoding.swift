/// Percent-encoding as signatures want it, and the times that answers hold.
enum S3Encoding {
    /// Encodes every byte but letters, digits and `-._~`.
    static func encode(_ text: String, keepingSlashes: Bool = false) -> String {
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
            case 47 where keepingSlashes: bytes.append(byte)
            default: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Undoes the encoding of a listing's keys, where some stores write a space as `+`; nil when it is none.
    static func decode(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(32)
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
                guard digits.count == 2 else { return nil }
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Names and values, encoded and in the order in which they are signed.
    static func query(_ items: [(String, String)]) -> String {
        let encoded = items.map { (encode($0.0), encode($0.1)) }
        return encoded.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map { $0.0 + "=" + $0.1 }
            .joined(separator: "&")
    }

    /// A header's `Sun, 06 Nov 1994 08:49:37 GMT` in the form that the lake writes; nil for anything else.
    static func rfc3339(httpDate text: String) -> String? {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, let month = months.firstIndex(of: String(parts[2])) else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return "\(parts[3])-\(number)-\(parts[1])T\(parts[4]).000Z"
    }

    /// An etag without quotation marks.
    static func unquoted(_ etag: String) -> String {
        let bare = etag.hasPrefix("W/") ? etag.dropFirst(2) : etag[...]
        guard bare.count >= 2, bare.first == "\"", bare.last == "\"" else { return String(bare) }
        return String(bare.dropFirst().dropLast())
    }
}
