/// What can go wrong between a client and a server.
public enum ClientError: Error, Sendable {
    /// Nobody answers at that address.
    case unreachable(url: String, reason: String)
    /// The server refused: its own sentence, status and code.
    case refused(status: Int, code: String, detail: String, requestID: String?)
    /// The answer is not what this client understands.
    case unexpectedAnswer(reason: String)
    /// The answer ended before it was whole.
    case incomplete(reason: String)
    /// A local file that cannot be made.
    case unwritableFile(name: String)
    /// A local file that cannot be sent.
    case unreadableFile(name: String, reason: String)

    /// One sentence for the person at the terminal.
    public var message: String {
        switch self {
        case .unreachable(let url, let reason):
            "no server answers at \(url) (\(reason)); start one with 'lakehouse serve', or name a folder with --lake"
        case .refused(_, _, let detail, _): detail
        case .unexpectedAnswer(let reason): "the answer is not a Lakehouse server's: \(reason)"
        case .incomplete(let reason): "the answer is not whole: \(reason)"
        case .unwritableFile(let name): "cannot write '\(name)'"
        case .unreadableFile(let name, let reason): "cannot read '\(name)': \(reason)"
        }
    }
}
