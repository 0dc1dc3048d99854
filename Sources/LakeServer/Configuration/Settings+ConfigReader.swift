import Configuration
import LakeCore
import LakeEngine
import LakeModels
import Logging

extension ServerSettings {
    /// Every setting there is but the list of buckets, none of them a secret; the only place that names a key.
    static let all: [Setting] = [
        .text("lake.folder", \.lake.lakeFolder, "The folder that is the lake; made when absent."),
        .optionalText(
            "storage.rescue_bucket",
            \.lake.storage.rescueBucket,
            "the name of a bucket other than primary",
            "The bucket that holds a copy of the lake, read from when another cannot be reached."
        ),
        .optionalText(
            "storage.profile_root",
            \.lake.storage.profileRoot,
            "a folder",
            "The folder in which the buckets of profiles are made."
        ),
        .optionalText(
            "storage.secrets_file",
            \.lake.storage.secretsFile,
            "a file",
            "The file that the credentials of buckets are looked up in; mode 0600."
        ),
        .optionalText(
            "storage.ca_file",
            \.lake.storage.authorities,
            "a file",
            "The PEM file of the authorities that S3 services are trusted by, in place of the system's."
        ),
        .duration(
            "storage.probe_interval",
            \.lake.storage.probeInterval,
            .milliseconds(100)...hour,
            "How often each bucket is looked at."
        ),
        .bytes(
            "storage.cache",
            \.lake.storage.cacheBytes,
            (64 << 20)...(1 << 50),
            "What copies of remote objects may take on the local disk."
        ),
        .duration(
            "lake.retention",
            \.lake.retention,
            hour...decade,
            "How long older versions of the lake can be read."
        ),
        .duration(
            "lake.sweep_age",
            \.lake.sweepMinimumAge,
            hour...decade,
            "How old an object must be that nothing refers to before a sweep takes it away."
        ),
        .duration(
            "lake.sweep_interval",
            \.lake.sweepInterval,
            .zero...decade,
            "How often the lake is swept by itself; 0s is never."
        ),
        .duration(
            "lake.compaction_interval",
            \.lake.compactionInterval,
            .zero...decade,
            "How often datasets are looked at for files to merge; 0s is never."
        ),
        .duration(
            "lake.quarantine",
            \.lake.quarantine,
            .zero...decade,
            "How long what was swept can still be brought back."
        ),
        .duration(
            "lake.freshness",
            \.lake.logFreshness,
            .zero...Duration.seconds(1),
            "How old what is known of a log in S3 may be when a request reads; one in a folder is always looked at."
        ),
        .duration(
            "journal.compaction_interval",
            \.lake.journalUpkeepInterval,
            .milliseconds(100)...day,
            "How often the journals are looked at for segments to compact."
        ),
        .duration(
            "journal.compaction_age",
            \.lake.journalCompactionAge,
            .zero...decade,
            "How old a segment must be to be compacted, unless there are more than a thousand."
        ),
        .text("model.folder", \.lake.modelFolder, "The folder of the local embedding model."),
        .choice("model.precision", \.lake.precision, "The arithmetic of the embedding model."),
        .optionalChoice(
            "model.kernels",
            \.lake.kernels,
            "The instruction set of the vector kernels; the best of the machine if not given."
        ),
        .text("http.host", \.host, "The address to listen on. Others than this machine can reach need a key."),
        .integer("http.port", \.port, 0...65535, "The port to listen on; 0 takes a free one."),
        .grpcPort,
        .optionalText("http.socket", \.socket, "a path", "A unix domain socket to listen on instead of host and port."),
        .integer("http.connections", \.connectionsMax, 1...100_000, "Open connections; more wait to be accepted."),
        .integer("http.requests", \.requestsMax, 1...100_000, "Requests at work at once; more are answered 503."),
        .bytes("http.json_limit", \.jsonBytesMax, (1 << 10)...(1 << 30), "The largest JSON body."),
        .bytes("http.header_limit", \.headerBytesMax, (4 << 10)...(1 << 20), "The largest header of a request."),
        .duration("http.idle_timeout", \.idleTimeout, .seconds(1)...hour, "How long a connection may be idle."),
        .duration(
            "http.read_timeout",
            \.readTimeout,
            .seconds(1)...hour,
            "The time in which a request that is being sent must bring at least a kilobyte."
        ),
        .duration(
            "http.write_timeout",
            \.writeTimeout,
            .seconds(1)...hour,
            "How long a client may take nothing of an answer."
        ),
        .duration("http.version_wait", \.versionWait, .zero...hour, "How long If-Version-At-Least waits."),
        .duration(
            "http.shutdown_grace",
            \.shutdownGrace,
            .zero...hour,
            "How long work in progress may go on after the server is told to stop."
        ),
        .bytes("sql.memory", \.lake.sqlMemoryBytes, memory, "Memory for queries; what does not fit spills to disk."),
        .optionalBytes(
            "sql.hot_memory",
            \.lake.hotMemoryBytes,
            (1 << 20)...(1 << 50),
            "Of that, what pinned datasets may take; half of it if not given."
        ),
        .optionalInteger(
            "sql.threads",
            \.lake.threads,
            1...1024,
            "Threads for queries, ingest and embedding each; one a core if not given."
        ),
        .text("sql.extensions", \.lake.extensionFolder, "The folder of the SQL engine's signed extensions."),
        .integer("sql.connections", \.lake.connections, 1...1024, "Queries that run at once."),
        .integer("sql.queue", \.lake.queryQueueLimit, 0...100_000, "Queries that may wait; more are answered 429."),
        .optionalInteger(
            "sql.queries_per_caller",
            \.lake.queriesPerCaller,
            1...1024,
            "Queries that one caller may run at once; more wait. All of sql.connections if not given."
        ),
        .integer(
            "sql.queue_per_caller",
            \.lake.queuePerCaller,
            0...100_000,
            "Queries of one caller that may wait for others of theirs, and submitted ones that may; more are answered 429."
        ),
        .duration("sql.timeout", \.lake.queryTimeout, .milliseconds(1)...day, "The longest a query may run."),
        .duration(
            "sql.background_timeout",
            \.lake.backgroundTimeout,
            .milliseconds(1)...day,
            "The longest a submitted query may run, for which nobody waits."
        ),
        .integer("sql.background", \.lake.backgroundQueries, 1...1024, "Submitted queries that run at once."),
        .duration(
            "sql.results_kept",
            \.lake.resultsKeptFor,
            .seconds(1)...(hour * 12),
            "How long the result of a submitted query is kept."
        ),
        .bytes(
            "sql.results",
            \.lake.keptResultBytes,
            1...(1 << 50),
            "Bytes of all results that are kept; older ones give way."
        ),
        .bytes(
            "sql.results_cache",
            \.lake.resultCacheBytes,
            0...(1 << 50),
            "Of sql.memory, what short answers may take that are kept for who asks the same again; 0B is none."
        ),
        .integer("sql.max_rows", \.lake.maxRows, 0...(1 << 40), "The most rows an answer may hold."),
        .bytes("sql.max_bytes", \.lake.maxResultBytes, 1...(1 << 50), "The most encoded bytes an answer may hold."),
        .optionalBytes(
            "memory.process",
            \.lake.processMemoryBytes,
            (1 << 20)...(1 << 50),
            "Memory the process may hold; beyond it nothing new is begun. Nine tenths of the machine's if not given."
        ),
        .bytes("memory.http_bodies", \.lake.bodyMemoryBytes, (1 << 20)...(1 << 50), "Memory for bodies of requests."),
        .optionalBytes(
            "memory.cache",
            \.lake.cacheMemoryBytes,
            (1 << 20)...(1 << 50),
            "Address space for index generations kept open; the machine's memory if not given."
        ),
        .bytes(
            "memory.vectors",
            \.lake.vectorMemoryBytes,
            (1 << 20)...(1 << 50),
            "Memory for searches and embeddings under way."
        ),
        .bytes(
            "memory.index_builds",
            \.lake.indexBuildMemoryBytes,
            (1 << 20)...(1 << 50),
            "Memory for chunks and vectors of indexes that are built."
        ),
        .bytes("ingest.memory", \.lake.ingestMemoryBytes, memory, "Memory for reading files."),
        .bytes("ingest.max_upload", \.lake.maxUploadBytes, 1...(1 << 50), "The largest file accepted."),
        .integer("ingest.at_once", \.lake.ingestsAtOnce, 1...1024, "Files that are read at once; more wait."),
        .integer("vectors.open", \.lake.openGenerations, 1...100_000, "Index generations kept open."),
        .choice("log.level", \.logLevel, "The least important messages that are logged."),
        .choice(
            "telemetry.exporter",
            \.telemetry.exporter,
            "Where spans and metrics are sent; GET /metrics answers anyway."
        ),
        .text("telemetry.endpoint", \.telemetry.endpoint, "The collector's address, for OTLP over HTTP."),
        .telemetryCredentials,
        .telemetryHeader,
        .text("telemetry.service", \.telemetry.serviceName, "What collectors call this service."),
        .integer(
            "telemetry.sample",
            \.telemetry.sampledPercent,
            0...100,
            "Of a hundred traces that begin here, how many are sent."
        ),
        .duration(
            "telemetry.interval",
            \.telemetry.interval,
            .milliseconds(10)...hour,
            "The time between two batches of spans and metrics."
        ),
        .duration(
            "telemetry.timeout",
            \.telemetry.timeout,
            .milliseconds(10)...hour,
            "How long the collector may take."
        ),
        .integer(
            "telemetry.queue",
            \.telemetry.queueMax,
            1...1_000_000,
            "Spans that may wait to be sent; more are dropped and counted."
        ),
        .choice("log.format", \.logFormat, "text for people, json for programs."),
    ]

