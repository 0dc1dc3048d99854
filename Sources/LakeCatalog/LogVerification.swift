internal import LakeCore
public import LakeStorage

/// Checks a whole log without changing it: that no version is missing or damaged, that each applies to the one before, and that
/// every checkpoint is what a replay gives.
public struct LogVerification: Sendable {
    private let log: LogStore

    public init(store: any ObjectStore) { log = LogStore(store: store) }

    /// Reads every commit and every checkpoint once; holds one state and the checkpoints' versions.
    ///
    /// - Throws: What the store throws; damage is reported, not thrown.
    public func run() async throws -> LogReport {
        var pass = Pass(log: log, checkpoints: Set(try await log.checkpointVersions()))
        do {
            _ = try await log.format()
        } catch let error as CatalogError {
            pass.report.add(0, error.detail)
        }
        var after: String?
        while true {
            let page = try await log.store.list(prefix: LogStore.commits, after: after, limit: 1000)
            for info in page {
                if let version = LogStore.version(of: info.key, in: LogStore.commits) { try await pass.check(version) }
            }
            guard page.count == 1000 else { break }
            after = page.last?.key.rawValue
        }
        pass.finish()
        return pass.report
    }

    /// One walk through the log.
    private struct Pass {
        let log: LogStore
        var checkpoints: Set<Int>
        var report = LogReport()
        /// Nil after damage, until a checkpoint gives firm ground again.
        var state: LakeState? = LakeState()
        var expected = 1

        mutating func check(_ version: Int) async throws {
            if version > expected {
                report.add(expected, "Versions \(expected) to \(version - 1) are missing though later ones exist.")
                state = nil
            }
            expected = version + 1
            report.commits += 1
            do {
                guard let commit = try await log.commit(version) else {
                    throw CatalogError.missingCommit(version: version)
                }
                report.refer(to: commit.transactions.flatMap(\.actions))
                try state?.replay(commit)
            } catch let error as CatalogError {
                report.add(version, error.detail)
                state = nil
            }
            if checkpoints.remove(version) != nil { try await compare(version) }
        }

        private mutating func compare(_ version: Int) async throws {
            report.checkpoints += 1
            guard let checkpoint = try await log.checkpoint(version) else {
                report.add(
                    version,
                    "The checkpoint of version \(version) is damaged; it is not needed and can be deleted.",
                    isCheckpoint: true
                )
                return
            }
            if let state, state != checkpoint.state {
                report.add(
                    version,
                    "The checkpoint of version \(version) is not what the log says.",
                    isCheckpoint: true
                )
            }
            state = state ?? checkpoint.state
        }

        mutating func finish() {
            for version in checkpoints.sorted() {
                report.add(version, "There is a checkpoint of version \(version) and no such version.")
            }
            for dataset in state?.datasets.values.sorted(by: { $0.id < $1.id }) ?? [] {
                guard Set(dataset.files.map(\.key)).count < dataset.files.count else { continue }
                report.add(dataset.version, "Dataset \(dataset.name) has a file twice.")
            }
        }
    }
}

/// What a ``LogVerification`` found.
public struct LogReport: Hashable, Sendable {
    public internal(set) var commits = 0
    public internal(set) var checkpoints = 0
    /// The first hundred.
    public internal(set) var problems: [Problem] = []
    /// All of them.
    public internal(set) var problemCount = 0
    /// Keys of the data files and prefixes of the generations that any version refers to or has referred to.
    public internal(set) var referenced: Set<String> = []

    /// Something that is not as it should be.
    public struct Problem: Hashable, Sendable {
        /// Where; 0 for what concerns no version.
        public let version: Int
        public let detail: String
        /// Whether only a checkpoint is concerned, which the log makes up for.
        public var isCheckpoint = false
    }

    /// Takes note of what a commit refers to.
    mutating func refer(to actions: [Action]) {
        for action in actions {
            switch action {
            case .datasetCreated(let dataset): refer(to: Array(dataset.files))
            case .filesAdded(_, let files, _), .filesReplaced(_, let files, _, _, _),
                .filesExchanged(_, _, let files, _):
                refer(to: files)
            case .deletionsChanged(_, let changes, _): referenced.formUnion(changes.compactMap(\.deletions?.key))
            case .tombstoneAdded(let tombstone): referenced.insert(tombstone.object.key)
            case .generationPromoted(_, let generation, _): referenced.insert(generation.prefix)
            case .schemaChanged, .versionTagged, .retentionSet, .versionsTrimmed, .clusteringSet, .rowsMoved,
                .datasetRestored, .datasetPinned, .datasetDescribed, .datasetProfiled,
                .tombstoneRemoved, .datasetDropped, .datasetPurged,
                .ingestRecorded,
                .indexCreated, .indexDropped, .keyCreated,
                .keyRevoked,
                .historyTrimmed:
                break
            }
        }
    }

    private mutating func refer(to files: [DataFile]) {
        referenced.formUnion(files.map(\.key))
        referenced.formUnion(files.compactMap(\.deletions?.key))
    }

    mutating func add(_ version: Int, _ detail: String, isCheckpoint: Bool = false) {
        problemCount += 1
        if problems.count < 100 {
            problems.append(Problem(version: version, detail: detail, isCheckpoint: isCheckpoint))
        }
    }
}
