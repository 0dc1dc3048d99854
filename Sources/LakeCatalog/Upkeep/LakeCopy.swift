internal import LakeCore
public import LakeStorage

/// Copies a lake from one store to another: a backup, or what comes of one.
///
/// What is copied is a lake itself, so a restore is the same the other way. Objects never change, so only those that are not there
/// yet are copied. First come the objects, then the journals, then the commits in their order, last the format file: cut off anywhere,
/// the copy holds whole versions only, and a copy that was never whole cannot be opened.
///
/// A data file goes to the bucket that the log names for it, or to the primary one where there is none of that name: so a backup is
/// one bucket, and a restore spreads it again.
public struct LakeCopy: Sendable {
    let from: LakePlaces
    let to: LakePlaces
    let compacted: CompactedContents

    /// The names of the segments in a compacted file of a journal, which takes a reader of Parquet.
    public typealias CompactedContents =
        @Sendable (JournalManifestV1.CompactedFile, _ store: any ObjectStore) async throws -> Set<String>

    /// - Parameters:
    ///   - source: What is copied.
    ///   - destination: Where to.
    ///   - compacted: Asked when a journal was compacted since the last copy.
    public init(
        from source: LakePlaces,
        to destination: LakePlaces,
        compacted: @escaping CompactedContents
    ) {
        from = source
        to = destination
        self.compacted = compacted
    }

    var source: any ObjectStore { from.primary }
    var destination: any ObjectStore { to.primary }

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
        let wanted = try await wanted(log, state)
        for (done, object) in wanted.enumerated() {
            try Task.checkCancellation()
            if try await !copy(object, checkAll: checkAll, &report), object.isNeeded { report.add(object.missing) }
            progress?(done + 1, wanted.count)
        }
        try await copyJournals(checkAll: checkAll, &report)
        try await copyJobs(&report)
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

    // MARK: Checking

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
    /// Commits that were not there yet.
    public var commits = 0
    /// Empty when the copy is whole; the first hundred.
    public var problems: [String] = []

    init(version: Int) { self.version = version }

    mutating func count(_ bytes: Int) {
        objects += 1
        self.bytes += bytes
    }

    mutating func add(_ problem: String) {
        if problems.count < 100 { problems.append(problem) }
    }
}
