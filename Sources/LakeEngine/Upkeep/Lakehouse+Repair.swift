import Foundation
import LakeCatalog
public import LakeCore
import LakeStorage

extension Lakehouse {
    /// Examines the whole lake and says, step by step, what would mend it; changes nothing.
    public func repairPlan(for principal: Principal) async throws -> RepairPlan {
        try await observed(.planRepair) {
            try await authorise(principal, .admin, "repair the lake")
            return try await plan().plan
        }
    }

    /// Carries a plan out: good copies first, then all changes of the log in one commit, then indexes are built anew.
    ///
    /// The lake is examined again, and nothing is done unless that gives the very plan that was approved. Cut off anywhere it has
    /// done no harm; what is left to do is in the next plan.
    ///
    /// - Parameters:
    ///   - id: The plan's.
    ///   - acceptLoss: Whether rows may be gone afterwards.
    ///   - principal: Who approves.
    /// - Returns: What was done.
    /// - Throws: `EngineError.planOutdated`, `EngineError.lossNotAccepted`.
    public func repair(approving id: String, acceptLoss: Bool, for principal: Principal) async throws -> RepairOutcome {
        try await observed(.repair) { try await carryOut(id, acceptLoss: acceptLoss, for: principal) }
    }

    private func carryOut(_ id: String, acceptLoss: Bool, for principal: Principal) async throws -> RepairOutcome {
        try await authorise(principal, .admin, "repair the lake")
        let (plan, found) = try await plan()
        guard plan.id == id else { throw EngineError.planOutdated(id: id) }
        guard plan.rowsLost == 0 || acceptLoss else { throw EngineError.lossNotAccepted(rows: plan.rowsLost) }
        var repair = Repair()
        repair.restores = try plan.steps.filter { $0.kind == .restoreObject }.compactMap { step in
            guard let source = step.source else { return nil }
            return try Repair.Restore(
                source: ObjectKey(validating: source),
                of: bucket(named: step.sourceBucket),
                destination: ObjectKey(validating: step.object),
                in: bucket(holding: step.bucket)
            )
        }
        let lost = Set(plan.steps.filter { $0.kind == .removeFile }.map(\.object))
        repair.losses = found.files.filter { lost.contains($0.file.key) }.map { dataset, file in
            Repair.Loss(dataset: dataset.id, schema: dataset.schema, file: file.seen)
        }
        repair.checkpoints = plan.steps.filter { $0.kind == .rewriteCheckpoint }.compactMap { Int($0.object) }
        let reason = "repair \(plan.id.prefix(12))"
        let version = try await repair.run(on: log, by: principal.name, reason: reason)
        let rebuilt = Set(plan.steps.filter { $0.kind == .rebuildIndex }.compactMap(\.subject))
        let jobs = try await rebuild(found.indexes.filter { rebuilt.contains($0.name.rawValue) }, by: principal)
        return RepairOutcome(id: plan.id, version: version, steps: plan.steps, jobs: jobs)
    }

    /// Puts back the data files and the files of generations that are missing, where there is a good copy of them.
    public func resyncMissing(for principal: Principal) async throws -> ResyncOutcome {
        try await observed(.resyncMissing) {
            try await authorise(principal, .admin, "restore missing objects")
            let state = try await log.state()
            var outcome = ResyncOutcome(restored: [], missing: [])
            var missing: [DataFile] = []
            for file in state.datasets.values.flatMap(\.files) {
                try Task.checkCancellation()
                let key = try ObjectKey(validating: file.key)
                if try await bucket(holding: file.bucket).head(key) == nil { missing.append(file) }
            }
            let waiting = try await copies(of: missing.map(\.key), in: servingFolders(state))
            for file in missing.sorted(by: { $0.key < $1.key }) {
                if let copy = try await goodCopy(of: file, in: waiting) {
                    let key = try ObjectKey(validating: file.key)
                    try await copy.bucket.copy(copy.key, to: key, in: bucket(holding: file.bucket))
                    outcome.restored.append(file.key)
                } else {
                    outcome.missing.append(file.key)
                }
            }
            for (original, copy) in waiting.inFolders.sorted(by: { $0.key < $1.key }) {
                let key = try ObjectKey(validating: original)
                guard try await store.head(key) == nil else { continue }
                try await copy.bucket.copy(copy.key, to: key, in: store)
                outcome.restored.append(original)
            }
            return outcome
        }
    }

    // MARK: Planning

    private func plan() async throws -> (plan: RepairPlan, found: Examination) {
        let found = try await examine()
        let folders = found.indexes.compactMap { $0.serving.map(\.prefix) }
        let waiting = try await copies(of: found.files.map(\.file.key), in: folders)
        var steps = found.checkpoints.map { version in
            RepairStep(
                kind: .rewriteCheckpoint,
                object: String(version),
                detail: "Takes the damaged checkpoint of version \(version) away and writes one of the newest version."
            )
        }
        var beyond = found.report.problems.filter { $0.kind == .log }.map(\.detail)
        for (dataset, file) in found.files {
            if let step = try await step(for: file, of: dataset, waiting) {
                steps.append(step)
            } else {
                beyond.append(
                    "\(file.key) belongs to the dropped dataset '\(dataset.name)', which a sweep forgets in time."
                )
            }
        }
        for index in found.indexes { steps += try await self.steps(for: index, waiting) }
        let lost = steps.reduce(0) { $0 + ($1.rowsLost ?? 0) }
        let plan = RepairPlan(
            id: ContentHash.sha256(try JSONBytes.encode(steps)),
            version: found.state.version,
            steps: steps,
            beyondRepair: beyond,
            rowsLost: lost
        )
        return (plan, found)
    }

