import LakeCore
import LakeStorage
import Logging
import Synchronization

/// Runs the queued jobs of a lake, one at a time, in the one process that holds the lake's job lock.
final class JobRunner: Sendable {
    /// Of the run under way, if there is one.
    private let waker = Mutex<AsyncStream<Void>.Continuation?>(nil)
    private let stopped = Mutex<Set<JobID>>([])
    private let active = Mutex(false)

    /// Whether this process holds the job lock.
    var isActive: Bool { active.withLock { $0 } }

    /// Looks for work now rather than at the next tick.
    func wake() { _ = waker.withLock { $0?.yield() } }

    /// Asks a running job to stop after its present batch.
    func stop(_ id: JobID) { stopped.withLock { _ = $0.insert(id) } }

    func isStopped(_ id: JobID) -> Bool { stopped.withLock { $0.contains(id) } }

    /// Runs jobs until the task is cancelled.
    ///
    /// The lock is the kernel's: a process that dies gives it up at once, and whoever gets it takes up the jobs it left behind.
    func run(_ lake: Lakehouse) async {
        let (wakeUps, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        waker.withLock { $0 = continuation }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Other processes queue jobs in the same folder; nothing tells this one but a look.
                while !Task.isCancelled {
                    self.wake()
                    do { try await Task.sleep(for: .seconds(2)) } catch { return }
                }
            }
            var lock: FileLock?
            for await _ in wakeUps {
                if Task.isCancelled { break }
                if lock == nil {
                    lock = try? FileLock.take(path: lake.workspace.root + "/_lake/jobs.lock", note: "")
                }
                guard lock != nil else { continue }
                active.withLock { $0 = true }
                await runQueued(lake)
            }
            active.withLock { $0 = false }
            group.cancelAll()
        }
    }

    private func runQueued(_ lake: Lakehouse) async {
        // What was tried and is still not final waits for the next look.
        var tried: Set<JobID> = []
        while !Task.isCancelled {
            let jobs = (try? await lake.board.all()) ?? []
            guard let next = jobs.first(where: { !$0.state.isFinal && !tried.contains($0.id) }) else { return }
            tried.insert(next.id)
            stopped.withLock { _ = $0.remove(next.id) }
            await run(next, lake)
        }
    }

    private func run(_ record: JobRecordV1, _ lake: Lakehouse) async {
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
