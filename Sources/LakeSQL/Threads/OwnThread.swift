import Foundation

/// One thread that runs the jobs of one actor, in order.
///
/// Calls into the SQL library block for as long as a query takes; on this thread they keep nobody else waiting.
/// The thread ends when the executor is released, after the jobs it already has.
final class OwnThread: SerialExecutor {
    private let queue = JobQueue()

    /// Starts the thread.
    init(name: String) {
        let queue = queue
        let thread = Thread { queue.drain() }
        thread.name = name
        // The SQL parser and binder recurse once per nesting level of a statement.
        thread.stackSize = 16 << 20
        thread.start()
        queue.attach(executor: asUnownedSerialExecutor())
    }

    deinit { queue.stop() }

    func enqueue(_ job: consuming ExecutorJob) { queue.add(UnownedJob(job)) }
}

/// The waiting jobs of an ``OwnThread``; outlives it until the thread has ended.
///
/// Unchecked: every stored property is touched only with `condition` locked.
private final class JobQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var executor: UnownedSerialExecutor?
    private var waiting: [UnownedJob] = []
    private var stopped = false

    func attach(executor: UnownedSerialExecutor) {
        condition.lock()
        self.executor = executor
        condition.unlock()
    }

    func add(_ job: UnownedJob) {
        condition.lock()
        waiting.append(job)
        condition.signal()
        condition.unlock()
    }

    func stop() {
        condition.lock()
        stopped = true
        condition.signal()
        condition.unlock()
    }

    /// Runs jobs until stopped and empty; the body of the thread.
    func drain() {
        while let (jobs, executor) = next() {
            for job in jobs { job.runSynchronously(on: executor) }
        }
    }

    private func next() -> ([UnownedJob], UnownedSerialExecutor)? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty {
            if stopped { return nil }
            condition.wait()
        }
        guard let executor else { return nil }
        let jobs = waiting
        waiting.removeAll(keepingCapacity: true)
        return (jobs, executor)
    }
}
