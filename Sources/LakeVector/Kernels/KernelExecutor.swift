internal import Foundation

/// Runs tasks on a fixed number of threads of its own, first come first served, so that long kernels and page faults never
/// hold a thread of the cooperative pool.
// Unchecked: `jobs` and `stopped` are touched only between `lock()` and `unlock()` of `condition`; the rest never changes.
final class KernelExecutor: TaskExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var stopped = false

    /// Starts the threads, which hold the executor until ``stop()``.
    ///
    /// - Parameters:
    ///   - threads: How many; at least one.
    ///   - name: For debuggers; a number is added to it.
    init(threads: Int, name: String) {
        for index in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.start()
            // Only a thread that runs can be given a name.
            thread.name = "\(name)-\(index)"
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Lets the threads end once nothing is left to run.
    func stop() {
        condition.lock()
        stopped = true
        condition.broadcast()
        condition.unlock()
    }

    /// Runs `body` on one of the threads; ``VectorError/cancelled`` when the task was cancelled before.
    @concurrent
    func run<Answer: Sendable>(
        _ body: @Sendable () async throws(VectorError) -> Answer
    ) async throws(VectorError) -> Answer {
        try await withTaskExecutorPreference(self) { () async throws(VectorError) -> Answer in
            guard !Task.isCancelled else { throw .cancelled }
            return try await body()
        }
    }

    private func work() {
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Waits for a job; nil when there will be none.
    private func next() -> UnownedJob? {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty {
            if stopped { return nil }
            condition.wait()
        }
        return jobs.removeFirst()
    }
}