    private static let hour = Duration.seconds(3600)
    private static let day = Duration.seconds(86400)
    private static let decade = Duration.seconds(3652 * 86_400)
    private static let memory = (64 << 20)...(1 << 50)

    /// Settings from outside: flags before the environment before the file before the defaults.
    ///
    /// - Parameters:
    ///   - flags: By key, such as `http.port`.
    ///   - environment: The process's variables; those of settings begin with `LAKEHOUSE_`.
    ///   - file: The path of a TOML file; nil: `LAKEHOUSE_CONFIG`, else `lakehouse.toml` if there is one here.
    /// - Returns: The settings, all of them in range.
    /// - Throws: `ServerError.unknownSetting`, `ServerError.invalidSetting`, `ServerError.configurationUnreadable`.
    public static func load(
        flags: [String: String],
        environment: [String: String],
        file: String? = nil
    ) async throws -> ServerSettings {
        let sources = [
            try ConfigurationSource.flags(flags), try ConfigurationSource.environment(environment),
            try await ConfigurationSource.file(file ?? environment[ConfigurationSource.fileVariable]),
        ]
        let reader = ConfigReader(providers: sources.map(\.provider))
        var settings = ServerSettings()
        for setting in all {
            guard let text = reader.string(forKey: ConfigKey(setting.key)) else { continue }
            guard setting.apply(&settings, text) else {
                let source = sources.first { $0.has(setting.key) }
                throw ServerError.invalidSetting(
                    name: setting.key,
                    source: source?.name ?? "",
                    given: String(text.prefix(64)),
                    wanted: setting.rule
                )
            }
        }
        if let problem = settings.telemetry.problem {
            let source = sources.first { $0.has("telemetry.endpoint") }
            throw ServerError.invalidSetting(
                name: "telemetry.endpoint",
                source: source?.name ?? "",
                given: String(settings.telemetry.endpoint.prefix(64)),
                wanted: problem
            )
        }
        let file = sources[2]
        settings.lake.storage.buckets = file.buckets
        if let problem = settings.lake.storage.problem(lakeFolder: settings.lake.lakeFolder) {
            let source = sources.first { $0.has(problem.setting) } ?? file
            throw ServerError.invalidSetting(
                name: problem.setting,
                source: source.name,
                given: problem.given,
                wanted: problem.rule
            )
        }
        return settings
    }
}
