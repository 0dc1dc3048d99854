public import LakeCore

extension ServerSettings {
    /// The place that an address names: `s3://bucket/prefix`, or a folder.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - values: How S3 is reached, by the keys of a bucket's table.
    /// - Returns: The place.
    /// - Throws: `ServerError.invalidSetting`.
    public static func place(_ address: String, _ values: [String: String]) throws -> BucketPlace {
        guard address.hasPrefix("s3://") else { return .folder(address) }
        let parts = address.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var values = values
        values["bucket"] = parts.first.map(String.init)
        var prefix = parts.count > 1 ? parts[1] : ""
        if prefix.last == "/" { prefix.removeLast() }
        if !prefix.isEmpty { values["prefix"] = String(prefix) }
        return .s3(try BucketTable(values, place: "the address", source: "a flag").s3())
    }
}
