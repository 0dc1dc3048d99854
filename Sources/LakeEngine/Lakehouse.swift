import LakeCatalog
public import LakeCore
import LakeModels
import LakeSQL
import LakeStorage
import LakeVector
public import Logging
public import ServiceLifecycle
import Synchronization

/// Every use case, one method each.
///
/// Doors (HTTP, gRPC, MCP, the command line) hold this and nothing else. What is slow to open, the databases and the model, is
/// opened on first use.
public final class Lakehouse: Sendable {
    let settings: LakehouseSettings
    let logger: Logger
    let buckets: BucketRegistry
    /// For work under way: uploads, files being made, what the databases spill.
    let workspace: LocalObjectStore
    let telemetry: Telemetry
    let metrics: EngineMetrics
    /// What memory each kind of work holds; doors reserve theirs of it, too.
    public let memory: MemoryAccountant
    let log: LakeLog
    /// Keeps the copy in the rescue bucket, when there is such a bucket.
    let replicator: Replicator?
    let sql: Once<SQLEngine>
    let trusted: Once<TrustedDatabase>
    let lookup: Once<RowLookup>
    let deletions: Deletions
    let compactions = Compactions()
    let hiddenHits = HiddenHitsCache()
    let hot: HotCache
    let model: Once<LocalEmbeddingModel>
    let generations: GenerationCache
    let generationFolders: GenerationFolders
    let pool: KernelPool
    let queries = RunningQueries()
    let background: BackgroundQueries
    let results: ResultCache
    let callers: CallerGate
    let board: JobBoard
    let runner: JobRunner
    /// Looks for the right to run jobs where no file can be locked for it.
    let jobLease: Lease.Taker?
    let ingestSlots: Slots
    let journals: Journals
    let archive: Once<JournalArchive>
    let commitEvents: CommitEvents
    let strangers = Mutex(RefusalTally())

