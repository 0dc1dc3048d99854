public import LakeCore

extension S3Place {
    /// The address of an object, or of what begins with `key`, as SQL engines write it.
    public func address(of key: String) -> String {
        "s3://\(bucket)/" + (prefix.isEmpty ? key : "\(prefix)/\(key)")
    }
}
