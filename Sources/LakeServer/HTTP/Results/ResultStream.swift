import HTTPTypes
import Hummingbird
import LakeCore
import LakeEngine
import LakeSQL
import NIOCore

/// Sends a query's rows as they are made, no faster than the client takes them.
struct ResultStream: Sendable {
    /// What is gathered before the first byte is sent: a result or an error that comes within it is answered whole, with its status.
    static let gatherBytes = 256 << 10
    /// The pieces a longer answer is sent in.
    static let pieceBytes = 64 << 10

    private let answer: QueryAnswer
    private let format: ResultFormat
    private let call: Call
    private var writer: ResultWriter
    private var batch: ResultBatch?
    private var row = 0

    init(
        _ answer: QueryAnswer,
        as format: ResultFormat,
        _ encoding: ResultEncoder.Form,
        to call: Call,
        started: ContinuousClock.Instant
    ) {
        self.answer = answer
        self.format = format
        self.call = call
        writer = ResultWriter(format, encoding, of: answer, started: started)
    }

    /// The response, whole when the result is short.
    func response(headers: HTTPFields) async throws -> Response {
        var stream = self
        var headers = headers
        headers[.contentType] = format.rawValue
        let watch = await stoppingWhenClientLeaves()
        defer { watch.end() }
        try answer.memory.grow(to: writer.memoryBytes)
        if answer.isCacheMiss { headers[.cache] = "miss" }
        let head = try stream.writer.head()
        let (first, isWhole) = try await stream.gather(after: head, upTo: Self.gatherBytes)
        guard !isWhole else {
            let hasMore = stream.hasMore
            headers[.hasMore] = String(hasMore)
            let tail = stream.writer.tail(hasMore: hasMore)
            if answer.isCacheMiss {
                let rows = Array(first.dropFirst(head.count))
                call.lakehouse.keep(stream.writer.kept(head: head, rows, tail: tail, hasMore: hasMore), of: answer)
            }
            let bytes = ByteBuffer(bytes: first + tail)
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
        }
        headers[.trailer] = HTTPField.Name.hasMore.rawName
        let rest = stream
        let body = ResponseBody { writer in
            var stream = rest
            try await stream.write(after: first, to: &writer)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private var hasMore: Bool { answer.running.hasMore || writer.isCut }

    private func stoppingWhenClientLeaves() async -> ClientWatch {
        await ClientWatch(call.context.channel) { [running = answer.running] in running.cancel() }
    }

    /// Gathers rows behind `start`.
    ///
    /// - Returns: What was gathered, and whether it holds the last row.
    private mutating func gather(after start: [UInt8], upTo enough: Int) async throws -> ([UInt8], isWhole: Bool) {
        var bytes = start
        while bytes.count < enough {
            if batch == nil {
                batch = try await answer.running.next()
                row = 0
            }
            guard let current = batch else { return (bytes, true) }
            row = try writer.append(current, from: row, to: &bytes, enough: enough)
            if writer.isCut {
                await answer.running.close()
                return (bytes, true)
            }
            if row == current.rowCount { batch = nil }
        }
        return (bytes, false)
    }

    // Off the caller's actor, as the writer is: it may not be sent to one.
    @concurrent private mutating func write(after first: [UInt8], to body: inout any ResponseBodyWriter) async throws {
        let watch = await stoppingWhenClientLeaves()
        defer { watch.end() }
        try await body.write(ByteBuffer(bytes: first))
        var isWhole = false
        do {
            while !isWhole {
                let piece: [UInt8]
                (piece, isWhole) = try await gather(after: [], upTo: Self.pieceBytes)
                if !piece.isEmpty { try await body.write(ByteBuffer(bytes: piece)) }
            }
        } catch let failure as any LakeFailure where format == .lines {
            // Lines can say what went wrong; the other forms can only be cut off, so that none passes for whole.
            let problem = ProblemDetails(failure, requestID: call.context.requestID)
            call.context.notes.errorCode = problem.code
            try await body.write(ByteBuffer(bytes: JSONValue.object(("error", problem.json)).encoded + [0x0A]))
            return try await body.finish(nil)
        }
        let tail = writer.tail(hasMore: hasMore)
        if !tail.isEmpty { try await body.write(ByteBuffer(bytes: tail)) }
        try await body.finish([.hasMore: String(hasMore)])
    }
}
