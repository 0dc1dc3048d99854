import NIOCore

/// Ties work to the client that waits for it, from when it is made to `end()`.
struct ClientWatch: Sendable {
    private let channel: any Channel
    private let watcher: Int?

    /// Has `onLeave` called if the client leaves.
    ///
    /// A connection without a `ConnectionGuard` is gone already, or is one of an in-process test and never goes.
    init(_ channel: any Channel, onLeave: @escaping @Sendable () -> Void) async {
        self.channel = channel
        watcher = try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ConnectionGuard.self).watch(onLeave: onLeave)
        }.get()
        if watcher == nil { channel.closeFuture.whenComplete { _ in onLeave() } }
    }

    /// Calls no more.
    func end() {
        guard let watcher else { return }
        channel.eventLoop.execute { [channel] in
            // A connection that is gone has let go of its watchers.
            try? channel.pipeline.syncOperations.handler(type: ConnectionGuard.self).unwatch(watcher)
        }
    }

    /// Runs `work` and cancels it if the client leaves.
    ///
    /// - Throws: `ServerError.clientLeft`; what `work` throws.
    static func cancelling<Value: Sendable>(
        on channel: any Channel,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let (left, leaving) = AsyncStream<Never>.makeStream()
        let watch = await ClientWatch(channel) { leaving.finish() }
        defer { watch.end() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                for await _ in left {}
                return nil
            }
            defer { group.cancelAll() }
            if let value = try await group.next() ?? nil { return value }
            // The other end of the wait: this task was cancelled, or the client has left.
            try Task.checkCancellation()
            throw ServerError.clientLeft
        }
    }
}
