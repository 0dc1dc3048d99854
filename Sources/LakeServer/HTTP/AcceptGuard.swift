import Logging
import NIOCore
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Keeps a listening channel open when a connection cannot be accepted, as for want of file descriptors or memory.
///
/// Without it such an error ends the loop that accepts, and with it the server. It waits a moment before the next try: the
/// connection still waits in the system's queue, which would be reported again at once, and again.
final class AcceptGuard: ChannelDuplexHandler, Sendable {
    typealias InboundIn = Channel
    typealias InboundOut = Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    private static let pause = TimeAmount.milliseconds(100)
    private static let passing: Set<CInt> = [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED]

    private struct State {
        var isPaused = false
        var wantsRead = false
        var lastTold: NIODeadline?
    }

    private let logger: Logger
    private let state = Mutex(State())

    init(logger: Logger) { self.logger = logger }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, Self.passing.contains(error.errnoCode) else {
            context.fireErrorCaught(error)
            return
        }
        let now = NIODeadline.now()
        let (isFirst, isNews) = state.withLock { state in
            let isNews = state.lastTold.map { now - $0 > .seconds(10) } ?? true
            defer { state = State(isPaused: true, wantsRead: state.wantsRead, lastTold: isNews ? now : state.lastTold) }
            return (!state.isPaused, isNews)
        }
        if isNews {
            let reason = String(cString: strerror(error.errnoCode)).lowercased()
            logger.warning("Connection not accepted", metadata: [LogKey.cause: .string(reason)])
        }
        guard isFirst else { return }
        // The read under way is still wanted by the channel, and would be tried again at once.
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            let wantsRead = self.state.withLock { state in
                defer { state = State(lastTold: state.lastTold) }
                return state.wantsRead
            }
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
            if wantsRead { context.read() }
        }
    }

    func read(context: ChannelHandlerContext) {
        let goesOn = state.withLock { state in
            if state.isPaused { state.wantsRead = true }
            return !state.isPaused
        }
        if goesOn { context.read() }
    }
}