    private init(
        settings: LakehouseSettings,
        logger: Logger,
        telemetry: Telemetry,
        buckets: BucketRegistry,
        workspace: LocalObjectStore,
        log: LakeLog
    ) throws {
        self.settings = settings
        self.logger = logger
        self.buckets = buckets
        self.workspace = workspace
        self.telemetry = telemetry
        metrics = EngineMetrics(factory: telemetry.metrics)
        memory = MemoryAccountant(limits: settings.memory, resident: MachineMemory.held) { [metrics] in
            metrics.memoryRefused($0)
        }
        self.log = log
        replicator = buckets.rescue.map { Replicator(buckets: buckets, rescue: $0, log: log, logger: logger) }
        let threads = settings.threads ?? ProcessorCount.available
        let folders = buckets.dataFolders + ["journals", CommitEvents.folder].map { "\(workspace.root)/\($0)" }
        let spill = workspace.root + "/staging"
        let written = folders + [spill]
        let remote =
            buckets.remoteFolders.isEmpty
            ? nil
            : RemoteSettings(
                folders: buckets.remoteFolders,
                extensionFolder: settings.extensionFolder,
                timeout: buckets.remotePatience,
                authorities: settings.storage.authorities
            )
        sql = Once(whileUsable: { !$0.isBroken }) {
            var options = SQLSettings(allowedFolders: written, temporaryFolder: spill)
            options.memoryBytes = settings.sqlMemoryBytes
            options.threads = threads
            options.connections = settings.connections
            options.queueLimit = settings.queryQueueLimit
            options.remote = remote
            return try await SQLEngine(settings: options)
        }
        trusted = Once(whileUsable: { !$0.isBroken }) {
            var options = TrustedSettings(temporaryFolder: spill)
            options.memoryBytes = settings.ingestMemoryBytes
            options.threads = threads
            options.remote = remote
            return try await TrustedDatabase(settings: options)
        }
        deletions = Deletions(trusted)
        hot = HotCache(budget: settings.hotMemoryBytes ?? settings.sqlMemoryBytes / 2)
        lookup = Once(whileUsable: { !$0.isBroken }) { [trusted] in RowLookup(try await trusted.get().session()) }
        model = Once {
            var options = LocalModelSettings()
            options.threads = threads
            options.precision = settings.precision
            options.instructionSet = settings.kernels
            return try await LocalEmbeddingModel.open(folder: settings.modelFolder, settings: options) { path in
                try await FileDigest.sha256(ofFile: path).sha256
            }
        }
        var poolSettings = KernelPool.Settings()
        poolSettings.threads = threads
        poolSettings.instructionSet = settings.kernels
        pool = try KernelPool(settings: poolSettings)
        generationFolders = GenerationFolders(
            store: RescuedStore(buckets.primary, rescue: buckets.rescue),
            root: buckets.primaryFolder?.root,
            cache: FolderCache(workspace: workspace, bytesMax: settings.storage.cacheBytes)
        )
        board = JobBoard(store: buckets.primary)
        generations = GenerationCache(limit: settings.openGenerations, pool: pool, memory: memory)
        runner = JobRunner()
        let leaseKey = try ObjectKey(validating: Lease.ofJobs)
        jobLease =
            buckets.primaryFolder == nil
            ? Lease.Taker(leaseKey, in: buckets.primary, duration: JobRunner.leaseDuration) : nil
        ingestSlots = Slots(settings.ingestsAtOnce)
        background = BackgroundQueries(
            bytesMax: settings.keptResultBytes,
            queueLimit: settings.queryQueueLimit,
            queuePerCaller: settings.queuePerCaller,
            keptFor: settings.resultsKeptFor
        )
        callers = CallerGate(limit: settings.queriesPerCaller, queueLimit: settings.queuePerCaller)
        results = ResultCache(budget: settings.resultCacheBytes, memory: memory)
        journals = Journals(store: buckets.primary, bucketErrors: buckets.journal)
        commitEvents = CommitEvents(
            log: log,
            workspace: workspace,
            grace: max(.seconds(300), settings.queryTimeout * 2)
        )
        archive = Once(whileUsable: { !$0.isBroken }) { [trusted] in
            JournalArchive(
                store: buckets.primary,
                workspace: workspace,
                isElsewhere: buckets.primaryFolder == nil,
                database: try await trusted.get()
            )
        }
    }

    /// Opens the lake in a folder, which is made when absent.
    ///
    /// - Parameters:
    ///   - settings: What to open and with what.
    ///   - logger: Told what cannot be thrown.
    ///   - telemetry: Where measurements and spans go.
    /// - Returns: The open lake; `run()` starts its background work, `close()` ends it.
    /// - Throws: `StorageError`, `CatalogError` when the folder is not a lake that this version can read and write.
    public static func open(
        _ settings: LakehouseSettings,
        logger: Logger,
        telemetry: Telemetry = Telemetry()
    ) async throws -> Lakehouse {
        let buckets = try BucketRegistry(
            settings: settings.storage,
            lakeFolder: settings.lakeFolder,
            secrets: SecretsProvider(file: settings.storage.secretsFile, environment: settings.environment),
            tracer: telemetry.tracer,
            observe: EngineMetrics.bucketCalls(factory: telemetry.metrics)
        )
        let workspace = try buckets.primaryFolder ?? LocalObjectStore(root: settings.lakeFolder)
        let fault = try await checkPrimary(buckets)
        let log: LakeLog
        do {
            var logSettings = LogSettings()
            // A folder is looked at for every request: that takes microseconds.
            if buckets.primaryFolder == nil { logSettings.freshness = settings.logFreshness }
            let store = RescuedStore(buckets.primary, rescue: buckets.rescue)
            log = try await LakeLog.open(store: store, settings: logSettings)
        } catch StorageError.bucketResting(let name) {
            // There is no copy to go on with: what went wrong first says more.
            throw fault ?? StorageError.bucketResting(name)
        }
        return try Lakehouse(
            settings: settings,
            logger: logger,
            telemetry: telemetry,
            buckets: buckets,
            workspace: workspace,
            log: log
        )
    }

