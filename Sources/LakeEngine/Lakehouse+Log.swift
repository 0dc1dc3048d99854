import LakeCatalog
public import LakeCore

extension Lakehouse {
    /// The commits after a version, oldest first: what changed, who did it and why.
    ///
    /// - Parameters:
    ///   - version: The newest that the caller has seen; 0 for all.
    ///   - limit: 1 to 1,000.
    ///   - patience: How long to wait for a commit while there is none, up to a minute.
    ///   - principal: Who asks.
    /// - Returns: The page and the lake version it was read at.
    /// - Throws: `EngineError.invalid` naming the field.
    public func log(
        since version: Int,
        limit: Int = 100,
        patience: Duration = .zero,
        for principal: Principal
    ) async throws -> Versioned<LogPage> {
        try await authorise(principal, .reader, "read the log")
        guard version >= 0 else { throw EngineError.invalid(field: "since", reason: "must not be negative") }
        guard (1...1000).contains(limit) else {
            throw EngineError.invalid(field: "limit", reason: "must be 1 to 1000, not \(limit)")
        }
        guard (.zero...Duration.seconds(60)).contains(patience) else {
            throw EngineError.invalid(field: "wait_s", reason: "must be 0 to 60")
        }
        let state = try await log.state(atLeast: version + 1, within: patience)
        var items: [LogEntry] = []
        if state.version > version {
            let commits = try await log.commits(after: version, limit: limit)
            items = commits.map { LogEntry($0, namesFrom: state) }
        }
        let page = LogPage(items: items, nextSince: items.last?.version ?? version)
        return Versioned(version: state.version, value: page)
    }
}
