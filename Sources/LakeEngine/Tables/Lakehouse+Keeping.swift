public import LakeCatalog
public import LakeCore

extension Lakehouse {
    /// The named versions of a dataset.
    public func versionTags(of name: String, for principal: Principal) async throws -> VersionTags {
        try await authorise(principal, .reader, "read history", on: ["dataset:\(name)"])
        let state = try await log.state()
        return Self.tags(of: try liveDataset(name, in: state), in: state)
    }

    /// Names a version of a dataset, which stays readable as long as it has a name.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - tag: 1 to 63 letters, digits, `_`, `-` and `.`.
    ///   - version: Of the lake; nil: the newest.
    ///   - principal: Who asks.
    /// - Returns: All named versions of the dataset.
    /// - Throws: `CatalogError.tagTaken`, `CatalogError.versionNotKept`, `CatalogError.noSuchVersion`.
    public func tag(
        dataset name: String,
        as tag: String,
        version: Int? = nil,
        for principal: Principal
    ) async throws -> VersionTags {
        try await keeping(name, "name versions", "name version '\(tag)' of \(name)", by: principal) { dataset, state in
            .versionTagged(dataset.id, tag: tag, version: version ?? state.version)
        } answer: {
            Self.tags(of: $0, in: $1)
        }
    }

    /// Takes the name of a version away.
    ///
    /// - Returns: The versions that still have names.
    /// - Throws: `CatalogError.tagGone`.
    public func untag(dataset name: String, _ tag: String, for principal: Principal) async throws -> VersionTags {
        try await keeping(name, "name versions", "forget version '\(tag)' of \(name)", by: principal) { dataset, _ in
            .versionTagged(dataset.id, tag: tag, version: nil)
        } answer: {
            Self.tags(of: $0, in: $1)
        }
    }

    /// How the files of a dataset are kept.
    public func tableOptions(of name: String, for principal: Principal) async throws -> TableOptions {
        try await authorise(principal, .reader, "read datasets", on: ["dataset:\(name)"])
        let state = try await log.state()
        return TableOptions(try liveDataset(name, in: state), in: state)
    }

    /// Says how long versions of a dataset stay readable, from the next sweep on.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - retention: What is kept; nil: as the lake's.
    ///   - principal: Who asks.
    /// - Returns: How the dataset is kept.
    /// - Throws: `EngineError.invalid` for what would keep nothing.
    public func setRetention(
        of name: String,
        _ retention: Retention?,
        for principal: Principal
    ) async throws -> TableOptions {
        if let retention {
            guard retention.seconds != nil || retention.versions != nil else {
                throw EngineError.invalid(
                    field: "versions",
                    reason: "or 'seconds' must be given, or neither and 'lake'"
                )
            }
            if let seconds = retention.seconds, !(0...Self.retentionMax).contains(seconds) {
                throw EngineError.invalid(field: "seconds", reason: "must be 0 to \(Self.retentionMax)")
            }
            if let versions = retention.versions, !(1...1_000_000).contains(versions) {
                throw EngineError.invalid(field: "versions", reason: "must be 1 to 1,000,000")
            }
        }
        return try await keeping(name, "keep versions", "retention of \(name)", by: principal) { dataset, _ in
            .retentionSet(dataset.id, retention)
        } answer: {
            TableOptions($0, in: $1)
        }
    }

    /// A hundred years.
    private static let retentionMax = 100 * 366 * 86_400

    /// Says by which columns compactions sort the rows of a dataset.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - columns: At most four; none: rows keep their order.
    ///   - principal: Who asks.
    /// - Returns: How the dataset is kept.
    /// - Throws: `EngineError.invalid` naming the column.
    public func setClustering(
        of name: String,
        by columns: [String],
        for principal: Principal
    ) async throws -> TableOptions {
        try await keeping(name, "sort datasets", "cluster \(name)", by: principal) { dataset, _ in
            let found = try columns.map { try Self.column($0, field: "columns", of: dataset) }
            guard found.count <= 4, Set(found.map(\.fieldID)).count == found.count else {
                throw EngineError.invalid(field: "columns", reason: "must be at most four, each once")
            }
            return .clusteringSet(dataset.id, columns: found.map(\.name))
        } answer: {
            TableOptions($0, in: $1)
        }
    }

    /// Commits one change of how a dataset is kept.
    private func keeping<Answer>(
        _ name: String,
        _ use: String,
        _ reason: String,
        by principal: Principal,
        _ action: (Dataset, LakeState) throws -> Action,
        answer: (Dataset, LakeState) -> Answer
    ) async throws -> Answer {
        try await observed(.keepVersions) {
            try await authorise(principal, .writer, use, on: ["dataset:\(name)"])
            let state = try await log.state()
            let dataset = try liveDataset(name, in: state)
            let after = try await commit([try action(dataset, state)], reason, by: principal)
            return answer(after.datasets[dataset.id] ?? dataset, after)
        }
    }

    private static func tags(of dataset: Dataset, in state: LakeState) -> VersionTags {
        let items = dataset.versionTags.map { VersionTag(tag: $0.key, version: $0.value) }
        return VersionTags(
            dataset: dataset.name.rawValue,
            version: state.version,
            items: items.sorted { ($0.version, $0.tag) < ($1.version, $1.tag) }
        )
    }
}