    /// Makes sure that the primary bucket can hold the lake, and is the one that held it.
    ///
    /// - Returns: Why it cannot be reached, when there is a rescue bucket that may be read instead.
    private static func checkPrimary(_ buckets: BucketRegistry) async throws -> StorageError? {
        let (primary, rescue) = (buckets.primary, buckets.rescue)
        do {
            if buckets.primaryFolder == nil, case .missing(let reason) = try await primary.probeConditionalPut() {
                throw EngineError.bucketCannotHoldLog(name: primary.name, reason: reason)
            }
            // A disk that is not mounted is an empty folder; to make a fresh lake there would be to lose the old one.
            if let rescue, try await LakeIdentity.read(from: primary) == nil {
                let copy = try? await LakeIdentity.read(from: rescue)
                if copy != nil { throw EngineError.primaryIsEmpty(rescue: rescue.name) }
            }
        } catch let error as StorageError where error.isBucketsFault && rescue != nil {
            // The copy is read, and nothing is written, until it can.
            return error
        }
        return nil
    }

    /// Ends background work, closes the databases, and writes what waits for the journals and a checkpoint of the log.
    public func close() async {
        await writeStrangers()
        await journals.close()
        await sql.ifMade()?.shutdown()
        await dropBackgroundQueries()
        await buckets.close()
        await log.close()
    }

    /// The newest version of the lake.
    public func version() async throws -> Int { try await log.state().version }

    /// Waits until the lake has reached a version: read-your-writes across servers.
    ///
    /// - Throws: `EngineError.versionNotReached`.
    public func waitForVersion(atLeast wanted: Int, within limit: Duration) async throws {
        let have = try await log.state(atLeast: wanted, within: limit).version
        guard have >= wanted else { throw EngineError.versionNotReached(wanted: wanted, have: have) }
    }

    /// The bucket that holds the log, and whatever no other one is named for.
    var store: BucketStore { buckets.primary }

    /// Commits `actions` as one transaction, with the note of the request that asked for them if it is to be repeatable.
    func commit(
        _ actions: [Action],
        _ reason: String,
        by principal: Principal,
        note: RequestNote? = nil
    ) async throws -> LakeState {
        let started = ContinuousClock.now
        do {
            let state = try await spanned("commit") {
                try await log.commit(
                    Transaction(actor: principal.name, reason: reason, actions: actions, request: note)
                )
            }
            metrics.commitEnded(after: ContinuousClock.now - started, .ok)
            return state
        } catch {
            metrics.commitEnded(after: ContinuousClock.now - started, .failed(error))
            throw error
        }
    }

    func embeddingModel() async throws -> LocalEmbeddingModel {
        do {
            return try await model.get()
        } catch let failure as any LakeFailure {
            throw EngineError.modelUnavailable(reason: failure.detail)
        }
    }
}

extension Lakehouse: Service {
    /// Follows the log and runs background jobs until the task is cancelled or the server is asked to stop.
    public func run() async throws {
        // What work that was cut off has left; nothing under way leaves a file alone for a day.
        _ = try? await workspace.sweepLeftovers(olderThan: Self.leftoverAgeMin, dryRun: false)
        await cancelWhenGracefulShutdown {
            async let watching: Void = self.buckets.run()
            async let following: Void = self.log.follow()
            async let copying: Void? = self.replicator?.run()
            async let keeping: Void = self.keepJournals()
            async let counting: Void = self.keepStrangers()
            async let sweeping: Void = self.keepSwept()
            async let compacting: Void = self.keepCompact()
            async let warming: Void = self.keepHot()
            async let asking: Void = self.keepBackgroundQueries()
            await self.runner.run(self)
            _ = await (watching, following, copying, keeping, counting, sweeping, compacting, warming, asking)
        }
    }
}
