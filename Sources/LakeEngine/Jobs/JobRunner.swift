import LakeCore
import LakeStorage
import Logging
import Synchronization

/// Runs the queued jobs of a lake, one at a time, in the one process that holds the lake's job lock.
final class JobRunner: Sendable {
    /// Of the run under way, if there is one.
    private let waker = Mutex<AsyncStream<Void>.Continuation?>(nil)
    private let stopped = Mutex<Set<JobID>>([])
    /// The right to run jobs, while this process has it.
    private let right = Mutex<Right?>(nil)
    /// How long a lease is respected that nobody renews.
    static let leaseDuration = Duration.seconds(15)

    /// What makes this the one process that runs jobs.
    private enum Right: Sendable {
        /// Held for as long as this is kept.
        case lock(FileLock)
        case lease(Lease)

        /// Whether it is still ours; a lease is given up well before others may take it.
        var isHeld: Bool {
            switch self {
            case .lock: true
            case .lease(let lease): lease.isHeld(for: JobRunner.leaseDuration * 0.7)
            }
        }
    }

    /// Whether this process has the right to run jobs.
    var isActive: Bool { right.withLock { $0?.isHeld ?? false } }

    /// Looks for work now rather than at the next tick.
    func wake() { _ = waker.withLock { $0?.yield() } }

    /// Asks a running job to stop after its present batch.
    func stop(_ id: JobID) { stopped.withLock { _ = $0.insert(id) } }

    /// Whether a running job is to stop: somebody asked for it, or it is another process's turn.
    func isStopped(_ id: JobID) -> Bool { stopped.withLock { $0.contains(id) } || !isActive }

    /// Runs jobs until the task is cancelled.
    ///
    /// In a folder the right to do so is a lock of the kernel's: a process that dies gives it up at once, and whoever gets it takes up
    /// the jobs it left behind. Elsewhere it is a lease, which takes a moment to run out.
    func run(_ lake: Lakehouse) async {
        let (wakeUps, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        waker.withLock { $0 = continuation }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Other processes queue jobs in the same lake; nothing tells this one but a look.
                while !Task.isCancelled {
                    self.wake()
                    do { try await Task.sleep(for: .seconds(2)) } catch { return }
                }
            }
            group.addTask { await self.renew() }
            for await _ in wakeUps {
                if Task.isCancelled { break }
                await takeRight(lake)
                if isActive { await runQueued(lake) }
            }
            group.cancelAll()
        }
        let last = right.withLock { right in
            defer { right = nil }
            return right
        }
        if case .lease(let lease)? = last { await Task { await lease.release() }.value }
    }

    private func takeRight(_ lake: Lakehouse) async {
        guard !isActive else { return }
        let taken: Right? =
            if let taker = lake.jobLease { (try? await taker.take()).map(Right.lease) } else {
                (try? FileLock.take(path: lake.workspace.root + "/_lake/jobs.lock", note: "")).map(Right.lock)
            }
        right.withLock { $0 = taken }
    }

    private func renew() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.leaseDuration / 5) } catch { return }
            guard case .lease(let lease)? = right.withLock({ $0 }) else { continue }
            // A store that cannot be asked may be back in time; if not, the lease has run out by itself.
            if (try? await lease.renew()) == false { right.withLock { $0 = nil } }
        }
    }

    private func runQueued(_ lake: Lakehouse) async {
        // What was tried and is still not final waits for the next look.
        var tried: Set<JobID> = []
        while !Task.isCancelled, isActive {
            let jobs = (try? await lake.board.all()) ?? []
            guard let next = jobs.first(where: { !$0.state.isFinal && !tried.contains($0.id) }) else { return }
            tried.insert(next.id)
            stopped.withLock { _ = $0.remove(next.id) }
            await run(next, lake)
        }
    }

    private func run(_ record: JobRecordV1, _ lake: Lakehouse) async {
        var record = record
        if case .lease(let lease)? = right.withLock({ $0 }) { record.fence = lease.fence }
        var job = IndexJob(lake: lake, record: record)
        lake.metrics.jobBegan()
        defer { lake.metrics.jobLeft() }
        do {
            do {
                if try await job.isDue() { try await lake.spanned("job") { try await job.run() } }
            } catch is CancellationError {
                // The process is stopping: the record still says it is running, so that it is taken up again.
            } catch JobStopped.stopped {
                lake.logger.info("job stopped", metadata: ["job.id": "\(record.id)"])
            } catch let failure as any LakeFailure {
                // Rooms below say "cancelled" each in their own error; here, too, the process is stopping.
                if failure.kind == .cancelled, Task.isCancelled { return }
                try await job.fail(failure.detail)
            } catch {
                lake.logger.info("job failed", metadata: ["job.id": "\(record.id)", "error": "\(error)"])
                try await job.fail("it failed for an unforeseen reason; the server's log has it")
            }
        } catch {
            lake.logger.info("job state not written", metadata: ["job.id": "\(record.id)", "error": "\(error)"])
        }
    }
}

/// Thrown out of a job that was cancelled or whose index is gone.
enum JobStopped: Error {
    case stopped
}
