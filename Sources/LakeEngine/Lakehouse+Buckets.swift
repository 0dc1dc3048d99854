public import LakeCore
import LakeStorage

extension Lakehouse {
    /// The buckets, the primary one first.
    public func bucketList(for principal: Principal) async throws -> [BucketManifest] {
        try await observed(.seeBuckets) {
            try await authorise(principal, .admin, "see the buckets", reading: true)
            return buckets.status().map { status in
                BucketManifest(
                    name: status.name,
                    kind: status.kind,
                    primary: status.isPrimary,
                    rescue: status.isRescue,
                    reachable: status.isReachable,
                    latencyMs: status.latencyMilliseconds
                )
            }
        }
    }

    /// How the buckets are doing.
    public func bucketHealth(for principal: Principal) async throws -> BucketHealth {
        try await observed(.seeBuckets) {
            try await authorise(principal, .admin, "see the buckets", reading: true)
            let entries = buckets.status().map { status in
                BucketHealth.Entry(
                    name: status.name,
                    reachable: status.isReachable,
                    circuit: status.circuit.rawValue,
                    latencyMs: status.latencyMilliseconds,
                    errors: status.errors.values.reduce(0, +),
                    errorsByOperation: Dictionary(
                        uniqueKeysWithValues: status.errors.map { ($0.key.rawValue, $0.value) }
                    ),
                    lastError: status.lastError.map(BucketProblem.init),
                    lastSuccessAt: status.lastSuccess
                )
            }
            return BucketHealth(healthy: entries.allSatisfy(\.reachable), buckets: entries, rescue: rescueHealth)
        }
    }

    /// How far the copy in the rescue bucket is, when there is such a bucket.
    var rescueHealth: RescueHealth? {
        guard let rescue = buckets.rescue, let progress = replicator?.status else { return nil }
        return RescueHealth(
            bucket: rescue.name,
            version: progress.version,
            lagVersions: max(0, progress.newest - progress.version),
            lagSeconds: progress.behindSince.map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0,
            objects: progress.objects,
            bytes: progress.bytes,
            lastError: progress.lastError
        )
    }

    /// What went wrong with buckets, newest first.
    ///
    /// - Parameters:
    ///   - bucket: Only with this one; nil: with any.
    ///   - limit: 1 to 1,000.
    ///   - principal: Who asks.
    /// - Returns: The failures.
    /// - Throws: `EngineError.notFound` for a bucket that is not there; `EngineError.invalid` for a limit out of range.
    public func bucketErrors(
        of bucket: String? = nil,
        limit: Int = 100,
        for principal: Principal
    ) async throws -> [BucketProblem] {
        try await observed(.seeBuckets) {
            try await authorise(principal, .admin, "see the buckets", reading: true)
            guard (1...1000).contains(limit) else {
                throw EngineError.invalid(field: "limit", reason: "must be 1 to 1000, not \(limit)")
            }
            if let bucket { _ = try self.bucket(named: bucket) }
            return buckets.errors.newest(of: bucket, limit: limit).map(BucketProblem.init)
        }
    }

    /// The bucket that has a data file of the bucket that the log names: the primary one when none of that name is configured, for a
    /// restored lake has such files there.
    func bucket(holding name: String?) -> BucketStore { buckets.bucket(named: name) ?? buckets.primary }

    /// The bucket of that name; nil names the primary one.
    func bucket(named name: String?) throws(EngineError) -> BucketStore {
        if let bucket = buckets.bucket(named: name) { return bucket }
        let names = buckets.all.map(\.name)
        throw .notFound(kind: "bucket", name: name ?? "", nearest: nearestNames(to: name ?? "", in: names))
    }
}

extension BucketProblem {
    init(_ failure: BucketFailure) {
        self.init(
            at: failure.at,
            bucket: failure.bucket,
            operation: failure.operation,
            key: failure.key,
            code: failure.code,
            detail: failure.detail
        )
    }
}
