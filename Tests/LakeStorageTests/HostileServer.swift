import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server that behaves as badly as it is told.
final class HostileServer: Sendable {
    /// A request, whole.
    struct Request: Sendable {
        /// The first one is 0.
        var number: Int
        var method: String
        var uri: String
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    /// What to do about a request.
    enum Reply: Sendable {
        case answer(Int, [String: String] = [:], String = "")
        /// Says nothing, ever.
        case hang
        /// Closes without a word.
        case drop
        /// Sends the start of a body and then nothing, or closes.
        case part(Int, [String: String], String, of: Int, thenCloses: Bool)
        /// Sends a body of so many bytes, one every few milliseconds.
        case drip([String: String], bytes: Int, every: TimeAmount)
    }

    private let channel: any Channel
    private let log: Log

    /// All requests so far, in the order in which they ended.
    var requests: [Request] { log.requests.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }

    static func start(
        tls: TLSConfiguration? = nil,
        _ script: @escaping @Sendable (Request) -> Reply
    ) async throws -> HostileServer {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let log = Log()
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(Handler(log, script))
                }
            }
        return HostileServer(try await bootstrap.bind(host: "127.0.0.1", port: 0).get(), log)
    }

    private init(_ channel: any Channel, _ log: Log) {
        self.channel = channel
        self.log = log
    }

    deinit { channel.close(promise: nil) }

    /// What the server and its connections share.
    private final class Log: Sendable {
        let requests: Mutex<[Request]> = Mutex([])

        func note(_ request: Request) -> Int {
            requests.withLock { requests in
                var request = request
                request.number = requests.count
                requests.append(request)
                return request.number
            }
        }
    }

    /// Collects one request and does what the script says.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let log: Log
        private let script: @Sendable (Request) -> Reply
        private var request: Request?

        init(_ log: Log, _ script: @escaping @Sendable (Request) -> Reply) {
            self.log = log
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                request = Request(
                    number: 0,
                    method: head.method.rawValue,
                    uri: head.uri,
                    headers: head.headers,
                    body: []
                )
            case .body(let buffer): request?.body += buffer.readableBytesView
            case .end:
                guard var request else { return }
                request.number = log.note(request)
                reply(script(request), to: request, context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func reply(_ reply: Reply, to request: Request, _ context: ChannelHandlerContext) {
            func head(_ status: Int, _ headers: [String: String], _ length: Int) {
                var all = HTTPHeaders(headers.map { ($0.key, $0.value) })
                if !all.contains(name: "content-length") { all.add(name: "content-length", value: String(length)) }
                let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: all)
                context.write(wrapOutboundOut(.head(head)), promise: nil)
            }
            func body(_ text: String) {
                guard request.method != "HEAD" else { return }
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
            }
            switch reply {
            case .hang: break
            case .drop: context.close(promise: nil)
            case .answer(let status, let headers, let text):
                head(status, headers, text.utf8.count)
                body(text)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .part(let status, let headers, let text, let length, let thenCloses):
                head(status, headers, length)
                body(text)
                context.flush()
                if thenCloses { context.close(promise: nil) }
            case .drip(let headers, let bytes, let every):
                head(200, headers, bytes)
                context.flush()
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleRepeatedTask(initialDelay: every, delay: every) { task in
                    let (handler, context) = bound.value
                    guard context.channel.isActive else { return task.cancel() }
                    let byte = handler.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "x"))))
                    context.writeAndFlush(byte, promise: nil)
                }
            }
        }
    }
}
