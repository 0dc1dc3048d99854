import LakeCore
import LakeSQL

/// Calls of the SQL engine, with its errors said in this room's words.
enum Engine {
    /// Runs `body`; its message is never passed on, since it may hold values and paths.
    static func step<Value: Sendable>(
        _ step: String,
        _ session: TrustedSession,
        _ body: (TrustedSession) async throws(SQLError) -> Value
    ) async throws(IngestError) -> Value {
        do throws(SQLError) {
            return try await body(session)
        } catch {
            throw error.kind == .cancelled ? .cancelled : .engine(kind: kind(of: error), step: step)
        }
    }

    /// What the caller wrote is not at fault: a statement of ours that is refused is a bug.
    private static func kind(of error: SQLError) -> FailureKind {
        switch error.kind {
        case .exhausted, .unavailable, .timedOut: error.kind
        default: .internal
        }
    }
}
