import LakeStorage

/// Finds out whether work had to be read from the rescue bucket, for doors that must say so.
public enum RescueWatch {
    /// Runs `body`.
    ///
    /// - Parameter body: Work of this task and of those it starts.
    /// - Returns: What `body` returns, and the rescue bucket's name if it was used before `body` returned.
    /// - Throws: What `body` throws.
    public static func during<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> (value: Value, bucket: String?) {
        let use = RescueUse()
        let value = try await RescueUse.$current.withValue(use) { try await body() }
        return (value, use.bucket)
    }
}
