import LakeCatalog
public import LakeCore

extension Lakehouse {
    /// The versions of a dataset, newest first: what changed, who did it and why.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - limit: 1 to 1,000.
    ///   - cursor: The `nextCursor` of the page before.
    ///   - principal: Who asks.
    /// - Returns: The page and the lake version it was read at.
    /// - Throws: `EngineError.notFound`, `EngineError.invalid` naming the field.
    public func versions(
        of name: String,
        limit: Int = 100,
        cursor: String? = nil,
        for principal: Principal
    ) async throws -> Versioned<Page<DatasetVersion>> {
        try await authorise(principal, .reader, "read history", on: ["dataset:\(name)"])
        guard (1...1000).contains(limit) else {
            throw EngineError.invalid(field: "limit", reason: "must be 1 to 1000, not \(limit)")
        }
        let state = try await log.state()
        let dataset = try liveDataset(name, in: state)
        var end = dataset.version
        if let cursor {
            guard let before = Int(cursor), (1...dataset.version + 1).contains(before) else {
                throw EngineError.invalid(field: "cursor", reason: "is not one that was given out")
            }
            end = before - 1
        }
        var found: [DatasetVersion] = []
        // Backwards a window at a time; within a window forwards, since a version is told by the one before it.
        var window = 64
        while found.count <= limit, end >= dataset.createdVersion {
            let first = max(dataset.createdVersion, end - window + 1)
            found += try await Array(versions(of: dataset.id, from: first, through: end).reversed())
            end = first - 1
            window = min(window * 2, 1024)
        }
        for place in found.indices {
            let version = found[place].version
            found[place].tags = dataset.versionTags.filter { $0.value == version }.keys.sorted()
        }
        let items = Array(found.prefix(limit))
        let next = found.count > limit ? items.last.map { String($0.version) } : nil
        return Versioned(version: state.version, value: Page(items: items, nextCursor: next))
    }

    /// The versions of a dataset in a part of the log, oldest first.
    private func versions(of id: DatasetID, from first: Int, through last: Int) async throws -> [DatasetVersion] {
        var state = try await log.state(at: first - 1)
        var versions: [DatasetVersion] = []
        for commit in try await log.commits(after: first - 1, limit: last - first + 1) {
            let before = state.datasets[id]
            for transaction in commit.transactions {
                state = try state.applying(transaction, version: commit.version)
            }
            guard let after = state.datasets[id], after.version == commit.version else { continue }
            versions.append(DatasetVersion(commit, before, after))
        }
        return versions
    }

    /// Gives a dataset the files and columns that it had at a version, in one commit; the versions between stay.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - version: One that can be read.
    ///   - principal: Who asks.
    /// - Returns: The lake version that has them again.
    /// - Throws: `EngineError.notFound`; `CatalogError.versionNotKept` when its files may be gone.
    public func restore(dataset name: String, to version: Int, for principal: Principal) async throws -> Int {
        try await observed(.restoreVersion) {
            try await authorise(principal, .writer, "restore versions", on: ["dataset:\(name)"])
            return try await once("restore version", [name, String(version)], by: principal) { ticket in
                try await retrying {
                    let now = try liveDataset(name, in: try await log.state())
                    try await check(version, of: now)
                    guard let then = try await log.state(at: version).datasets[now.id], then.droppedAt == nil else {
                        throw EngineError.notFound(kind: "version of '\(name)'", name: String(version), nearest: [])
                    }
                    let replacing = Action.filesReplaced(
                        dataset: now.id,
                        files: Array(then.files),
                        schema: then.schema,
                        expectedVersion: now.version,
                        olderSchemas: then.olderSchemas
                    )
                    let reason = "restore version \(version) of \(name)"
                    let note = try ticket?.note(VersionAnswer())
                    return VersionAnswer(
                        version: try await commit([replacing], reason, by: principal, note: note).version
                    )
                }
            }
            .version
        }
    }

    /// Takes the drop of a dataset back.
    ///
    /// - Parameters:
    ///   - name: The name that the dataset had; of several the one that was dropped last.
    ///   - principal: Who asks.
    /// - Returns: The lake version that has it again.
    /// - Throws: `EngineError.notFound` when none was dropped, or its files may be gone; `CatalogError.nameTaken`.
    public func restoreDropped(dataset name: String, for principal: Principal) async throws -> Int {
        try await observed(.restoreVersion) {
            try await authorise(principal, .writer, "restore datasets", on: ["dataset:\(name)"])
            return try await once("restore dataset", name, by: principal) { ticket in
                let state = try await log.state()
                let dropped = state.datasets.values.filter { $0.name.rawValue == name && $0.droppedAt != nil }
                guard let dataset = dropped.max(by: { $0.version < $1.version }) else {
                    throw EngineError.notFound(kind: "dropped dataset", name: name, nearest: [])
                }
                let restoring = Action.datasetRestored(dataset.id, at: WallClock.now())
                let note = try ticket?.note(VersionAnswer())
                let reason = "restore dataset \(name)"
                return VersionAnswer(version: try await commit([restoring], reason, by: principal, note: note).version)
            }
            .version
        }
    }
}

extension DatasetVersion {
    /// What a commit made of a dataset.
    init(_ commit: LoggedCommit, _ before: Dataset?, _ after: Dataset) {
        let old = Dictionary((before?.files ?? []).map { ($0.key, $0) }) { first, _ in first }
        let new = Dictionary(after.files.map { ($0.key, $0) }) { first, _ in first }
        let (added, removed) = (new.values.filter { old[$0.key] == nil }, old.values.filter { new[$0.key] == nil })
        var (more, fewer) = (added.reduce(0) { $0 + $1.keptRows }, removed.reduce(0) { $0 + $1.keptRows })
        for file in new.values {
            guard let earlier = old[file.key] else { continue }
            more += max(0, file.keptRows - earlier.keptRows)
            fewer += max(0, earlier.keptRows - file.keptRows)
        }
        let concerned = commit.transactions.filter { $0.actions.contains { $0.dataset == after.id } }
        self.init(
            version: commit.version,
            at: commit.at,
            actor: Set(concerned.map(\.actor)).sorted().joined(separator: ", "),
            reason: concerned.map(\.reason).joined(separator: "; "),
            changes: concerned.flatMap(\.actions).filter { $0.dataset == after.id }.map(\.name),
            rowsAdded: more,
            rowsRemoved: fewer,
            bytesAdded: added.reduce(0) { $0 + $1.bytes },
            bytesRemoved: removed.reduce(0) { $0 + $1.bytes },
            rows: after.rows,
            files: after.files.count
        )
    }
}
