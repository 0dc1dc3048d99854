/// What went wrong, as coarsely as a caller can act on it.
///
/// Transports map this and nothing else.
public enum FailureKind: String, Sendable, CaseIterable, Codable {
    /// The request can never succeed as written.
    case invalid
    /// The caller is not known.
    case unauthenticated
    /// The caller is known and may not.
    case forbidden
    /// The named thing does not exist.
    case notFound
    /// Someone else changed it first; read again and retry.
    case conflict
    /// The request carries more than is accepted.
    case tooLarge
    /// The content is of a kind that is not accepted.
    case unsupported
    /// The work did not end within the time it was given.
    case timedOut
    /// The caller asked for the work to stop.
    case cancelled
    /// A limit was reached; retry later or ask for less.
    case exhausted
    /// A dependency is down; retrying may help.
    case unavailable
    /// Bytes at rest are not what was written; retrying will not help.
    case corrupt
    /// A bug.
    case `internal`
}

/// Conformed to by the one error enum of each room.
public protocol LakeFailure: Error {
    var kind: FailureKind { get }
    /// A stable word for programs: `unknown_table`, `name_taken`.
    var code: String { get }
    /// One sentence for the caller: what, which, and what to do. No secrets, no paths, no row values.
    var detail: String { get }
}

extension LakeFailure {
    public var code: String { kind.rawValue }
}
