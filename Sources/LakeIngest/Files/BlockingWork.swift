import Foundation
import Synchronization

/// Work that reads files for seconds, on a thread of its own.
enum BlockingWork {
    /// Runs `body` on a fresh thread and waits for it without holding a thread of the cooperative pool.
    ///
    /// A cancelled task raises the flag; `body` looks at it between two pieces of work.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable (StopFlag) throws(IngestError) -> Value
    ) async throws(IngestError) -> Value {
        let flag = StopFlag()
        let outcome: Result<Value, IngestError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread {
                    do throws(IngestError) {
                        continuation.resume(returning: .success(try body(flag)))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
                thread.name = "ingest"
                // Nested JSON recurses once per level.
                thread.stackSize = 8 << 20
                thread.start()
            }
        } onCancel: {
            flag.raise()
        }
        return try outcome.get()
    }
}

/// Says that the work is no longer wanted.
final class StopFlag: Sendable {
    private let raised = Atomic(false)

    func raise() { raised.store(true, ordering: .relaxed) }

    /// Throws ``IngestError/cancelled`` once the flag is up.
    func check() throws(IngestError) {
        if raised.load(ordering: .relaxed) { throw .cancelled }
    }
}
