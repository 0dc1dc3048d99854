import GRPCCore
import GRPCProtobuf
import LakeCore

/// An error as gRPC's callers see it; the only place that turns failures into gRPC's codes.
extension GoogleRPCStatus {
    /// What the domain of every reason is called.
    static let domain = "lakehouse"

    /// The status `error` is to the caller of request `requestID`.
    init(_ error: any Error, requestID: String) {
        let failure: (any LakeFailure)? =
            switch error {
            case let failure as any LakeFailure: failure
            case is CancellationError: ServerError.stopping
            default: nil
            }
        self.init(
            code: Self.code(of: failure?.kind ?? .internal),
            message: failure?.detail ?? "The server failed; its log has the cause under this request_id.",
            details: .errorInfo(
                reason: failure?.code ?? FailureKind.internal.rawValue,
                domain: Self.domain,
                metadata: ["request_id": requestID]
            )
        )
    }

    private static func code(of kind: FailureKind) -> RPCError.Code {
        switch kind {
        case .invalid, .unsupported: .invalidArgument
        case .unauthenticated: .unauthenticated
        case .forbidden: .permissionDenied
        case .notFound: .notFound
        case .conflict: .aborted
        case .tooLarge, .exhausted: .resourceExhausted
        case .timedOut: .deadlineExceeded
        case .cancelled: .cancelled
        case .unavailable: .unavailable
        case .corrupt: .dataLoss
        case .internal: .internalError
        }
    }
}
