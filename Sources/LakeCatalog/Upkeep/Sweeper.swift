public import LakeCore
public import LakeStorage

/// Takes away what no version that can be read refers to.
///
/// Safe while others write: an object is swept only when it is older than any write takes and the state that was read after the
/// object was listed does not refer to it. It waits in quarantine before it is gone, and comes back if it is needed after all.
public struct Sweeper: Sendable {
    /// Where objects lie that commits refer to.
    static let swept = ["datasets/", "indexes/"]

    private let store: any ObjectStore
    /// The primary bucket, and others that hold data files.
    private let places: [Place]
    private let log: LakeLog
    private let settings: SweepSettings
    private let pins: SweepPins
    private let now: Int64

    /// A bucket that is swept.
    private struct Place {
        /// Nil for the primary one.
        var bucket: String?
        var store: any ObjectStore

        /// An object's key, with the bucket before it unless that is the primary one.
        func name(_ key: ObjectKey) -> String { bucket.map { "\($0):\(key)" } ?? key.rawValue }

        /// Whether an object may be of this lake, which has those datasets; the primary bucket is all its own.
        func mayHold(_ key: ObjectKey, of datasets: Set<String>) -> Bool {
            if bucket == nil { return true }
            let parts = key.rawValue.split(separator: "/", maxSplits: 2)
            return parts.count == 3 && datasets.contains(String(parts[1]))
        }

        /// Whether a further bucket is a lake itself, such as a backup of this one.
        func isAnotherLake() async throws -> Bool {
            guard bucket != nil else { return false }
            return try await store.head(ObjectKey(validating: LogStore.formatFile)) != nil
        }
    }

    /// - Parameters:
    ///   - store: Where the lake is.
    ///   - others: Further buckets that hold data files, by name.
    ///   - log: The lake's.
    ///   - settings: What to do.
    ///   - pins: What is to be kept beside what versions refer to.
    ///   - now: Unix milliseconds, so that tests can fix it.
    public init(
        store: any ObjectStore,
        others: [String: any ObjectStore] = [:],
        log: LakeLog,
        settings: SweepSettings = SweepSettings(),
        pins: SweepPins = SweepPins(),
        now: Int64 = WallClock.nowMilliseconds()
    ) {
        self.store = store
        let further = others.sorted { $0.key < $1.key }.map { Place(bucket: $0.key, store: $0.value) }
        places = [Place(bucket: nil, store: store)] + further
        self.log = log
        self.settings = settings
        self.pins = pins
        self.now = now
    }

    /// Sweeps once.
    ///
    /// Cut off anywhere it has done no harm, and the next one goes on.
    ///
    /// - Parameter actor: Named in the log.
    /// - Returns: What was done, or would be.
    /// - Throws: What the store and the log throw.
    public func run(by actor: String) async throws -> SweepReport {
        var report = SweepReport(isDryRun: settings.isDryRun)
        let before = try await log.newestState().version
        var seen = try await trim(&report, by: actor)
        var references = try await references(from: report.oldestVersion, but: Set(report.purged), at: &seen)
        // Another lake may have its files in the same bucket: only what lies under datasets of this one is its own.
        let own = Set(try await log.state(at: before).datasets.map(\.key.rawValue))
        for place in places {
            do {
                if try await place.isAnotherLake() {
                    report.skipped.append(place.bucket ?? "")
                    continue
                }
                try await reviewQuarantine(of: place, &report, &references, &seen)
                for prefix in Self.swept { try await sweep(prefix, of: place, own, &report, &references, &seen) }
            } catch let error as StorageError where place.bucket != nil && error.isBucketsFault {
                // Its turn comes when it can be reached again.
                report.skipped.append(place.bucket ?? "")
            }
        }
        report.version = seen
        try await pruneCheckpoints(&report)
        return report
    }

    // MARK: What is kept

    /// Moves the end of what can be read, and forgets the datasets that were dropped before it.
    ///
    /// - Returns: The newest version.
    private func trim(_ report: inout SweepReport, by actor: String) async throws -> Int {
        let state = try await log.newestState()
        let aged = try await log.version(at: now - settings.retention.milliseconds)
        let oldest = max(state.oldestVersion, pins.versions.reduce(aged, min))
        let purged = state.datasets.values
            // No version that can be read shows it.
            .filter { $0.droppedAt != nil && $0.version <= oldest }
            .map(\.id).sorted()
        report.oldestVersion = oldest
        report.purged = purged
        let trims = try await trims(of: state)
        guard !settings.isDryRun, oldest > state.oldestVersion || !purged.isEmpty || !trims.isEmpty else {
            return state.version
        }
        var actions = purged.map(Action.datasetPurged) + trims
        if oldest > state.oldestVersion { actions.append(.historyTrimmed(before: oldest)) }
        return try await log.commit(Transaction(actor: actor, reason: "sweep", actions: actions)).version
    }

    /// What datasets that say themselves how long their versions are kept need no longer keep.
    private func trims(of state: LakeState) async throws -> [Action] {
        var trims: [Action] = []
        let kept = state.datasets.values.filter { $0.droppedAt == nil && $0.retention != nil }.sorted { $0.id < $1.id }
        guard !kept.isEmpty else { return [] }
        // Queries of other servers are not known here.
        let inUse = pins.versions.reduce(try await log.version(at: now - settings.queries.milliseconds), min)
        for dataset in kept {
            guard let retention = dataset.retention else { continue }
            var oldest = inUse
            if let seconds = retention.seconds {
                oldest = min(oldest, try await log.version(at: now - Int64(seconds) * 1000))
            }
            if let versions = retention.versions {
                // Of one that has not had so many, all are kept.
                guard let first = try await log.version(versions, of: dataset) else { continue }
                oldest = min(oldest, first)
            }
            guard oldest > dataset.keptFrom ?? state.oldestVersion else { continue }
            trims.append(.versionsTrimmed(dataset.id, before: oldest))
        }
        return trims
    }

