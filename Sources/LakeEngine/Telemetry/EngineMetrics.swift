import CoreMetrics
import LakeCore
import LakeStorage

/// What the engine counts and times.
///
/// Labels come from closed sets alone: never a dataset, a query, a key or a person.
public struct EngineMetrics: Sendable {
    /// What each metric means, by its name.
    public static let descriptions = [
        "lake_engine_use_cases_total": "Use cases that ended, by use case and outcome.",
        "lake_engine_use_case_seconds": "How long a use case took; a query until its first rows.",
        "lake_engine_commits_total": "Transactions handed to the log, by outcome.",
        "lake_engine_commit_seconds": "How long a transaction took until it was durable or refused.",
        "lake_engine_ingested_rows_total": "Rows that files brought into datasets.",
        "lake_engine_ingested_bytes_total": "Bytes of the files that brought them.",
        "lake_engine_rejected_rows_total": "Rows of such files that could not be read.",
        "lake_engine_embedded_texts_total": "Texts that callers had embedded.",
        "lake_engine_embedded_tokens_total": "Tokens of those texts.",
        "lake_engine_jobs_total": "Attempts at background jobs that ended, by outcome.",
        "lake_engine_job_seconds": "How long an attempt at a background job took.",
        "lake_engine_jobs_running": "Background jobs at work in this process.",
        "lake_engine_indexed_rows_total": "Rows that index jobs have embedded.",
        "lake_engine_indexed_chunks_total": "Chunks that index jobs have embedded.",
        "lake_engine_queries_running": "Queries under way.",
        "lake_engine_generations_open": "Index generations kept open.",
        "lake_engine_generations_mapped_bytes": "Bytes of the index generations kept open.",
        "lake_engine_memory_used_bytes": "Memory that each pool has given, and what the engines in it hold.",
        "lake_engine_memory_limit_bytes": "What each pool may give.",
        "lake_engine_memory_refused_total": "Reservations that were refused, by pool.",
        "lake_engine_bucket_reachable": "Whether each configured bucket can be reached: 1 or 0.",
        "lake_engine_bucket_request_seconds": "How long calls of a bucket took, by what was asked and how it ended.",
        "lake_engine_rescue_lag_versions": "How many versions the copy in the rescue bucket is behind.",
        "lake_engine_rescue_lag_seconds": "For how long the copy in the rescue bucket has been behind.",
        "lake_engine_log_version": "The newest version of the lake that this process knows.",
    ]

    private let factory: any MetricsFactory
    private let timers: [UseCase: Timer]
    private let commitTimer: Timer
    private let jobTimer: Timer
    private let ingestedRows: Counter
    private let ingestedBytes: Counter
    private let rejectedRows: Counter
    private let embeddedTexts: Counter
    private let embeddedTokens: Counter
    private let indexedRows: Counter
    private let indexedChunks: Counter
    private let jobsRunning: Meter
    private let queriesRunning: Gauge
    private let generationsOpen: Gauge
    private let generationsMapped: Gauge
    private let logVersion: Gauge

    init(factory: any MetricsFactory) {
        self.factory = factory
        timers = Dictionary(
            uniqueKeysWithValues: UseCase.allCases.map { useCase in
                let dimensions = [("use_case", useCase.rawValue)]
                return (
                    useCase, Timer(label: "lake_engine_use_case_seconds", dimensions: dimensions, factory: factory)
                )
            }
        )
        commitTimer = Timer(label: "lake_engine_commit_seconds", factory: factory)
        jobTimer = Timer(label: "lake_engine_job_seconds", factory: factory)
        ingestedRows = Counter(label: "lake_engine_ingested_rows_total", factory: factory)
        ingestedBytes = Counter(label: "lake_engine_ingested_bytes_total", factory: factory)
        rejectedRows = Counter(label: "lake_engine_rejected_rows_total", factory: factory)
        embeddedTexts = Counter(label: "lake_engine_embedded_texts_total", factory: factory)
        embeddedTokens = Counter(label: "lake_engine_embedded_tokens_total", factory: factory)
        indexedRows = Counter(label: "lake_engine_indexed_rows_total", factory: factory)
        indexedChunks = Counter(label: "lake_engine_indexed_chunks_total", factory: factory)
        jobsRunning = Meter(label: "lake_engine_jobs_running", factory: factory)
        queriesRunning = Gauge(label: "lake_engine_queries_running", factory: factory)
        generationsOpen = Gauge(label: "lake_engine_generations_open", factory: factory)
        generationsMapped = Gauge(label: "lake_engine_generations_mapped_bytes", factory: factory)
        logVersion = Gauge(label: "lake_engine_log_version", factory: factory)
        jobsRunning.set(0)
    }

