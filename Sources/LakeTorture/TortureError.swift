/// Why a run could not be made at all.
public enum TortureError: Error, Sendable {
    case noPort
    /// The reason can be shown.
    case unusableLake(reason: String)

    /// One sentence for the person at the terminal.
    public var message: String {
        switch self {
        case .noPort: "the system gives no free port on 127.0.0.1"
        case .unusableLake(let reason): "the lake cannot be tortured: \(reason)"
        }
    }
}
