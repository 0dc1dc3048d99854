import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Tells where the server of a lake's folder is, for as long as it runs.
///
/// An `flock` on `_lake/server.lock`, which the system ends with the process however that ends; the file says the URL. It decides
/// nothing but whom the command line talks to: several servers on one lake are safe.
public final class ServerLock: Sendable {
    private let file: CInt

    private init(file: CInt) { self.file = file }

    deinit {
        // Emptied, not removed: a file of that name made anew would be another lock.
        ftruncate(file, 0)
        close(file)
    }

    /// Takes the lock of a lake and says where its server is.
    ///
    /// - Parameters:
    ///   - lakeFolder: The lake's folder.
    ///   - url: How clients reach the server.
    ///   - grpcPort: The port it serves gRPC on, if it does.
    /// - Returns: Nil when another server holds it.
    /// - Throws: `ServerError.configurationUnreadable` when the lock's file cannot be written.
    public static func acquire(
        lakeFolder: String,
        url: String,
        grpcPort: Int? = nil
    ) async throws(ServerError) -> ServerLock? {
        // A lake in another bucket has no log here that would have made the folder.
        mkdir(lakeFolder + "/_lake", 0o700)
        let file = open(path(lakeFolder), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw unwritable }
        // Who only looks holds it for an instant.
        for attempt in 0..<5 where flock(file, LOCK_EX | LOCK_NB) != 0 {
            if attempt == 4 {
                close(file)
                return nil
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
        let lock = ServerLock(file: file)
        let port = grpcPort.map { JSONValue.integer($0) } ?? .null
        let note = JSONValue.object(("url", .string(url)), ("pid", .integer(Int(getpid()))), ("grpc_port", port))
        let text = note.encoded
        guard ftruncate(file, 0) == 0, pwrite(file, text, text.count, 0) == text.count else { throw unwritable }
        return lock
    }

    /// The URL of the server that runs on a lake; nil when none does.
    public static func running(lakeFolder: String) -> String? {
        let file = open(path(lakeFolder), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard flock(file, LOCK_SH | LOCK_NB) != 0 else { return nil }
        var text = [UInt8](repeating: 0, count: 4096)
        let count = pread(file, &text, text.count, 0)
        guard count > 0, case .string(let url)? = (try? JSONParser.parse(Array(text.prefix(count))))?["url"] else {
            return nil
        }
        return url
    }

    private static func path(_ lakeFolder: String) -> String { lakeFolder + "/_lake/server.lock" }

    private static var unwritable: ServerError {
        .configurationUnreadable(source: "_lake/server.lock", reason: "it cannot be written")
    }
}
