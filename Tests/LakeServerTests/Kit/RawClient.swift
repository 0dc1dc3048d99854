import NIOCore
import NIOPosix

/// A connection on which a test says exactly what it wants to, byte for byte.
struct RawClient: Sendable {
    private let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Waits until the server says `text`; once only.
    func hear(_ text: String) async throws {
        var heard = ""
        for try await buffer in inbound {
            heard += String(buffer: buffer)
            if heard.contains(text) { return }
        }
    }

    /// Runs `body` with a connection, then closes it.
    static func with(_ port: Int, _ body: @Sendable (RawClient) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port, channelInitializer: wrap)
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(inbound: inbound, outbound: outbound))
        }
    }

    /// Says `text` and gives all the server says until it closes.
    static func exchange(_ port: Int, _ text: String) async throws -> String {
        try await exchange(
            ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port, channelInitializer: wrap),
            text
        )
    }

    /// As above, over a unix domain socket.
    static func exchange(socket path: String, _ text: String) async throws -> String {
        try await exchange(
            ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path, channelInitializer: wrap),
            text
        )
    }

    private static func exchange(
        _ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
        _ text: String
    ) async throws -> String {
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var answer = ByteBuffer()
            do {
                for try await buffer in inbound { answer.writeImmutableBuffer(buffer) }
            } catch is IOError {
                // A connection that is reset has ended, too.
            }
            return String(buffer: answer)
        }
    }

    private static let wrap: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = {
        channel in
        channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
    }
}
