/// Why memory was not given.
public enum MemoryError: LakeFailure, Equatable {
    /// The pool has too little left.
    case poolFull(MemoryPool, wanted: Int, left: Int)
    /// The process holds as much as it may.
    case processFull(MemoryPool, limit: Int)

    public var kind: FailureKind {
        switch self {
        case .poolFull: .exhausted
        case .processFull: .unavailable
        }
    }

    public var code: String {
        switch self {
        case .poolFull: "memory_pool_full"
        case .processFull: "memory_full"
        }
    }

    public var detail: String {
        switch self {
        case .poolFull(let pool, let wanted, let left):
            "The memory pool '\(pool.rawValue)' has \(left) bytes left, and this needs \(wanted): ask for less, or try again "
                + "in a moment."
        case .processFull(let pool, let limit):
            "The server holds the \(limit) bytes of memory it may, so the pool '\(pool.rawValue)' gives none: try again in a "
                + "moment."
        }
    }
}
