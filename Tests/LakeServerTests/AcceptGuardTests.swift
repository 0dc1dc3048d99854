import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import LakeServer

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct AcceptGuardTests {
    /// Counts what passes the guard on its way out and in.
    private final class Witness: ChannelDuplexHandler, Sendable {
        typealias InboundIn = Channel
        typealias OutboundIn = Never

        private let passesErrorsOn: Bool
        private let seen = Mutex((reads: 0, errors: 0))

        init(passesErrorsOn: Bool) { self.passesErrorsOn = passesErrorsOn }

        var reads: Int { seen.withLock { $0.reads } }
        var errors: Int { seen.withLock { $0.errors } }

        func read(context: ChannelHandlerContext) { seen.withLock { $0.reads += 1 } }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            seen.withLock { $0.errors += 1 }
            if passesErrorsOn { context.fireErrorCaught(error) }
        }
    }

    private func channel(_ lines: WrittenLines = WrittenLines()) throws -> (
        EmbeddedChannel, below: Witness, above: Witness
    ) {
        let (below, above) = (Witness(passesErrorsOn: true), Witness(passesErrorsOn: false))
        let logger = Logger(label: "test") { _ in StandardErrorLog(format: .text) { lines.add($0) } }
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([below, AcceptGuard(logger: logger), above])
        return (channel, below, above)
    }

    @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED])
    func whatMayPassIsWaitedFor(code: CInt) throws {
        let lines = WrittenLines()
        let (channel, _, above) = try channel(lines)
        for _ in 0..<3 {
            channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
            channel.pipeline.read()
            channel.pipeline.read()
        }
        #expect(above.errors == 0)
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.contains("Connection not accepted") == true)
    }

    @Test func nothingIsReadDuringThePauseAndOnceAfterIt() throws {
        let (channel, below, _) = try channel()
        // As the loop that accepts does: its reads come from above.
        let context = try channel.pipeline.syncOperations.context(handlerType: AcceptGuard.self)
        channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
        let guarding = try #require(context.handler as? AcceptGuard)
        guarding.read(context: context)
        guarding.read(context: context)
        #expect(below.reads == 0)
        #expect(channel.options.last?.value as? Bool == false)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(99))
        #expect(below.reads == 0)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(below.reads == 1)
        #expect(channel.options.last?.value as? Bool == true)
        guarding.read(context: context)
        #expect(below.reads == 2)
    }

    @Test func anyOtherErrorIsPassedOn() throws {
        let (channel, _, above) = try channel()
        channel.pipeline.fireErrorCaught(IOError(errnoCode: EBADF, reason: "accept"))
        channel.pipeline.fireErrorCaught(ServerError.stopping)
        #expect(above.errors == 2)
    }

    @Test func filesAreKeptForMoreThanConnections() {
        #expect(OpenFileLimit.connections(within: 1_048_576) == 1_048_320)
        #expect(OpenFileLimit.connections(within: 1024) == 768)
        #expect(OpenFileLimit.connections(within: 80) == 40)
        #expect(OpenFileLimit.connections(within: 1) == 1)
    }
}
