extension VectorGeneration {
    /// Finds the chunks with the highest cosine similarity to a query.
    ///
    /// Exact: the same as comparing every vector, to the bit and for any number of threads.
    ///
    /// - Parameters:
    ///   - query: Of the index's dimensions and any length but 0.
    ///   - k: How many chunks; all are returned when there are fewer.
    ///   - allowed: The chunks to look at; nil: all.
    /// - Returns: Best first, equal scores by ordinal.
    /// - Throws: ``VectorError/cancelled`` soon after the task is cancelled, among others.
    public func search(
        _ query: [Float],
        k: Int,
        among allowed: OrdinalSet? = nil
    ) async throws(VectorError) -> [SearchHit] {
        try await search(query, k: k, among: allowed, method: nil)
    }

    /// ``search(_:k:among:)`` with the method given, for tests to compare them.
    func search(
        _ query: [Float],
        k: Int,
        among allowed: OrdinalSet?,
        method: ExactScan.Method?
    ) async throws(VectorError) -> [SearchHit] {
        guard query.count == dimensions else { throw .dimensionsDiffer(expected: dimensions, got: query.count) }
        guard k > 0 else { throw .invalidCount(k) }
        if let allowed, allowed.universe != count { throw .filterDiffers(expected: count, got: allowed.universe) }
        let direction = try pool.kernels.normalized(query: query)
        let candidates = allowed?.count ?? count
        guard candidates > 0 else { return [] }
        let scan = ExactScan(
            generation: self,
            query: direction,
            limit: min(k, candidates),
            allowed: allowed,
            method: method ?? .fastest(candidates: candidates, dimensions: dimensions)
        )
        let workers = min(pool.settings.threads, scan.worthwhileWorkers(candidates: candidates))
        return try await pool.admitted { () async throws(VectorError) in
            try await scan.run(workers: workers, on: pool.scans)
        }
    }
}