    func useCaseEnded(_ useCase: UseCase, after time: Duration, _ outcome: Outcome) {
        timers[useCase]?.recordNanoseconds(time.nanoseconds)
        let dimensions = [("use_case", useCase.rawValue), ("outcome", outcome.name)]
        Counter(label: "lake_engine_use_cases_total", dimensions: dimensions, factory: factory).increment()
    }

    func commitEnded(after time: Duration, _ outcome: Outcome) {
        commitTimer.recordNanoseconds(time.nanoseconds)
        let dimensions = [("outcome", outcome.name)]
        Counter(label: "lake_engine_commits_total", dimensions: dimensions, factory: factory).increment()
    }

    func ingested(rows: Int, rejected: Int, bytes: Int) {
        ingestedRows.increment(by: rows)
        rejectedRows.increment(by: rejected)
        ingestedBytes.increment(by: bytes)
    }

    func embedded(texts: Int, tokens: Int) {
        embeddedTexts.increment(by: texts)
        embeddedTokens.increment(by: tokens)
    }

    func indexed(rows: Int, chunks: Int) {
        indexedRows.increment(by: rows)
        indexedChunks.increment(by: chunks)
    }

    func jobBegan() { jobsRunning.increment() }

    func jobLeft() { jobsRunning.decrement() }

    func jobEnded(after time: Duration, _ state: JobStatus.State) {
        jobTimer.recordNanoseconds(time.nanoseconds)
        let dimensions = [("outcome", state.rawValue)]
        Counter(label: "lake_engine_jobs_total", dimensions: dimensions, factory: factory).increment()
    }

    func stands(queries: Int, generations: Int, mappedBytes: Int, version: Int?) {
        queriesRunning.record(queries)
        generationsOpen.record(generations)
        generationsMapped.record(mappedBytes)
        if let version { logVersion.record(version) }
    }

    func stands(_ pool: MemoryAccountant.Usage) {
        let dimensions = [("pool", pool.pool.rawValue)]
        Gauge(label: "lake_engine_memory_used_bytes", dimensions: dimensions, factory: factory).record(pool.used)
        Gauge(label: "lake_engine_memory_limit_bytes", dimensions: dimensions, factory: factory).record(pool.limit)
    }

    /// Buckets are named by the configuration, so that there are no more of them than it lists.
    func stands(bucket: String, isReachable: Bool) {
        let dimensions = [("bucket", bucket)]
        Gauge(label: "lake_engine_bucket_reachable", dimensions: dimensions, factory: factory)
            .record(isReachable ? 1 : 0)
    }

    /// What times the calls of buckets.
    ///
    /// Of the object nothing is kept, and all buckets of profiles are one: callers name those.
    static func bucketCalls(factory: any MetricsFactory) -> BucketObserver {
        { call in
            let isProfile = call.bucket.hasPrefix(BucketRegistry.profilePrefix)
            let outcome = call.failure.map(Outcome.init) ?? .ok
            let dimensions = [
                ("bucket", isProfile ? "profile" : call.bucket), ("operation", call.operation.rawValue),
                ("outcome", outcome.name),
            ]
            Timer(label: "lake_engine_bucket_request_seconds", dimensions: dimensions, factory: factory)
                .recordNanoseconds(call.elapsed.nanoseconds)
        }
    }

    func stands(_ rescue: RescueHealth) {
        Gauge(label: "lake_engine_rescue_lag_versions", factory: factory).record(rescue.lagVersions)
        Gauge(label: "lake_engine_rescue_lag_seconds", factory: factory).record(rescue.lagSeconds)
    }

    func memoryRefused(_ pool: MemoryPool) {
        let dimensions = [("pool", pool.rawValue)]
        Counter(label: "lake_engine_memory_refused_total", dimensions: dimensions, factory: factory).increment()
    }

    /// How something ended, as coarsely as `FailureKind` says it.
    struct Outcome: Sendable {
        let name: String

        static let ok = Outcome(name: "ok")

        static func failed(_ error: any Error) -> Outcome {
            let kind: FailureKind =
                switch error {
                case let failure as any LakeFailure: failure.kind
                case is CancellationError: .cancelled
                default: .internal
                }
            return Outcome(kind)
        }

        init(_ kind: FailureKind) { self.init(name: kind.rawValue) }

        private init(name: String) { self.name = name }
    }
}

extension Duration {
    /// Whole nanoseconds; the greatest there are when it is longer than 292 years.
    var nanoseconds: Int64 {
        let (seconds, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : seconds + components.attoseconds / 1_000_000_000
    }
}
