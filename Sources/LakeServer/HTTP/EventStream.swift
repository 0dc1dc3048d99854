import HTTPTypes
import Hummingbird
import LakeCore
import NIOCore
import ServiceLifecycle

/// An answer of server-sent events.
enum EventStream {
    /// Comments sent while nothing happens, so that the client and all between know the connection lives.
    static let heartBeat = Duration.seconds(15)

    private static let comment: [UInt8] = Array(":\n\n".utf8)

    /// Sends each of `events` as JSON until they end, the client leaves or the server stops.
    ///
    /// A client that is slower than the events misses some, never the last.
    static func response<Event: Encodable & Sendable>(
        to call: Call,
        _ events: AsyncStream<Event>,
        named name: String
    ) -> Response {
        let channel = call.context.channel
        let body = ResponseBody { writer in
            let (pieces, piece) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingNewest(16))
            let watch = await ClientWatch(channel) { piece.finish() }
            defer { watch.end() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await event in events.cancelOnGracefulShutdown() {
                        piece.yield(try text(of: event, named: name))
                    }
                    piece.finish()
                }
                group.addTask {
                    while !Task.isCancelled {
                        try await Task.sleep(for: heartBeat)
                        piece.yield(comment)
                    }
                }
                for await piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
                group.cancelAll()
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
    }

    private static func text(of event: some Encodable, named name: String) throws -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + (try Reply.bytes(event)) + Array("\n\n".utf8)
    }
}
