internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Stands before a server and passes everything on, until it is told to fail.
public final class FaultyProxy: Sendable {
    /// What it does to connections.
    public enum Mode: Hashable, Sendable, CaseIterable {
        case passing
        /// Nobody listens.
        case refusing
        /// Takes requests and says nothing.
        case hanging
        /// Answers every request with a server's error.
        case failing
        /// Answers every request that the credentials do not allow it.
        case forbidding
        /// Passes the answer on, one byte now and then.
        case slow
        /// Passes the answer on but for its end, and closes.
        case cutting
        /// Passes half a mebibyte on, and then refuses everything.
        case breaking
    }

    public let port: Int
    private let target: Int
    private let group = MultiThreadedEventLoopGroup.singleton
    private let state = Mutex(State())

    /// What the proxy and its connections share.
    private struct State {
        var mode = Mode.passing
        /// What passes until it breaks, in bytes.
        var left = 512 << 10
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
    }

    /// Stands before the server at a port of this machine.
    ///
    /// - Parameter target: The port.
    /// - Throws: What listening throws.
    public init(to target: Int) async throws {
        self.target = target
        let probe = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        port = probe.localAddress?.port ?? 0
        try await probe.close()
        try await listen()
    }

    deinit { state.withLock { $0.listener }?.close(promise: nil) }

    /// Changes what it does, to the connections that are open as well.
    public func set(_ mode: Mode) async throws {
        let (before, listener, open) = state.withLock { state in
            defer { (state.mode, state.left) = (mode, 512 << 10) }
            return (state.mode, state.listener, Array(state.connections.values))
        }
        for channel in open { try? await channel.close() }
        if mode == .refusing { try await listener?.close() }
        if before == .refusing, mode != .refusing { try await listen() }
    }

    private var mode: Mode { state.withLock { $0.mode } }

    private func listen() async throws {
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [weak self] channel in
                guard let self else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Front(self))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        state.withLock { $0.listener = listener }
    }

    /// How many of so many bytes may still pass.
    private func pass(_ bytes: Int) -> Int {
        state.withLock { state in
            let passing = min(bytes, state.left)
            state.left -= passing
            return passing
        }
    }

    private func opened(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { $0.connections[id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in
            _ = self?.state.withLock { $0.connections.removeValue(forKey: id) }
        }
    }

    /// The end that the client sees.
    private final class Front: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let proxy: FaultyProxy
        private var back: EventLoopFuture<any Channel>?

        init(_ proxy: FaultyProxy) { self.proxy = proxy }

        func channelActive(context: ChannelHandlerContext) { proxy.opened(context.channel) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch proxy.mode {
            case .hanging, .refusing: break
            case .failing: answer("500 Internal Server Error", "InternalError", context)
            case .forbidding: answer("403 Forbidden", "AccessDenied", context)
            case .breaking where proxy.state.withLock({ $0.left == 0 }): context.close(promise: nil)
            case .passing, .slow, .cutting, .breaking:
                let back = back ?? connect(context)
                self.back = back
                let bytes = unwrapInboundIn(data)
                back.whenSuccess { $0.writeAndFlush(bytes, promise: nil) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) { back?.whenSuccess { $0.close(promise: nil) } }

        private func connect(_ context: ChannelHandlerContext) -> EventLoopFuture<any Channel> {
            let (proxy, front, mode) = (proxy, context.channel, proxy.mode)
            return ClientBootstrap(group: context.eventLoop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Back(proxy, front, mode))
                    }
                }
                .connect(host: "127.0.0.1", port: proxy.target)
        }

        private func answer(_ status: String, _ code: String, _ context: ChannelHandlerContext) {
            let body = "<Error><Code>\(code)</Code></Error>"
            let head = "HTTP/1.1 \(status)\r\ncontent-type: application/xml\r\nconnection: close\r\n"
            let text = head + "content-length: \(body.utf8.count)\r\n\r\n" + body
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            context.close(mode: .output, promise: nil)
        }
    }

    /// The end that the server sees.
    private final class Back: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let proxy: FaultyProxy
        private let front: any Channel
        private let mode: Mode

        init(_ proxy: FaultyProxy, _ front: any Channel, _ mode: Mode) {
            self.proxy = proxy
            self.front = front
            self.mode = mode
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            switch mode {
            case .slow:
                let front = front
                for (number, byte) in bytes.readableBytesView.enumerated() {
                    context.eventLoop.scheduleTask(in: .milliseconds(50 * Int64(number))) {
                        front.writeAndFlush(ByteBuffer(bytes: [byte]), promise: nil)
                    }
                }
            case .cutting:
                let kept = bytes.readSlice(length: max(0, bytes.readableBytes - 16)) ?? ByteBuffer()
                let front = front
                front.writeAndFlush(kept).whenComplete { _ in front.close(promise: nil) }
            case .breaking:
                let kept = bytes.readSlice(length: proxy.pass(bytes.readableBytes)) ?? ByteBuffer()
                let (front, isOver) = (front, bytes.readableBytes > 0)
                front.writeAndFlush(kept).whenComplete { _ in if isOver { front.close(promise: nil) } }
            default: front.writeAndFlush(bytes, promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { if mode != .slow { front.close(promise: nil) } }
    }
}
