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
            throw self.error(error, step)
        }
    }

    /// What went wrong during `step`.
    static func error(_ error: SQLError, _ step: String) -> IngestError {
        if case .cancelled = error { return .cancelled }
        if error.code == "no_space" { return .noSpace }
        if case .statement(let failure) = error {
            return .engine(kind: kind(of: error), step: step, cause: failure.rawMessage)
        }
        return .engine(kind: kind(of: error), step: step, cause: error.detail)
    }

    /// What the caller wrote is not at fault: a statement of ours that is refused is a bug.
    private static func kind(of error: SQLError) -> FailureKind {
        switch error.kind {
        case .exhausted, .unavailable, .timedOut: error.kind
        default: .internal
        }
    }
}
