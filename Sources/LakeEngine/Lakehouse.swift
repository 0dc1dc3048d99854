import LakeCatalog
public import LakeCore
import LakeModels
import LakeSQL
import LakeStorage
import LakeVector
public import Logging
public import ServiceLifecycle

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
    let sql: Once<SQLEngine>
    let trusted: Once<TrustedDatabase>
    let lookup: Once<RowLookup>
    let model: Once<LocalEmbeddingModel>
    let generations: GenerationCache
    let pool: KernelPool
    let queries = RunningQueries()
    let board: JobBoard
    let runner: JobRunner
    let ingestSlots: Slots

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
        let threads = settings.threads ?? ProcessorCount.available
        let folders = buckets.folders.map { $0 + "/datasets" }
        let spill = workspace.root + "/staging"
        sql = Once {
            var options = SQLSettings(allowedFolders: folders, temporaryFolder: spill)
            options.memoryBytes = settings.sqlMemoryBytes
            options.threads = threads
            options.connections = settings.connections
            options.queueLimit = settings.queryQueueLimit
            return try await SQLEngine(settings: options)
        }
        trusted = Once {
            var options = TrustedSettings(temporaryFolder: spill)
            options.memoryBytes = settings.ingestMemoryBytes
            options.threads = threads
            return try await TrustedDatabase(settings: options)
        }
        lookup = Once { [trusted] in RowLookup(try await trusted.get().session()) }
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
        board = JobBoard(store: buckets.primary)
        generations = GenerationCache(limit: settings.openGenerations, pool: pool, memory: memory)
        runner = JobRunner()
        ingestSlots = Slots(settings.ingestsAtOnce)
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
            secrets: SecretsProvider(file: settings.storage.secretsFile)
        )
        let workspace = try buckets.primaryFolder ?? LocalObjectStore(root: settings.lakeFolder)
        let log = try await LakeLog.open(store: buckets.primary)
        return try Lakehouse(
            settings: settings,
            logger: logger,
            telemetry: telemetry,
            buckets: buckets,
            workspace: workspace,
            log: log
        )
    }

    /// Ends background work, closes the databases and writes a checkpoint of the log.
    public func close() async {
        await sql.ifMade()?.shutdown()
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

    func authorise(_ principal: Principal, _ needed: Principal.Role, _ action: String) throws(EngineError) {
        guard principal.role >= needed else { throw .notAllowed(action: action, needs: needed) }
    }

    /// The bucket that holds the log, and whatever no other one is named for.
    var store: BucketStore { buckets.primary }

    /// Where an object or a folder of objects of the primary bucket is on this machine.
    func path(_ key: String) throws(StorageError) -> String { workspace.path(of: try ObjectKey(validating: key)) }

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
        await workspace.sweepStaging(olderThan: .seconds(86_400))
        await cancelWhenGracefulShutdown {
            async let watching: Void = self.buckets.run()
            async let following: Void = self.log.follow()
            await self.runner.run(self)
            await watching
            await following
        }
    }
}