    /// Nil for a lost file of a dropped dataset, which no commit can change.
    private func step(for file: DataFile, of dataset: Dataset, _ waiting: GoodCopies) async throws -> RepairStep? {
        if let copy = try await goodCopy(of: file, in: waiting) {
            return RepairStep(
                kind: .restoreObject,
                object: file.key,
                subject: dataset.name.rawValue,
                bucket: file.bucket,
                source: copy.key.rawValue,
                sourceBucket: copy.bucket === store ? nil : copy.bucket.name,
                detail: "Puts the good copy of a data file of '\(dataset.name)' in its place."
            )
        }
        guard dataset.droppedAt == nil else { return nil }
        return RepairStep(
            kind: .removeFile,
            object: file.key,
            subject: dataset.name.rawValue,
            rowsLost: file.keptRows,
            detail: "Takes a data file that is lost out of '\(dataset.name)'; its \(file.keptRows) rows are gone."
        )
    }

    /// What there is in quarantine of data files, and there or in the rescue bucket of files of generations.
    private func copies(of files: [String], in folders: [String]) async throws -> GoodCopies {
        var copies = try await GoodCopies(dataBuckets, files: files, folders: folders)
        guard let rescue = buckets.rescue else { return copies }
        let rescued = RescuedStore(buckets.primary, rescue: rescue)
        for folder in folders {
            // Bounded by what a generation has: a few files.
            for info in try await rescue.list(prefix: folder + "/", after: nil, limit: 1000)
            where copies.inFolders[info.key.rawValue] == nil {
                guard await rescued.holder(ofCopyOf: info.key) != nil else { continue }
                copies.inFolders[info.key.rawValue] = ObjectPlace(bucket: rescue, key: info.key)
            }
        }
        return copies
    }

    /// Puts back what is missing and has a copy; what is damaged otherwise is built anew.
    private func steps(for index: VectorIndex, _ waiting: GoodCopies) async throws -> [RepairStep] {
        guard let serving = index.serving else { return [] }
        var steps: [RepairStep] = []
        for (original, copy) in waiting.inFolders.sorted(by: { $0.key < $1.key })
        where original.hasPrefix(serving.prefix + "/") {
            guard try await store.head(ObjectKey(validating: original)) == nil else { continue }
            let detail = "Puts a file of generation \(serving.number) of index '\(index.name)' back in its place."
            steps.append(
                RepairStep(
                    kind: .restoreObject,
                    object: original,
                    subject: index.name.rawValue,
                    source: copy.key.rawValue,
                    sourceBucket: copy.bucket === store ? nil : copy.bucket.name,
                    detail: detail
                )
            )
        }
        if !steps.isEmpty { return steps }
        let step = RepairStep(
            kind: .rebuildIndex,
            object: serving.prefix,
            subject: index.name.rawValue,
            detail:
                "Builds the next generation of index '\(index.name)', whose generation \(serving.number) is damaged."
        )
        return [step]
    }

    /// In quarantine, else in the rescue bucket.
    private func goodCopy(of file: DataFile, in waiting: GoodCopies) async throws -> ObjectPlace? {
        for place in waiting.copies[file.key] ?? [] where try await fault(of: file, at: place) == nil { return place }
        let key = try ObjectKey(validating: file.key)
        let rescued = RescuedStore(bucket(holding: file.bucket), rescue: buckets.rescue)
        guard let holder = await rescued.holder(ofCopyOf: key, size: file.bytes) else { return nil }
        let place = ObjectPlace(bucket: holder, key: key)
        return try await fault(of: file, at: place) == nil ? place : nil
    }

    private func servingFolders(_ state: LakeState) -> [String] { state.indexes.values.compactMap(\.serving?.prefix) }

    private func rebuild(_ indexes: [VectorIndex], by principal: Principal) async throws -> [JobStatus] {
        let state = try await log.state()
        let busy = Set(try await board.all().filter { !$0.state.isFinal }.map(\.index))
        var jobs: [JobStatus] = []
        for index in indexes where !busy.contains(index.id) {
            guard let dataset = state.datasets[index.dataset], dataset.droppedAt == nil else { continue }
            let job = Self.job(index, dataset, at: state.version, by: principal)
            try await board.save(job)
            jobs.append(await board.status(of: job))
        }
        runner.wake()
        return jobs
    }
}

/// Copies of the objects asked for.
private struct GoodCopies: Sendable {
    /// Of data files in quarantine, by the key they had, newest first.
    var copies: [String: [Lakehouse.ObjectPlace]] = [:]
    /// The newest of each object of the folders, which are in the primary bucket.
    var inFolders: [String: Lakehouse.ObjectPlace] = [:]

    /// What waits in quarantine.
    init(_ buckets: [BucketStore], files: [String], folders: [String]) async throws {
        guard !files.isEmpty || !folders.isEmpty else { return }
        let files = Set(files)
        var (copies, inFolders) = (copies, inFolders)
        for (number, bucket) in buckets.enumerated() {
            try await Quarantine(store: bucket).forEach { entry in
                let place = Lakehouse.ObjectPlace(bucket: bucket, key: entry.info.key)
                let original = entry.original.rawValue
                if files.contains(original) { copies[original, default: []].insert(place, at: 0) }
                if number == 0, folders.contains(where: { original.hasPrefix($0 + "/") }) {
                    inFolders[original] = place
                }
            }
        }
        (self.copies, self.inFolders) = (copies, inFolders)
    }
}