    /// What the versions from `oldest` on refer to, what is pinned, and what was dropped but not long enough ago.
    private func references(
        from oldest: Int,
        but purged: Set<DatasetID>,
        at seen: inout Int
    ) async throws -> References {
        var references = References(buckets: Set(places.compactMap(\.bucket)))
        let own = try await log.newestState().ownRetentions
        references.add(try await log.state(at: oldest), without: Set(own.keys))
        let first = own.values.reduce(oldest, min)
        try await update(&references, after: first, &seen) { id, version in version > own[id] ?? oldest }
        let state = try await log.newestState()
        references.add(state)
        for (id, version) in state.keptVersions {
            references.add(try await log.state(at: version).datasets[id]?.files ?? [])
        }
        for dataset in state.datasets.values where dataset.droppedAt != nil && !purged.contains(dataset.id) {
            references.add(dataset.files)
        }
        let serving = state.indexes.values.compactMap { index in
            index.serving.map { (id: index.dataset, version: $0.sourceVersion) }
        }
        for (version, pinned) in Dictionary(grouping: serving + pins.datasets, by: \.version) {
            let source = try await log.state(at: version)
            for pin in pinned { references.add(source.datasets[pin.id]?.files ?? []) }
        }
        return references
    }

    /// Adds what was committed after `version`, up to the newest there is.
    private func update(
        _ references: inout References,
        after version: Int,
        _ seen: inout Int,
        where isWanted: (DatasetID, Int) -> Bool = { _, _ in true }
    ) async throws {
        let newest = try await log.newestState().version
        var last = version
        while last < newest {
            let commits = try await log.commits(after: last, limit: 64)
            guard let end = commits.last else { break }
            for commit in commits { references.add(commit) { isWanted($0, commit.version) } }
            last = end.version
        }
        seen = max(seen, last)
    }

    // MARK: What goes

    private func sweep(
        _ prefix: String,
        of place: Place,
        _ own: Set<String>,
        _ report: inout SweepReport,
        _ references: inout References,
        _ seen: inout Int
    ) async throws {
        let horizon = now - settings.minimumAge.milliseconds
        let quarantine = Quarantine(store: place.store)
        var after: String?
        repeat {
            try Task.checkCancellation()
            let page = try await place.store.list(prefix: prefix, after: after, limit: 1000)
            after = page.count == 1000 ? page.last?.key.rawValue : nil
            report.examined += page.count
            // After the listing: whatever was committed before an object was listed is known now.
            try await update(&references, after: seen, &seen)
            let unneeded = page.filter { info in
                info.modifiedAt < horizon && !references.contains(info.key, in: place.bucket)
                    && place.mayHold(info.key, of: own)
            }
            for info in unneeded {
                if !settings.isDryRun { try await quarantine.take(info.key, at: now) }
                report.movedCount += 1
                report.movedBytes += info.size
                if report.moved.count < 1000 { report.moved.append(place.name(info.key)) }
            }
            guard !settings.isDryRun, !unneeded.isEmpty else { continue }
            // A commit may refer to what was there before it, such as a repair; such an object comes back.
            try await update(&references, after: seen, &seen)
            for info in unneeded where references.contains(info.key, in: place.bucket) {
                let key = try Quarantine.key(info.key, at: now)
                guard let waiting = try await place.store.head(key) else { continue }
                try await quarantine.giveBack(.init(info: waiting, original: info.key, since: now))
                report.restored.append(place.name(info.key))
            }
        } while after != nil
    }

    private func reviewQuarantine(
        of place: Place,
        _ report: inout SweepReport,
        _ references: inout References,
        _ seen: inout Int
    ) async throws {
        let quarantine = Quarantine(store: place.store)
        let horizon = now - settings.quarantine.milliseconds
        var after: String?
        repeat {
            try Task.checkCancellation()
            let page = try await quarantine.page(after: after)
            after = page.last
            try await update(&references, after: seen, &seen)
            for entry in page.entries {
                if references.contains(entry.original, in: place.bucket) {
                    if !settings.isDryRun { try await quarantine.giveBack(entry) }
                    report.restored.append(place.name(entry.original))
                } else if entry.since < horizon {
                    if !settings.isDryRun { try await place.store.delete(entry.info.key) }
                    report.deletedCount += 1
                    report.deletedBytes += entry.info.size
                }
            }
        } while after != nil
    }

    /// Keeps the newest few, one from which every version that can be read is reached, and every thousandth between.
    private func pruneCheckpoints(_ report: inout SweepReport) async throws {
        let checkpoints = LogStore(store: store)
        let versions = try await checkpoints.checkpointVersions()
        var kept = Set(versions.suffix(max(1, settings.checkpoints)))
        if let base = versions.last(where: { $0 <= report.oldestVersion }) { kept.insert(base) }
        kept.formUnion(versions.filter { $0 > report.oldestVersion && $0.isMultiple(of: 1000) })
        for version in versions where !kept.contains(version) {
            if !settings.isDryRun { try await checkpoints.deleteCheckpoint(version) }
            report.checkpointsDeleted += 1
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
