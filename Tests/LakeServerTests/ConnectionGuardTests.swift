import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Synchronization
import Testing

@testable import LakeServer

@Suite struct ConnectionGuardTests {
    /// A connection with a guard, whose clock the test moves.
    private func connection() throws -> (channel: EmbeddedChannel, loop: EmbeddedEventLoop, guardian: ConnectionGuard) {
        let loop = EmbeddedEventLoop()
        let patience = ConnectionPatience(readWindow: .seconds(30), writeStall: .seconds(60))
        let guardian = ConnectionGuard(patience: patience)
        let channel = EmbeddedChannel(handler: guardian, loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return (channel, loop, guardian)
    }

    private func head(_ fields: HTTPFields = [:]) -> HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/", headerFields: fields))
    }

    private func body(_ count: Int) -> HTTPRequestPart { .body(ByteBuffer(repeating: 0, count: count)) }

    @Test func requestThatDripsIsCutOff() throws {
        let (channel, loop, _) = try connection()
        try channel.writeInbound(head())
        for _ in 0..<29 {
            loop.advanceTime(by: .seconds(1))
            try channel.writeInbound(body(1))
        }
        #expect(channel.isActive)
        loop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func requestThatComesAlongMayTakeLong() throws {
        let (channel, loop, _) = try connection()
        try channel.writeInbound(head())
        for _ in 0..<20 {
            try channel.writeInbound(body(1024))
            loop.advanceTime(by: .seconds(30))
        }
        #expect(channel.isActive)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        loop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        _ = try channel.finish()
    }

    @Test func clientThatLeavesIsNoticedOnce() throws {
        let (channel, loop, guardian) = try connection()
        let told = Mutex(0)
        try channel.writeInbound(head())
        try channel.writeInbound(HTTPRequestPart.end(nil))
        _ = guardian.watch { told.withLock { $0 += 1 } }
        let ended = guardian.watch { told.withLock { $0 += 100 } }
        guardian.unwatch(ended)
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(told.withLock { $0 } == 1)
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        _ = try channel.finish(acceptAlreadyClosed: true)
        loop.run()
        #expect(told.withLock { $0 } == 1)
        _ = guardian.watch { told.withLock { $0 += 10 } }
        #expect(told.withLock { $0 } == 11)
    }

    @Test func closedConnectionTellsItsWork() throws {
        let (channel, _, guardian) = try connection()
        let told = Mutex(false)
        _ = guardian.watch { told.withLock { $0 = true } }
        _ = try channel.finish()
        #expect(told.withLock { $0 })
    }

    @Test func restOfAnAnsweredRequestIsReadForAWhileOnly() throws {
        let (channel, loop, _) = try connection()
        try channel.writeInbound(head())
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .contentTooLarge)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        try channel.writeInbound(body(100_000))
        loop.advanceTime(by: .seconds(4))
        #expect(channel.isActive)
        loop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func requestReadToItsEndKeepsTheConnection() throws {
        let (channel, loop, _) = try connection()
        try channel.writeInbound(head())
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .contentTooLarge)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        loop.advanceTime(by: .minutes(1))
        #expect(channel.isActive)
        _ = try channel.finish()
    }

    @Test func clientThatTakesNothingIsCutOff() throws {
        let (channel, loop, _) = try connection()
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        loop.advanceTime(by: .seconds(59))
        #expect(channel.isActive)
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        loop.advanceTime(by: .minutes(5))
        #expect(channel.isActive)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        loop.advanceTime(by: .seconds(60))
        #expect(!channel.isActive)
    }

    @Test func clientThatWaitsForLeaveToSendGetsIt() throws {
        let (channel, _, _) = try connection()
        try channel.writeInbound(head([.expect: "100-Continue"]))
        let part = try channel.readOutbound(as: HTTPResponsePart.self)
        #expect(part == .head(HTTPResponse(status: .continue)))
        _ = try channel.finish()
    }
}
