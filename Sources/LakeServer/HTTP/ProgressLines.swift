import HTTPTypes
import Hummingbird
import LakeCore
import NIOCore

/// An answer of JSON lines that comes while the work goes on.
enum ProgressLines {
    /// Runs `work` as the answer is written; each value it tells of becomes a line, and what it returns the last one.
    ///
    /// When the client is slower than the work, lines between are left out. When it leaves, the work is cancelled.
    static func response(
        _ work: @escaping @Sendable (_ tell: @escaping @Sendable (JSONValue) -> Void) async -> JSONValue
    ) -> Response {
        let body = ResponseBody { writer in
            let (lines, line) = AsyncStream<JSONValue>.makeStream(bufferingPolicy: .bufferingNewest(16))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    line.yield(await work { line.yield($0) })
                    line.finish()
                }
                for await line in lines {
                    try await writer.write(ByteBuffer(bytes: line.encoded + [0x0A]))
                }
                try await writer.finish(nil)
            }
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }
}
