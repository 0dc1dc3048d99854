import Foundation
import LakeCore
import LakeStorage

/// Tells where the server of a lake's folder is, for as long as it runs.
///
/// A lock on `_lake/server.lock`, which the system ends with the process however that ends; the file says the URL. It decides nothing
/// but whom the command line talks to: several servers on one lake are safe.
public final class ServerLock: Sendable {
    private let lock: FileLock

    private init(_ lock: FileLock) { self.lock = lock }

    /// What the file says.
    private struct Note: Codable {
        var url: String
        var pid: Int32
        var grpcPort: Int?

        enum CodingKeys: String, CodingKey {
            case url, pid
            case grpcPort = "grpc_port"
        }
    }

    /// Takes the lock of a lake and says where its server is.
    ///
    /// - Parameters:
    ///   - lakeFolder: The lake's folder.
    ///   - url: How clients reach the server.
    ///   - grpcPort: The port it serves gRPC on, if it does.
    /// - Returns: Nil when another server holds it.
    /// - Throws: `StorageError` when the lock's file cannot be written.
    public static func acquire(lakeFolder: String, url: String, grpcPort: Int? = nil) async throws -> ServerLock? {
        // A lake in another bucket has no log here that would have made the folder.
        try? FileManager.default.createDirectory(
            atPath: lakeFolder + "/_lake",
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let note = Note(url: url, pid: ProcessInfo.processInfo.processIdentifier, grpcPort: grpcPort)
        let text = String(decoding: try JSONBytes.encode(note), as: UTF8.self)
        // Who only looks holds it for an instant.
        for attempt in 0..<5 {
            if attempt > 0 { try? await Task.sleep(for: .milliseconds(20)) }
            if let lock = try FileLock.take(path: path(lakeFolder), note: text) { return ServerLock(lock) }
        }
        return nil
    }

    /// The URL of the server that runs on a lake; nil when none does.
    public static func running(lakeFolder: String) -> String? {
        guard let text = FileLock.note(of: path(lakeFolder)) else { return nil }
        return try? JSONDecoder().decode(Note.self, from: Data(text.utf8)).url
    }

    private static func path(_ lakeFolder: String) -> String { lakeFolder + "/_lake/server.lock" }
}
