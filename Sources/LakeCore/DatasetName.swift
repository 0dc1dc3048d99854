/// The name of a dataset or an index: lowercase letters, digits and underscores, not starting with a digit, at most 63 bytes.
public struct DatasetName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: String

    /// Nil when `text` is not a name as it stands.
    public init?(_ text: String) {
        let letters = text.utf8
        guard let first = letters.first, letters.count <= 63, !(48...57).contains(first),
            letters.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
        else { return nil }
        rawValue = text
    }

    /// The nearest name to a file's name: `Q3 Report (final).csv` gives `q3_report_final`.
    public init(fileName: String) {
        let stem = fileName.split(separator: "/").last.map(String.init) ?? fileName
        let base = stem.prefix { $0 != "." }
        var letters: [UInt8] = []
        for byte in base.lowercased().utf8 {
            let kept = (97...122).contains(byte) || (48...57).contains(byte)
            if kept { letters.append(byte) } else if letters.last != 95, !letters.isEmpty { letters.append(95) }
        }
        while letters.last == 95 { letters.removeLast() }
        if letters.isEmpty { letters = Array("data".utf8) }
        if (48...57).contains(letters[0]) { letters.insert(contentsOf: "t_".utf8, at: 0) }
        rawValue = String(decoding: letters.prefix(63), as: UTF8.self)
    }

    public var description: String { rawValue }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension DatasetName: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let name = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a dataset name")
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
