import LakeCatalog
public import LakeCore
import LakeStorage
import Logging

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
        try await observed(.sweep) {
            try await authorise(principal, .admin, "sweep the lake")
            let age = minimumAge ?? settings.sweepMinimumAge
            guard age >= Self.sweepAgeMin else {
                throw EngineError.invalid(
                    field: "minimum_age",
                    reason: "must be at least an hour: a write may take that long"
                )
            }
            return try await clear(dryRun: dryRun, age, by: principal.name)
        }
    }

    /// Sweeps every so often, until the task is cancelled.
    func keepSwept() async {
        guard settings.sweepInterval > .zero else { return }
        // Soon at first, so that a server that is started anew every day sweeps as well.
        var pause = min(settings.sweepInterval, .seconds(3600))
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause * Double.random(in: 0.8...1.2)) } catch { return }
            pause = settings.sweepInterval
            // Two that do it at once do no harm; the lock of the jobs only saves work.
            guard runner.isActive else { continue }
            do {
                let outcome = try await observed(.sweep) {
                    try await clear(dryRun: false, settings.sweepMinimumAge, by: Self.sweeper)
                }
                logger.info(
                    "lake swept",
                    metadata: ["sweep.moved": "\(outcome.moved)", "sweep.deleted": "\(outcome.deleted)"]
                )
            } catch {
                if Task.isCancelled { return }
                let reason = (error as? any LakeFailure)?.detail ?? "it failed for an unforeseen reason"
                logger.info("lake not swept", metadata: ["error": "\(reason)"])
            }
        }
    }

    private func clear(dryRun: Bool, _ age: Duration, by actor: String) async throws -> SweepOutcome {
        var sweep = SweepSettings()
        sweep.isDryRun = dryRun
        sweep.minimumAge = age
        // Queries of other servers are not known here; none is older than this.
        sweep.retention = max(settings.retention, settings.queryTimeout)
        sweep.queries = settings.queryTimeout
        sweep.quarantine = settings.quarantine
        let others = dataBuckets.dropFirst().map { ($0.name, $0 as any ObjectStore) }
        let sweeper = Sweeper(
            store: store,
            others: Dictionary(uniqueKeysWithValues: others),
            log: log,
            settings: sweep,
            pins: try await pins()
        )
        var outcome = SweepOutcome(try await sweeper.run(by: actor))
        let segments = try await board.sweepSegments(olderThan: age, dryRun: dryRun)
        (outcome.jobSegments, outcome.jobSegmentBytes) = (segments.count, segments.bytes)
        try await sweepLeftovers(olderThan: max(age, Self.leftoverAgeMin), &outcome)
        return outcome
    }

    /// Ends uploads and removes half-written files, in the rescue bucket as well.
    private func sweepLeftovers(olderThan age: Duration, _ outcome: inout SweepOutcome) async throws {
        if buckets.primaryFolder == nil {
            outcome.leftovers += try await workspace.sweepLeftovers(olderThan: age, dryRun: outcome.dryRun)
        }
        for bucket in buckets.all {
            if let count = try await leftovers(of: bucket, olderThan: age, dryRun: outcome.dryRun) {
                outcome.leftovers += count
            } else if !outcome.skipped.contains(bucket.name) {
                outcome.skipped.append(bucket.name)
            }
        }
    }

    /// Nil when the bucket cannot be reached; its turn comes when it can.
    private func leftovers(of bucket: BucketStore, olderThan age: Duration, dryRun: Bool) async throws -> Int? {
        do {
            return try await bucket.sweepLeftovers(olderThan: age, dryRun: dryRun)
        } catch  where error.isBucketsFault {
            return nil
        }
    }

    /// Who sweeps when nobody asks for it, as the log has it.
    private static let sweeper = "sweeper"

    /// Nothing under way leaves a file or an upload alone for so long.
    static let leftoverAgeMin = Duration.seconds(86_400)

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
