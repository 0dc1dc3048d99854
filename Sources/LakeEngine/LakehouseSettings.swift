public import LakeCore
public import LakeModels

/// What a lake is opened with.
public struct LakehouseSettings: Sendable {
    /// The folder that is the lake; made when absent.
    public var lakeFolder: String
    /// The buckets; the primary one is `lakeFolder` unless they say otherwise, and then that is for work under way only.
    public var storage = StorageSettings()
    /// The variables that credentials may be in; nil: the process's own.
    public var environment: [String: String]?
    /// The folder of DuckDB's signed extensions, needed for buckets that are not folders.
    public var extensionFolder = ".native/extensions"
    /// The folder of the local embedding model: `model.safetensors` and `vocab.txt`.
    public var modelFolder: String
    /// Memory DuckDB may use for queries, in bytes; what does not fit spills to `staging/`.
    public var sqlMemoryBytes = 4 << 30
    /// Memory DuckDB may use for ingest and maintenance, in bytes.
    public var ingestMemoryBytes = 512 << 20
    /// Memory the process may hold; nil: nine tenths of what the machine or the control group has.
    public var processMemoryBytes: Int?
    /// Of `sqlMemoryBytes`, what pinned datasets may take; nil: half of it.
    public var hotMemoryBytes: Int?
    /// Memory for bodies of requests.
    public var bodyMemoryBytes = 256 << 20
    /// Address space for index generations kept open; nil: what the machine has.
    public var cacheMemoryBytes: Int?
    /// Memory for searches, answers and embeddings under way.
    public var vectorMemoryBytes = 512 << 20
    /// Memory for chunks and vectors of indexes that are built.
    public var indexBuildMemoryBytes = 512 << 20
    /// Threads for queries, ingest and embedding each; nil: one a core.
    public var threads: Int?
    /// Queries that run at once.
    public var connections = 4
    /// Queries that may wait for a connection; one more is refused.
    public var queryQueueLimit = 64
    /// Queries that one caller may run at once; nil: as many as there are connections.
    public var queriesPerCaller: Int?
    /// Queries of one caller that may wait for others of theirs, and submitted ones that may wait; one more is refused.
    public var queuePerCaller = 16
    /// Files that are ingested at once; more wait.
    public var ingestsAtOnce = 2
    /// The longest a query may run.
    public var queryTimeout = Duration.seconds(60)
    /// The longest a query may run that nobody waits for.
    public var backgroundTimeout = Duration.seconds(3600)
    /// Submitted queries that are carried out at once.
    public var backgroundQueries = 2
    /// How long the result of a submitted query is kept; less than what nobody touches is left in staging.
    public var resultsKeptFor = Duration.seconds(3600)
    /// Bytes of all results that are kept.
    public var keptResultBytes = 4 << 30
    /// Memory for short answers that are kept for who asks the same again; 0: none is.
    public var resultCacheBytes = 64 << 20
    /// The most rows an answer may hold.
    public var maxRows = 1_000_000
    /// The most encoded bytes an answer may hold.
    public var maxResultBytes = 1 << 30
    /// The largest file accepted.
    public var maxUploadBytes = 16 << 30
    /// The instruction set of the kernels; nil: the best of this machine.
    public var kernels: InstructionSet?
    /// The embedding model's arithmetic.
    public var precision = EmbeddingPrecision.bf16
    /// How long versions can be read after the next one came.
    public var retention = Duration.seconds(7 * 86_400)
    /// How old an object must be to be swept.
    public var sweepMinimumAge = Duration.seconds(86_400)
    /// How often the lake is swept by itself; zero: never.
    public var sweepInterval = Duration.seconds(86_400)
    /// How long what was swept waits in quarantine.
    public var quarantine = Duration.seconds(7 * 86_400)
    /// How old what is known of a remote log may be when a request asks for the newest version; a log in a folder is always looked at.
    public var logFreshness = Duration.milliseconds(500)
    /// How often datasets are looked at for files to merge.
    public var compactionInterval = Duration.seconds(300)
    /// How often journals are looked at for segments to compact.
    public var journalUpkeepInterval = Duration.seconds(60)
    /// How old a segment of a journal must be to be compacted, unless there are very many.
    public var journalCompactionAge = Duration.seconds(86_400)
    /// Vector generations kept open.
    public var openGenerations = 16

    /// The same as the accountant has it.
    var memory: MemoryLimits {
        var limits = MemoryLimits()
        limits.process = processMemoryBytes ?? MachineMemory.bytes / 10 * 9
        limits[.httpBodies] = bodyMemoryBytes
        limits[.queries] = sqlMemoryBytes
        limits[.ingest] = ingestMemoryBytes
        limits[.cache] = cacheMemoryBytes ?? MachineMemory.bytes
        limits[.vectors] = vectorMemoryBytes
        limits[.indexBuilds] = indexBuildMemoryBytes
        return limits
    }

    public init(lakeFolder: String, modelFolder: String) {
        self.lakeFolder = lakeFolder
        self.modelFolder = modelFolder
    }
}
