public import LakeCore
internal import LakeStorage

/// Tells whether two lists of columns are the same, in 32 bytes: a transaction names with it the columns it expects.
public struct SchemaDigest: Hashable, Sendable {
    public let sha256: String

    /// Cost: O(columns).
    public init(_ schema: Schema) {
        var bytes: [UInt8] = []
        for column in schema.columns {
            // No name and no type holds a byte of 0 or 255: they are UTF-8 that the SQL parser took.
            bytes += column.name.utf8
            bytes.append(0)
            bytes += column.type.utf8
            bytes.append(0)
            bytes += String(column.fieldID).utf8
            bytes.append(column.nullable ? 255 : 254)
            if let fallback = column.fallback { bytes += Array(fallback.utf8) + [253] }
        }
        sha256 = ContentHash.sha256(bytes)
    }
}

extension SchemaDigest: Codable {
    public init(from decoder: any Decoder) throws {
        sha256 = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(sha256)
    }
}
