/// Lets a bounded number of callers work at once; the others wait their turn.
actor Slots {
    private var free: Int
    private var waiting: [(id: UInt64, go: CheckedContinuation<Bool, Never>)] = []
    private var nextID: UInt64 = 0

    init(_ count: Int) { free = count }

    /// Runs `body` once a slot is free.
    ///
    /// - Parameter body: The work; its slot is given back however it ends.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or `CancellationError` when cancelled while waiting.
    nonisolated func with<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await take()
        do {
            let result = try await body()
            await give()
            return result
        } catch {
            await give()
            throw error
        }
    }

    private func take() async throws {
        if free > 0 {
            free -= 1
            return
        }
        let id = nextID
        nextID += 1
        let granted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else {
                    waiting.append((id, continuation))
                }
            }
        } onCancel: {
            Task { await self.abandon(id) }
        }
        guard granted else { throw CancellationError() }
    }

    private func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().go.resume(returning: true) }
    }

    private func abandon(_ id: UInt64) {
        guard let at = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: at).go.resume(returning: false)
    }
}
