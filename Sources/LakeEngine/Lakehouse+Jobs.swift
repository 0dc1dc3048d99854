import LakeCatalog
public import LakeCore
import Synchronization

extension Lakehouse {
    /// The jobs, newest first, one page.
    ///
    /// - Parameters:
    ///   - limit: 1 to 1,000.
    ///   - cursor: The `nextCursor` of the page before.
    ///   - principal: Who asks.
    /// - Returns: The page.
    /// - Throws: `EngineError.invalid` for a limit out of range.
    public func jobs(limit: Int = 100, cursor: String? = nil, for principal: Principal) async throws -> Page<JobStatus>
    {
        try await authorise(principal, .reader, "list jobs")
        guard (1...1000).contains(limit) else {
            throw EngineError.invalid(field: "limit", reason: "must be 1 to 1000, not \(limit)")
        }
        let all = try await board.all().reversed().drop { job in cursor.map { job.id.rawValue >= $0 } ?? false }
        var items: [JobStatus] = []
        for job in all.prefix(limit) { items.append(await board.status(of: job)) }
        return Page(items: items, nextCursor: all.count > limit ? items.last?.id : nil)
    }

    /// One job.
    ///
    /// - Throws: `EngineError.notFound`.
    public func job(id: String, for principal: Principal) async throws -> JobStatus {
        try await authorise(principal, .reader, "read jobs", on: ["job:\(id)"])
        return await board.status(of: try await record(id))
    }

    /// Stops a job; what it has embedded is kept, so that it can be resumed.
    ///
    /// - Throws: `EngineError.notFound`, `EngineError.jobIsFinal`.
    public func cancelJob(id: String, for principal: Principal) async throws -> JobStatus {
        try await authorise(principal, .writer, "cancel jobs", on: ["job:\(id)"])
        let job = try await record(id)
        guard !job.state.isFinal else {
            throw EngineError.jobIsFinal(id: id, state: job.state.rawValue)
        }
        try await cancel(job, because: "cancelled by \(principal.name)")
        return await board.status(of: try await record(id))
    }

    /// Queues a failed or cancelled job again, to go on from its last checkpoint.
    ///
    /// - Throws: `EngineError.notFound`, `EngineError.jobIsRunning`.
    public func resumeJob(id: String, for principal: Principal) async throws -> JobStatus {
        try await authorise(principal, .writer, "resume jobs", on: ["job:\(id)"])
        var job = try await record(id)
        guard job.state == .failed || job.state == .cancelled else {
            throw EngineError.jobIsRunning(id: id, state: job.state.rawValue)
        }
        guard try await log.state().indexes[job.index] != nil else {
            throw EngineError.notFound(kind: "index", name: job.indexName, nearest: [])
        }
        job.state = .queued
        try await board.save(job)
        runner.wake()
        return await board.status(of: job)
    }

    /// The job's states: the present one at once, then each change, until a final one.
    ///
    /// - Throws: `EngineError.notFound`.
    public func jobEvents(id: String, for principal: Principal) async throws -> AsyncStream<JobStatus> {
        try await authorise(principal, .reader, "read jobs", on: ["job:\(id)"])
        _ = try await record(id)
        let told = Mutex<JobStatus?>(nil)
        return AsyncStream {
            // Read again rather than pushed: the job may run in another process that shares nothing with this one but the lake.
            while told.withLock({ $0?.state.isFinal }) != true {
                guard let record = try? await self.record(id) else { return nil }
                let now = await self.board.status(of: record)
                let isNews = told.withLock { told in
                    defer { told = now }
                    return told != now
                }
                if isNews { return now }
                do { try await Task.sleep(for: .milliseconds(200)) } catch { return nil }
            }
            return nil
        }
    }

    func cancel(_ job: JobRecordV1, because reason: String) async throws {
        var job = job
        job.state = .cancelled
        job.errors = [reason]
        try await board.save(job)
        runner.stop(job.id)
    }

    private func record(_ id: String) async throws -> JobRecordV1 {
        guard let job = try await board.find(JobID(rawValue: id)) else {
            throw EngineError.notFound(kind: "job", name: id, nearest: [])
        }
        return job
    }
}
