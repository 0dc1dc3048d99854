import GRPCCore
import GRPCProtobuf
import LakeCore
import LakeEngine
import Logging
import Tracing

/// What every method of the gRPC door may use.
struct GRPCDoors: Sendable {
    let lakehouse: Lakehouse
    let callers: Callers
    let telemetry: ServerTelemetry
    let permits: Permits
    let readiness: ReadinessProbe
    let logger: Logger
}

/// One call on its way through a method: who makes it, its span, its numbers, its line in the log and what its errors become.
struct GRPCCall: Sendable {
    private static let requestIDKey = "x-request-id"

    let requestID: String
    private let metadata: Metadata
    private let method: String
    /// Of the caller's machine; nil when it has none.
    private let address: String?
    private let doors: GRPCDoors

    init(_ metadata: Metadata, _ context: ServerContext, _ doors: GRPCDoors) {
        self.metadata = metadata
        self.doors = doors
        method = context.descriptor.fullyQualifiedMethod
        address = Self.address(of: context.remotePeer)
        requestID = RequestEnvelope.sane(metadata.first(Self.requestIDKey)) ?? UUIDv7.string()
    }

    /// What every answer begins with.
    var answerMetadata: Metadata { [Self.requestIDKey: .string(requestID)] }

    /// Does the method's work for its caller.
    ///
    /// - Throws: A `GoogleRPCStatus`.
    func run<Value: Sendable>(_ body: (Principal) async throws -> Value) async throws -> Value {
        let started = ContinuousClock.now
        let span = beginSpan()
        do {
            guard let permit = doors.permits.take() else { throw ServerError.overloaded(limit: doors.permits.limit) }
            let value = try await ServiceContext.withValue(span.context) {
                try await CallContext.$requestID.withValue(requestID) { try await body(try await caller()) }
            }
            end(span, .ok, after: ContinuousClock.now - started)
            withExtendedLifetime(permit) {}
            return value
        } catch {
            if !(error is CancellationError), !(error is any LakeFailure) {
                ServiceContext.withValue(span.context) {
                    doors.logger.error("Request failed", metadata: [LogKey.cause: "\(String(reflecting: error))"])
                }
            }
            let status = GoogleRPCStatus(error, requestID: requestID)
            end(span, Status.Code(status.code), after: ContinuousClock.now - started)
            throw status
        }
    }

    /// Who makes the call; asked again while a call goes on, for a key may be revoked meanwhile.
    func caller() async throws -> Principal { try await doors.callers.principal(showing: secret, from: address) }

    /// The host of `ipv4:127.0.0.1:3101` or `ipv6:[::1]:3101`, as HTTP's door has it.
    private static func address(of peer: String) -> String? {
        let parts = peer.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].hasPrefix("ipv"), let end = parts[1].lastIndex(of: ":") else { return nil }
        return parts[1][..<end].trimmingPrefix("[").split(separator: "]").first.map(String.init)
    }

    private var secret: String? {
        if let key = metadata.first("x-api-key") { return key }
        return metadata.first("authorization").flatMap(Callers.bearer)
    }

    private func beginSpan() -> LakeSpan {
        var place = ServiceContext.topLevel
        place.requestID = requestID
        doors.telemetry.tracer.extract(metadata, into: &place, using: MetadataExtractor())
        let span = doors.telemetry.tracer.startSpan(method, context: place, ofKind: .server)
        span.attributes["rpc.system"] = SpanAttribute.string("grpc")
        span.attributes["rpc.method"] = SpanAttribute.string(method)
        span.attributes["request.id"] = SpanAttribute.string(requestID)
        return span
    }

    private func end(_ span: LakeSpan, _ code: Status.Code, after time: Duration) {
        doors.telemetry.metrics.callEnded(method: method, code: code.description, after: time)
        span.attributes["rpc.grpc.status_code"] = SpanAttribute.int64(Int64(code.rawValue))
        if code != .ok { span.setStatus(SpanStatus(code: .error)) }
        span.end()
        let metadata: Logger.Metadata = [
            LogKey.method: .string(method),
            LogKey.status: .string(code.description),
            LogKey.milliseconds: .stringConvertible(Int(time / .milliseconds(1))),
        ]
        ServiceContext.withValue(span.context) { doors.logger.info("Request", metadata: metadata) }
    }
}

/// Reads what a caller's tracing put into the metadata.
private struct MetadataExtractor: Extractor {
    func extract(key: String, from carrier: Metadata) -> String? { carrier.first(key) }
}

extension Metadata {
    /// The first text of that name.
    fileprivate func first(_ key: String) -> String? { self[stringValues: key].first { _ in true } }
}
