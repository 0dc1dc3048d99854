internal import LakeCore
public import LakeStorage

/// Copies a lake from one store to another: a backup, or what comes of one.
///
/// What is copied is a lake itself, so a restore is the same the other way. Objects never change, so only those that are not there
/// yet are copied. First come the objects, then the commits in their order, last the format file: cut off anywhere, the copy holds
/// whole versions only, and a copy that was never whole cannot be opened.
public struct LakeCopy: Sendable {
    private let source: any ObjectStore
    private let destination: any ObjectStore

    public init(from source: any ObjectStore, to destination: any ObjectStore) {
        self.source = source
        self.destination = destination
    }

    /// What of a lake does not follow from the log and never changes either.
    private static let beside = ["journals/"]

    /// Brings a backup up to the newest version.
    ///
    /// - Parameters:
    ///   - checkAll: Whether to read everything in the backup again, not only what came now.
    ///   - progress: Told the objects that are done, of how many.
    /// - Returns: What was done.
    /// - Throws: ``CatalogError/otherLake(reason:)`` when the destination holds something else.
    public func backUp(
        checkAll: Bool = false,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws -> CopyReport {
        let (format, log) = try await openSource()
        if let found = try await formatThere(), found.lakeID != format.lakeID {
            throw CatalogError.otherLake(reason: "another lake is there")
        }
        let state = try await log.state()
        return try await copy(log, state, format, checkAll: checkAll, progress)
    }

    /// Makes a lake of a backup, as it was at a version.
    ///
    /// - Parameters:
    ///   - version: Nil: the newest in the backup.
    ///   - progress: Told the objects that are done, of how many.
    /// - Returns: What was done.
    /// - Throws: ``CatalogError/otherLake(reason:)`` when a lake is there already; ``CatalogError/noSuchVersion(_:newest:)``.
    public func restore(
        version: Int? = nil,
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) async throws -> CopyReport {
        let (format, log) = try await openSource()
        guard try await formatThere() == nil else {
            throw CatalogError.otherLake(reason: "a lake is there already")
        }
        let newest = try await log.state()
        let state = if let version { try await log.state(at: version) } else { newest }
        return try await copy(log, state, format, checkAll: true, progress)
    }

    private func openSource() async throws -> (FormatFileV1, LakeLog) {
        guard let format = try await LogStore(store: source).format() else {
            throw CatalogError.otherLake(reason: "there is no lake to copy")
        }
        return (format, try await LakeLog.open(store: source))
    }

    /// Nil in a place that holds no lake, or a copy that was cut off before it was whole.
    private func formatThere() async throws -> FormatFileV1? {
        let key = try ObjectKey(validating: LogStore.formatFile)
        guard try await destination.head(key) != nil else { return nil }
        return try FormatFileV1.decode(await destination.get(key))
    }

    private func copy(
        _ log: LakeLog,
        _ state: LakeState,
        _ format: FormatFileV1,
        checkAll: Bool,
        _ progress: (@Sendable (Int, Int) -> Void)?
    ) async throws -> CopyReport {
        let commits = try await commitsToCopy(through: state.version)
        var report = CopyReport(version: state.version)
        let wanted = try await wanted(log, state, &report)
        for (done, object) in wanted.enumerated() {
            try Task.checkCancellation()
            try await copy(object, checkAll: checkAll, &report)
            progress?(done + 1, wanted.count)
        }
        guard report.problems.isEmpty else { return report }
        for version in commits {
            let key = try LogStore.commit(version)
            _ = try await destination.put(key, try await source.get(key), condition: .ifAbsent)
            report.commits += 1
        }
        if try await formatThere() != format {
            let key = try ObjectKey(validating: LogStore.formatFile)
            _ = try await destination.put(key, format.encoded(), condition: .always)
        }
        // Saves whoever opens the copy the way through the whole log.
        let checkpoint = CheckpointV1(state: state, at: WallClock.now())
        if state.version > 0, try await LogStore(store: destination).checkpoint(state.version) == nil {
            _ = try await LogStore(store: destination).write(checkpoint)
        }
        try await check(state, &report)
        return report
    }

    // MARK: The log

    /// The versions that the destination has not got.
    ///
    /// - Throws: ``CatalogError/otherLake(reason:)`` unless what it has is what the source has.
    private func commitsToCopy(through last: Int) async throws -> [Int] {
        var newest = 0
        var after: String?
        repeat {
            let page = try await destination.list(prefix: LogStore.commits, after: after, limit: 1000)
            let versions = page.compactMap { LogStore.version(of: $0.key, in: LogStore.commits) }
            newest = versions.last ?? newest
            after = page.count == 1000 ? page.last?.key.rawValue : nil
        } while after != nil
        guard newest > 0 else { return last > 0 ? Array(1...last) : [] }
        let key = try LogStore.commit(newest)
        // Every commit was checked against the one before, so that two histories that part never meet again.
        guard newest <= last, try await source.get(key) == destination.get(key) else {
            throw CatalogError.otherLake(reason: "its history goes on differently after the one that is to be copied")
        }
        return newest < last ? Array(newest + 1...last) : []
    }

    // MARK: Objects

    /// An object that the copy must have, and what is known of it.
    private struct Wanted {
        var key: String
        var bytes: Int?
        var sha256: String?
        /// Whether the newest version of the copy is not whole without it.
        var isNeeded: Bool
    }

    private func wanted(_ log: LakeLog, _ state: LakeState, _ report: inout CopyReport) async throws -> [Wanted] {
        var wanted: [String: Wanted] = [:]
        var elsewhere: Set<String> = []
        var folders: [String: Bool] = [:]
        func want(_ files: [DataFile], isNeeded: Bool) {
            for file in files where isNeeded || wanted[file.key] == nil {
                guard file.bucket == nil else {
                    elsewhere.insert(file.key)
                    continue
                }
                wanted[file.key] = Wanted(
                    key: file.key,
                    bytes: file.bytes,
                    sha256: file.sha256,
                    isNeeded: isNeeded
                )
            }
        }
        let oldest = min(state.oldestVersion, state.version)
        for dataset in try await log.state(at: oldest).datasets.values where dataset.droppedAt == nil {
            want(dataset.files, isNeeded: false)
        }
        var last = oldest
        while last < state.version {
            let commits = try await log.commits(after: last, limit: min(64, state.version - last))
            guard let end = commits.last?.version else { break }
            for action in commits.flatMap(\.transactions).flatMap(\.actions) {
                switch action {
                case .datasetCreated(let dataset): want(dataset.files, isNeeded: false)
                case .filesAdded(_, let files, _), .filesReplaced(_, let files, _, _),
                    .filesExchanged(_, _, let files, _):
                    want(files, isNeeded: false)
                default: break
                }
            }
            last = end
        }
        for index in state.indexes.values {
            guard let serving = index.serving else { continue }
            folders[serving.prefix] = true
            let source = try await log.state(at: serving.sourceVersion)
            want(source.datasets[index.dataset]?.files ?? [], isNeeded: true)
        }
        for dataset in state.datasets.values { want(dataset.files, isNeeded: dataset.droppedAt == nil) }
        for prefix in folders.keys.map({ $0.hasSuffix("/") ? $0 : $0 + "/" }) + Self.beside {
            try await list(prefix) { info in
                wanted[info.key.rawValue] = Wanted(key: info.key.rawValue, bytes: info.size, isNeeded: true)
            }
        }
        report.objectsElsewhere = elsewhere.count
        return wanted.values.sorted { $0.key < $1.key }
    }

    private func list(_ prefix: String, _ body: (ObjectInfo) -> Void) async throws {
        var after: String?
        repeat {
            let page = try await source.list(prefix: prefix, after: after, limit: 1000)
            page.forEach(body)
            after = page.count == 1000 ? page.last?.key.rawValue : nil
        } while after != nil
    }

    private func copy(_ object: Wanted, checkAll: Bool, _ report: inout CopyReport) async throws {
        let key = try ObjectKey(validating: object.key)
        report.objects += 1
        report.bytes += object.bytes ?? 0
        do {
            if let info = try await destination.head(key), info.size == object.bytes ?? info.size {
                guard checkAll, try await !isSound(object, key) else { return }
            }
            let copied = try await source.copy(key, to: key, in: destination)
            report.objectsCopied += 1
            report.bytesCopied += copied.size
            guard copied.size == object.bytes ?? copied.size, copied.sha256 == object.sha256 ?? copied.sha256 else {
                try await destination.delete(key)
                return report.add("\(object.key): it is damaged where it was to be copied from")
            }
            guard try await destination.digest(of: key) == copied else {
                return report.add("\(object.key): it is not in the copy as it was written there")
            }
        } catch StorageError.noSuchObject {
            if object.isNeeded { report.add("\(object.key): it is missing where it was to be copied from") }
        }
    }

    // MARK: Checking

    /// Whether what the copy has is what it should be.
    private func isSound(_ object: Wanted, _ key: ObjectKey) async throws -> Bool {
        let expected = if let digest = object.sha256 { digest } else { try await source.digest(of: key).sha256 }
        return try await destination.digest(of: key).sha256 == expected
    }

    /// The copy's log must give the very state that was copied.
    private func check(_ state: LakeState, _ report: inout CopyReport) async throws {
        let found = try await LogVerification(store: destination).run()
        for problem in found.problems { report.add(problem.detail) }
        if try await LakeLog.open(store: destination).state() != state {
            report.add("the log of the copy does not give the version that was copied")
        }
    }
}

/// What a copy of a lake did.
public struct CopyReport: Hashable, Sendable {
    /// The version that the copy has.
    public var version: Int
    /// Objects that the copy has to have.
    public var objects = 0
    public var bytes = 0
    /// Those that were not there yet.
    public var objectsCopied = 0
    public var bytesCopied = 0
    /// Data files in other buckets than the primary one, which are not copied.
    public var objectsElsewhere = 0
    /// Commits that were not there yet.
    public var commits = 0
    /// Empty when the copy is whole; the first hundred.
    public var problems: [String] = []

    init(version: Int) { self.version = version }

    mutating func add(_ problem: String) {
        if problems.count < 100 { problems.append(problem) }
    }
}
