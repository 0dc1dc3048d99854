import Foundation

/// A thread of its own that runs the jobs of one actor, so that long computations keep off the cooperative pool.
///
/// The thread lives until `stop()` and holds the executor until then.
final class KernelThread: SerialExecutor, @unchecked Sendable {
    // Sendable: `jobs` and `isStopped` are touched only under `condition`.
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var isStopped = false

    init(name: String) {
        let thread = Thread { [self] in run() }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.withLock {
            jobs.append(job)
            condition.signal()
        }
    }

    /// Ends the thread once it has run what was enqueued.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.signal()
        }
    }

    private func run() {
        while let batch = nextJobs() {
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }

    private func nextJobs() -> [UnownedJob]? {
        condition.withLock {
            while jobs.isEmpty, !isStopped { condition.wait() }
            guard !jobs.isEmpty else { return nil }
            defer { jobs.removeAll() }
            return jobs
        }
    }
}
