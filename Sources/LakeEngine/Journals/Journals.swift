import LakeStorage

/// The journals of a lake.
struct Journals: Sendable {
    let events: Journal<EventEntry>
    let audit: Journal<AuditEntry>
    /// Written, and closed, by the buckets.
    let bucketErrors: Journal<BucketFailure>

    init(store: any ObjectStore, bucketErrors: Journal<BucketFailure>) {
        self.bucketErrors = bucketErrors
        events = Journal(name: "events", store: store)
        audit = Journal(name: "audit", store: store)
    }

    /// All of them, for whoever reads, checks or compacts.
    var files: [JournalFiles] { [events.files, audit.files, bucketErrors.files] }

    /// Makes durable what waits.
    func flush() async throws {
        try await events.flush()
        try await audit.flush()
        try await bucketErrors.flush()
    }

    /// Finds out whether all of them can be written.
    func check() async throws {
        try await events.check()
        try await audit.check()
        try await bucketErrors.check()
    }

    func close() async {
        await events.close()
        await audit.close()
    }

    func stats() async -> [(journal: String, stats: JournalStats)] {
        [
            ("events", await events.stats()), ("audit", await audit.stats()),
            ("bucket_errors", await bucketErrors.stats()),
        ]
    }
}
