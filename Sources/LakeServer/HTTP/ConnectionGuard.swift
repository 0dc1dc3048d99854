import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// How patient a connection is.
struct ConnectionPatience: Sendable {
    /// A request that is being read must bring `bytesMin` bytes in each such time.
    var readWindow: TimeAmount
    var bytesMin = 1024
    /// How long a client may take nothing of an answer.
    var writeStall: TimeAmount
    /// How long the rest of a request that was answered early is still read, so that the client gets to read the answer.
    var linger = TimeAmount.seconds(5)
}

/// Watches one connection: ends it when its client is too slow, and tells a request's work when the client has left.
///
/// Lives on the connection's event loop and is touched nowhere else.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let patience: ConnectionPatience
    private var isReadingRequest = false
    private var answersOwed = 0
    private var bytesInWindow = 0
    private var readCheck: Scheduled<Void>?
    private var stallCheck: Scheduled<Void>?
    private var lingering: Scheduled<Void>?
    private var hasLeft = false
    private var watchers: [Int: @Sendable () -> Void] = [:]
    private var nextWatcher = 0

    init(patience: ConnectionPatience) { self.patience = patience }

    /// Has `onLeave` called once when the client has left; at once if it has already.
    ///
    /// - Returns: What `unwatch` takes.
    func watch(onLeave: @escaping @Sendable () -> Void) -> Int {
        nextWatcher += 1
        if hasLeft { onLeave() } else { watchers[nextWatcher] = onLeave }
        return nextWatcher
    }

    func unwatch(_ watcher: Int) { watchers[watcher] = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReadingRequest = true
            answersOwed += 1
            watchReading(context)
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body(let bytes): bytesInWindow += bytes.readableBytes
        case .end:
            isReadingRequest = false
            cancel(&readCheck)
            cancel(&lingering)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            answersOwed -= 1
            if isReadingRequest, lingering == nil { lingering = close(context, in: patience.linger) }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        cancel(&stallCheck)
        if !context.channel.isWritable { stallCheck = close(context, in: patience.writeStall) }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that closes its side while it is owed an answer does not wait for it.
        if case ChannelEvent.inputClosed = event, answersOwed > 0 { clientLeft() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        clientLeft()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        clientLeft()
        cancel(&readCheck)
        cancel(&stallCheck)
        cancel(&lingering)
    }

    private func clientLeft() {
        hasLeft = true
        let told = watchers.values
        watchers = [:]
        for tell in told { tell() }
    }

    /// Checks, window after window, that the request comes along; a client that drips bytes must not hold a place for long.
    private func watchReading(_ context: ChannelHandlerContext) {
        cancel(&readCheck)
        bytesInWindow = 0
        readCheck = schedule(context, in: patience.readWindow) { guardian, context in
            if guardian.bytesInWindow < guardian.patience.bytesMin {
                context.close(promise: nil)
            } else {
                guardian.watchReading(context)
            }
        }
    }

    private func close(_ context: ChannelHandlerContext, in delay: TimeAmount) -> Scheduled<Void> {
        schedule(context, in: delay) { _, context in context.close(promise: nil) }
    }

    private func schedule(
        _ context: ChannelHandlerContext,
        in delay: TimeAmount,
        _ work: @escaping (ConnectionGuard, ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { work(self, context) }
    }

    private func cancel(_ task: inout Scheduled<Void>?) {
        task?.cancel()
        task = nil
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
