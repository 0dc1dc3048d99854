import LakeCatalog
public import LakeCore
import LakeStorage

extension Lakehouse {
    /// Takes away what no version that can be read refers to, nor a query or a job under way.
    ///
    /// - Parameters:
    ///   - dryRun: Only say what would be done.
    ///   - minimumAge: Younger objects are left alone; nil: as the settings have it.
    ///   - principal: Who asks.
    /// - Returns: What was done.
    /// - Throws: `EngineError.invalid` for an age that a write may take.
    public func sweep(
        dryRun: Bool,
        minimumAge: Duration? = nil,
        for principal: Principal
    ) async throws -> SweepOutcome {
        try await observed(.sweep) { try await clear(dryRun: dryRun, minimumAge: minimumAge, for: principal) }
    }

    private func clear(
        dryRun: Bool,
        minimumAge: Duration?,
        for principal: Principal
    ) async throws -> SweepOutcome {
        try await authorise(principal, .admin, "sweep the lake")
        let age = minimumAge ?? settings.sweepMinimumAge
        guard age >= Self.sweepAgeMin else {
            throw EngineError.invalid(
                field: "minimum_age",
                reason: "must be at least an hour: a write may take that long"
            )
        }
        var sweep = SweepSettings()
        sweep.isDryRun = dryRun
        sweep.minimumAge = age
        // Queries of other servers are not known here; none is older than this.
        sweep.retention = max(settings.retention, settings.queryTimeout)
        sweep.quarantine = settings.quarantine
        let others = dataBuckets.dropFirst().map { ($0.name, $0 as any ObjectStore) }
        let sweeper = Sweeper(
            store: store,
            others: Dictionary(uniqueKeysWithValues: others),
            log: log,
            settings: sweep,
            pins: try await pins()
        )
        let report = try await sweeper.run(by: principal.name)
        if !dryRun { await workspace.sweepStaging(olderThan: max(age, .seconds(86_400))) }
        return SweepOutcome(report)
    }

    /// The shortest minimum age: no write takes longer from its first object to its commit.
    private static let sweepAgeMin = Duration.seconds(3600)

    /// Those that may hold data files, the primary one first.
    var dataBuckets: [BucketStore] { buckets.all.filter { $0 !== buckets.rescue } }

    private func pins() async throws -> SweepPins {
        var pins = SweepPins()
        pins.versions = queries.oldestVersion().map { [$0] } ?? []
        let jobs = try await board.all().filter { !$0.state.isFinal }
        // After the jobs: an index is declared after its job is there.
        let state = try await log.state()
        pins.datasets = jobs.compactMap { job in
            state.indexes[job.index].map { ($0.dataset, job.sourceVersion) }
        }
        return pins
    }
}
